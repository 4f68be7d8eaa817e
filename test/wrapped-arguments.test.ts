/** Every argument may come as it is, as an output, as a secret, or not be known yet. */
import { existsSync } from "node:fs";
import { output, secret } from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import type { Engine, EngineEvent } from "../automation/engines/engine.ts";
import { createLocalEngine } from "../automation/engines/local/local-engine.ts";
import { createReview } from "../automation/review/model.ts";
import { connectionArgs, secretSyncArgs } from "../provider/schema.ts";
import { type Properties, startNativeWorld } from "./native/provider-calls.ts";
import { declarePair, OPENED_ENGINES, openStack } from "./support/open-stack.ts";
import { bin } from "./support/run-command.ts";
import { isThorough } from "./support/thorough.ts";
import { startWorld, type World } from "./support/world.ts";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const EVERYTHING = {
  description: "what it is for",
  isAutoSyncEnabled: true,
  triggers: { release: 1 },
  removeSecretsOnDelete: true,
  onDestinationChange: "keep",
  onUnreachable: "fail",
  syncOptions: { initialSyncBehavior: "overwrite-destination", unownedKeys: "keep", ownershipMark: true },
};

interface Wrapping {
  wrap?: "secret" | "output";
  /** Also the fields of an argument, each alone. */
  isDeep?: boolean;
  options?: Properties;
}

const wrapped = (args: Properties, wrapping: Wrapping): Properties =>
  Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      const { wrap, isDeep } = wrapping;
      const isWhole = !isDeep || typeof value !== "object" || name === "triggers";
      if (!isWhole) return [name, wrapped(value as Properties, wrapping)];
      return [name, wrap === "secret" ? secret(value) : wrap === "output" ? output(value) : value];
    }),
  );

/** A stack of a connection and a sync; how their arguments come is said with each command. */
async function openWrapped(engine: Engine, world: World) {
  let given: Wrapping = {};
  const opened = await openStack(engine, world, {
    program: async () => {
      const { options = {} } = given;
      declarePair(world, { sync: EVERYTHING, syncOptions: options }, (args) => wrapped(args, given));
    },
  });
  const review = async (command: "preview" | "up", wrapping: Wrapping) => {
    given = wrapping;
    const builder = createReview(command);
    await opened.stack[command]({ onEvent: (event: EngineEvent) => builder.add(event) });
    const { resources } = builder.finish();
    return resources.find(({ name }) => name === "sync")?.sync ?? expect.fail("no sync");
  };
  return Object.assign(review, { [Symbol.asyncDispose]: opened[Symbol.asyncDispose] });
}

test.skipIf(!existsSync(bin)).each(OPENED_ENGINES)(
  "engine %s: as outputs and as secrets (needs npm run build)",
  async (_name, engine) => {
    // Each alone in npm run test:all: what is secret in parts is an output, too.
    const alone = [
      ["secret", false],
      ["output", true],
    ] as const;
    for (const [wrap, isDeep] of [["secret", true] as const, ...(isThorough ? alone : [])]) {
      await using world = await startWorld({ source: { A: "1" }, destination: { OTHER: "x" } });
      await using review = await openWrapped(engine, world);
      const planned = await review("preview", { wrap, isDeep });
      expect(planned.changes.map(({ key }) => key)).toEqual(["A"]);
      const { projectId, environment, secretPath } = world.destination;
      const secret = { projectId: "[secret]", environment: "[secret]", secretPath: "[secret]" };
      expect(planned.destination).toMatchObject(
        wrap === "secret" ? secret : { projectId, environment, secretPath },
      );
      expect(planned.source?.projectId).toBe(wrap === "secret" ? "[secret]" : world.source.projectId);
      await review("up", { wrap, isDeep });
      expect(world.destination.read()).toEqual({ A: "1", OTHER: "x" });
      const again = await review("preview", { wrap, isDeep });
      expect(again).toMatchObject({ changes: [], effects: [], unchanged: 1 });
    }
  },
  300_000,
);

test.skipIf(!existsSync(bin)).each(OPENED_ENGINES)(
  "engine %s: outputs that a program has made secret are no keys (needs npm run build)",
  async (_name, engine) => {
    await using world = await startWorld({ source: { A: "1" } });
    await using review = await openWrapped(engine, world);
    const options = { additionalSecretOutputs: ["keys", "memory"] };
    await review("up", { options });
    world.source.put({ B: "2" });
    const keys = [await review("preview", { options }), await review("up", { options })].flatMap(
      ({ changes }) => changes.map(({ key }) => key),
    );
    expect([...new Set(keys)].filter((key) => key !== "B")).toEqual([]);
    expect(world.destination.read()).toEqual({ A: "1", B: "2" });
  },
  300_000,
);

test.skipIf(!existsSync(bin))(
  "a plan that is to be ignored is refused, and nothing stands in the way of the next deployment (needs npm run build)",
  async () => {
    await using world = await startWorld({ source: { A: "1" } });
    await using review = await openWrapped(createLocalEngine(), world);
    await review("up", {});
    world.source.put({ A: "2" });
    const refused = review("up", { options: { ignoreChanges: ["keys"] } });
    await expect(refused).rejects.toThrow();
    expect(world.destination.read()).toEqual({ A: "1" });
    await review("up", {});
    expect(world.destination.read()).toEqual({ A: "2" });
  },
  300_000,
);

const arguments_ = [
  ...Object.keys(connectionArgs.shape).map((name) => ["connection", name] as const),
  ...Object.keys(secretSyncArgs.shape).map((name) => ["secretSync", name] as const),
];

// Checks change nothing: one world for all.
describe("checked", () => {
  let world: Awaited<ReturnType<typeof startNativeWorld>>;
  beforeAll(async () => {
    world = await startNativeWorld({ execution: "engine", source: { A: "1" } });
    return () => world[Symbol.asyncDispose]();
  });

  test.each(arguments_)("%s: %s that is not known yet is no mistake", async (kind, name) => {
    const known = kind === "connection" ? world.connection : world.sync("a connection's id");
    const { failures } = await world.check(kind, {}, { ...known, [name]: UNKNOWN });
    expect(failures ?? []).toEqual([]);
  });

  test.each(arguments_)("%s: %s that comes to nothing is as if it had been left out", async (kind, name) => {
    const known = kind === "connection" ? world.connection : world.sync("a connection's id");
    const failuresOf = async (args: Properties) => (await world.check(kind, {}, args)).failures ?? [];
    const { [name]: _, ...without } = known as Record<string, unknown>;
    const given = await failuresOf({ ...known, [name]: null });
    await world.provider.nextPhase();
    expect(given).toEqual(await failuresOf(without));
  });
});
