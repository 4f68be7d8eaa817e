/** A destination has one writer in a deployment, whatever the two are called and however its place is spelt. */
import { describe, expect, test } from "vitest";
import type { SyncArguments } from "./scenarios/scenario.ts";
import { syncArguments, syncInputs } from "./support/arguments.ts";
import { openProvider } from "./support/provider-process.ts";
import { connectionBlock, providerBlock, syncBlock } from "./support/terraform/configuration.ts";
import { CONNECTION, SYNC, startProvider } from "./support/terraform/provider.ts";
import { startWorld, type World } from "./support/world.ts";

const TWO_NAMES = /"one" and "two" both write/;
const TWO_SOURCES = /Two syncs named "one".* both write/;

/** Another source of the same sync. */
const OTHER = { secretPath: "/other" };

const at = (world: World, more: Partial<Destination>) => ({
  destinationConfig: { ...(syncArguments(world, {})["destinationConfig"] as Destination), ...more },
});

type Destination = { projectId: string; environment: string; secretPath: string };

/** Each a second sync beside one named `one`, from `/app`. */
const SECOND: [string, (world: World) => SyncArguments & Record<string, unknown>, RegExp][] = [
  ["another name", () => ({ name: "two" }), TWO_NAMES],
  ["the same name, another source", () => ({ name: "one", ...OTHER }), TWO_SOURCES],
  ["slashes to spare", (world) => ({ name: "two", ...at(world, { secretPath: "/app///" }) }), TWO_NAMES],
  [
    "an empty part",
    (world) => ({ name: "one", ...OTHER, ...at(world, { secretPath: "//app" }) }),
    TWO_SOURCES,
  ],
  ["blanks", (world) => ({ name: "two", ...at(world, { secretPath: " /app " }) }), TWO_NAMES],
  [
    "an id in capitals",
    (world) => ({ name: "two", ...at(world, { projectId: world.destination.projectId.toUpperCase() }) }),
    TWO_NAMES,
  ],
  ["no run asked for", () => ({ name: "two", isAutoSyncEnabled: false }), TWO_NAMES],
];

const TREE = { syncOptions: { initialSyncBehavior: "overwrite-destination", includeAllSubFolders: true } };
const FLATTENED = { syncOptions: { ...TREE.syncOptions, subFolders: "flatten" } };

/** The first sync, and a second beside it that writes into what the first does, or the other way round. */
const OVERLAPS: [string, object, (world: World) => object][] = [
  ["a tree over it", {}, (world) => ({ ...TREE, ...at(world, { secretPath: "/" }) })],
  ["a folder beneath a tree", TREE, (world) => at(world, { secretPath: "/app/api" })],
  ["a tree beneath a tree", TREE, (world) => ({ ...TREE, ...at(world, { secretPath: "/app/api" }) })],
  ["a tree over a tree", TREE, (world) => ({ ...TREE, ...at(world, { secretPath: "/" }) })],
  [
    "a tree that is flattened beneath one",
    TREE,
    (world) => ({ ...FLATTENED, ...at(world, { secretPath: "/app/api" }) }),
  ],
];

test.each(OVERLAPS)("trees overlap: %s", async (_case, first, second) => {
  await using world = await twoSources("engine");
  await using check = checkOf(world);
  const inputs = syncInputs(world, { name: "one" }, "connection");
  expect(await check({ ...inputs, ...first })).toEqual([]);
  const two = { ...inputs, ...OTHER, name: "two", ...second(world) };
  expect(await check(two)).toEqual([expect.stringMatching(TWO_NAMES)]);
});

test("a flattened tree writes one folder, and what is beneath is another's", async () => {
  await using world = await twoSources("engine");
  await using check = checkOf(world);
  const inputs = syncInputs(world, { name: "one" }, "connection");
  expect(await check({ ...inputs, ...FLATTENED })).toEqual([]);
  expect(await check({ ...inputs, ...OTHER, name: "two", ...at(world, { secretPath: "/app/api" }) })).toEqual(
    [],
  );
});

