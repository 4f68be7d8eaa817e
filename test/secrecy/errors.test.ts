/** What is thrown, with all that hangs on it, and what is held in memory show no secret. */
import { inspect } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { observe } from "../../provider/engine/observe.ts";
import { UNMARKED } from "../../provider/engine/ownership/ownership.ts";
import { plan } from "../../provider/engine/plan.ts";
import { createClient } from "../../provider/infisical/http/client.ts";
import { resources } from "../../provider/resources/index.ts";
import { secretSyncInputs } from "../../provider/resources/sync/inputs.ts";
import { openWorld } from "../../provider/resources/sync/world.ts";
import { direct } from "../drivers/direct.ts";
import { hurry, openArena } from "../faults/arena.ts";
import { faults } from "../faults/kinds.ts";
import { connectionInputs, syncInputs } from "../support/arguments.ts";
import { openProvider } from "../support/provider-process.ts";
import { isThorough } from "../support/thorough.ts";
import type { World } from "../support/world.ts";
import { plantValues } from "./planted.ts";
import { leaksIn, type Planted } from "./search.ts";

afterEach(() => void vi.restoreAllMocks());

/** An object in every way in which a program prints it. */
function printed(thing: unknown): string {
  const texts = [
    inspect(thing, {
      depth: null,
      showHidden: true,

      maxStringLength: null,
      maxArrayLength: null,
    }),
    String(thing),
    safeJson(thing),
  ];
  if (thing instanceof Error)
    texts.push(
      thing.stack ?? "",
      thing.message,
      ...(thing.cause === undefined ? [] : [printed(thing.cause)]),
    );
  return texts.join("\n");
}

function safeJson(thing: unknown): string {
  try {
    return JSON.stringify(thing) ?? "";
  } catch {
    return "";
  }
}

const credentialsOf = ({ source, destination }: World): Planted => ({
  "source's client secret": source.clientSecret,
  "destination's client secret": destination.clientSecret,
});

const story = (here: ReturnType<typeof plantValues>, there: ReturnType<typeof plantValues>) => ({
  name: "",
  tells: "",
  given: {
    source: { A: here.password, B: here.pem, C: here.quoted, D: `\${A}${here.encoded}`, E: here.json },
    destination: { A: there.password, F: there.unicode, G: there.short },
  },
  with: {},
});

/** A quick run has every third. */
const played = faults.filter(({ takesTime }, index) => !takesTime && (isThorough || index % 3 === 0));

test.each(played.map((fault) => [fault.name, fault] as const))(
  "an error by %s",
  async (_name, { disturb }) => {
    const { makeClient } = hurry();
    const [here, there] = [plantValues(), plantValues()];
    await using arena = await openArena(story(here, there), direct.open);
    const { world, gateways } = arena;
    await using provider = openProvider(world, makeClient);
    const thrown: unknown[] = [];
    for (const method of ["GET", "PATCH", "DELETE", "POST"]) {
      await provider.nextPhase();
      const context = provider.context();
      for (const gateway of Object.values(gateways))
        gateway.begin({
          index: 1,
          isLasting: true,
          disturb(line) {
            if (line.request.method === method) return disturb(line);
            return line
              .forward()
              .then(({ status, headers, body }) => void line.response.writeHead(status, headers).end(body));
          },
        });
      const inputs = syncInputs(world, {}, "11111111-2222-4333-8444-555555555555");
      const run = async () => {
        const checked = await resources.secretSync.check(undefined, inputs, context, undefined);
        if ("failures" in checked) throw new Error(checked.failures.join("\n"));
        await resources.secretSync.create(checked.inputs, context);
      };
      for (const attempt of [run, () => resources.connection.create(connectionInputs(world), context)])
        await attempt().catch((error: unknown) => thrown.push(error));
    }
    expect(thrown.length).toBeGreaterThan(0);
    const texts = thrown.map(printed).join("\n");
    expect([here, there, credentialsOf(world)].flatMap((planted) => leaksIn(texts, planted))).toEqual([]);
  },
);

test("stores, listings, plans and clients say nothing when they are printed", async () => {
  const [here, there] = [plantValues(), plantValues()];
  await using arena = await openArena(story(here, there), direct.open);
  const { world } = arena;
  const made: unknown[] = [];
  await using provider = openProvider(world, (options) => {
    const client = createClient(options);
    made.push(options, client);
    return client;
  });
  const context = provider.context();
  const checked = await resources.secretSync.check(
    undefined,
    syncInputs(world, {}, "11111111-2222-4333-8444-555555555555"),
    context,
    undefined,
  );
  if ("failures" in checked) throw new Error(checked.failures.join("\n"));
  const inputs = secretSyncInputs.parse(checked.inputs);
  const opened = openWorld(inputs, context);
  const observed = await observe({ ...opened, options: inputs.syncOptions, acceptCached: false });
  const planned = plan({
    source: observed.source,
    destination: observed.destination.secrets,
    destinationFolderExists: true,
    known: new Map(),
    isFirstRun: true,
    ownership: UNMARKED,
    options: inputs.syncOptions,
  });
  const encoded = opened.destination.encode("A", observed.source[0]?.value as never, true);
  const texts = [opened, observed, planned, encoded, ...made].map(printed).join("\n");

  expect(texts).toContain("[secret]");
  expect(made).toHaveLength(4);
  expect([here, there].flatMap((planted) => leaksIn(texts, planted))).toEqual([]);
  expect(leaksIn(texts, credentialsOf(world))).toEqual([]);
});