describe.each(["engine", "native"] as const)("with Pulumi, execution %s", (execution) => {
  test.each(SECOND)("a second writer is refused when it is checked: %s", async (_case, second, message) => {
    await using world = await twoSources(execution);
    await using check = checkOf(world);
    expect(await check(syncInputs(world, { name: "one" }, "connection"))).toEqual([]);
    const inputs = { ...syncInputs(world, { name: "two" }, "connection"), ...second(world) };
    expect(await check(inputs)).toEqual([expect.stringMatching(message)]);
    expect(world.destination.read()).toEqual({ KEPT: "1" });
  });
});

test("a root dot makes no other instance", async () => {
  await using world = await twoSources("engine");
  await using check = checkOf(world);
  const inputs = syncInputs(world, { name: "one" }, "connection");
  const url = "https://localhost:1";
  // Neither is there: what counts is that both are the same.
  await check({ ...inputs, instanceUrl: url, isAutoSyncEnabled: false });
  expect(
    await check({
      ...inputs,
      name: "two",
      instanceUrl: "HTTPS://LocalHost.:1/api/",
      isAutoSyncEnabled: false,
    }),
  ).toEqual([expect.stringMatching(TWO_NAMES)]);
});

test("of two equal ones, the second that is created is refused", async () => {
  await using world = await twoSources("engine");
  await using provider = openProvider(world);
  const inputs = syncInputs(world, { name: "one" }, "connection");
  await provider.call("secretSync", "create", inputs);
  await expect(provider.call("secretSync", "create", inputs)).rejects.toThrow(/Two resources declare/);
});

describe("with Terraform", () => {
  test.each(SECOND)("a second writer is refused in the plan: %s", async (_case, second, message) => {
    await using world = await twoSources("engine");
    await using provider = await startProvider(providerBlock(world));
    const { core } = provider;
    await provider.nextPhase();
    const connection = await core.plan("connection", CONNECTION, connectionBlock(world));
    const plan = (name: string, args: SyncArguments) =>
      core.plan(name, SYNC, {
        ...syncBlock(world, args),
        destination_connection: connection.planned ?? null,
      });
    await plan("one", { name: "one" });
    await expect(plan("two", second(world))).rejects.toThrow(message);
  });

  test("also beside one that is on record and unchanged", async () => {
    await using world = await twoSources("engine");
    await using provider = await startProvider(providerBlock(world));
    const { core } = provider;
    await provider.nextPhase();
    await core.apply(await core.plan("connection", CONNECTION, connectionBlock(world)));
    const destination_connection = core.state.get("connection")?.object ?? null;
    const plan = (name: string, args: SyncArguments) =>
      core.plan(name, SYNC, { ...syncBlock(world, args), destination_connection });
    await core.apply(await plan("one", { name: "one", ...at(world, { secretPath: "/app/" }) }));
    await core.apply(await plan("two", { name: "two", ...at(world, { secretPath: "/two" }) }));
    await provider.nextPhase();
    expect((await plan("one", { name: "one", ...at(world, { secretPath: "/app/" }) })).action).toBe("none");
    await expect(plan("two", { name: "two" })).rejects.toThrow(TWO_NAMES);
    expect(world.destination.read()).toEqual({ A: "1" });
  });
});

/** Both sources have a key of their own, and so has the destination. */
async function twoSources(execution: "engine" | "native"): Promise<World> {
  const world = await startWorld({ execution, source: { A: "1" }, destination: { KEPT: "1" } });
  const { server, projectId, environment } = world.source;
  server.putSecrets({ projectId, environment, ...OTHER }, { B: "2" });
  return world;
}

function checkOf(world: World) {
  const provider = openProvider(world);
  const check = async (inputs: Record<string, unknown>): Promise<string[]> => {
    const { failures = [] } = await provider.call<{ failures?: { reason: string }[] }>(
      "secretSync",
      "check",
      {},
      inputs,
    );
    return failures.map(({ reason }) => reason);
  };
  return Object.assign(check, { [Symbol.asyncDispose]: provider[Symbol.asyncDispose] });
}
