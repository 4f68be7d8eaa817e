/** Whatever both sides hold, a run does what its plan says, once, and nothing else. */
import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fromLabel } from "../provider/engine/label.ts";
import type { Plan } from "../provider/engine/plan.ts";
import { effectsOf } from "../provider/engine/record/effects.ts";
import { loadMemory, storeMemory } from "../provider/engine/record/memory.ts";
import { preview, type RunInput, run } from "../provider/engine/sync.ts";
import { BridgeError } from "../provider/errors.ts";
import { syncOptions } from "../provider/schema.ts";
import { deepFreeze, lengthFingerprint } from "./support/engine.ts";
import { createMemoryStore, type MemoryStore } from "./support/memory-store.ts";

const RUNS = process.env["EXTERNAL_INFISICAL_TEST_ALL"] === "1" ? 5000 : 300;
/** Part of every value that is not empty: it must show up nowhere but at the two sides. */
const CANARY = "canary";

const key = fc.constantFrom(
  "A",
  "B",
  "C",
  "D",
  "E",
  "a",
  "__A",
  "__proto__",
  "constructor",
  "a%b",
  "N\nL",
  "7",
);
const value = fc.constantFrom("", "canary1", "canary2", "canary3\n", "canary-${A}", "canary-${NOWHERE}");
const side = fc.array(fc.tuple(key, value), { maxLength: 8 }).map((rows) => Object.fromEntries(rows));
const options = fc
  .record({
    initialSyncBehavior: fc.constantFrom(
      "overwrite-destination",
      "import-prioritize-source",
      "import-prioritize-destination",
    ),
    disableSecretDeletion: fc.boolean(),
    references: fc.constantFrom("expand", "keep"),
    unownedKeys: fc.constantFrom("delete", "keep"),
  })
  .map((given) =>
    // The guards have tests of their own.
    syncOptions.parse({ ...given, allowEmptySource: true, allowImportedReferences: true }),
  );
const world = fc.record({
  source: side,
  imports: fc.array(side, { maxLength: 2 }),
  destination: side,
  folderExists: fc.boolean(),
  limits: fc.constantFrom(
    { bytes: 900_000, items: 500 },
    { bytes: 900_000, items: 1 },
    { bytes: 150, items: 3 },
  ),
  options,
  /** What others do after a first run; without it, the first run is the one that is looked at. */
  later: fc.option(
    fc.record({ source: side, destination: side, dropped: fc.array(key), lost: fc.array(key) }),
  ),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

interface Sides {
  source: MemoryStore;
  destination: MemoryStore;
}

/** Builds the same world each time, at the moment before the run that is looked at. */
async function build(given: World): Promise<Sides & { input: RunInput }> {
  const { folderExists, limits } = given;
  const source = createMemoryStore({ secrets: given.source, imports: given.imports, limits });
  const destination = createMemoryStore({
    secrets: folderExists ? given.destination : {},
    folderExists,
    limits,
    place: { secretPath: "/app" },
  });
  const input: RunInput = {
    source,
    destination,
    options: deepFreeze(given.options),
    known: new Map(),
    isFirstRun: true,
    fingerprint: lengthFingerprint,
    acceptCached: false,
    memory: new Map(),
    announced: undefined,
  };
  if (given.later === null) return { source, destination, input };
  const first = await run(input);
  expect(first.failure).toBeUndefined();
  source.put(given.later.source);
  source.drop(...given.later.dropped);
  if ((await destination.list({ values: false, expand: false, imports: false })).folderExists) {
    destination.put(given.later.destination);
    destination.drop(...given.later.lost);
  }
  return { source, destination, input: { ...input, ...recorded(first) } };
}

/** What the next run knows, by way of the stored form. */
const recorded = (result: { plan: Plan; memory: RunInput["memory"] }) => ({
  known: new Map(Object.entries(result.plan.keys)),
  isFirstRun: false,
  memory: loadMemory(storeMemory(result.memory)),
});

/** What the source's readers get: its values, by key. */
async function effectiveValues({ source }: Sides, { options }: RunInput): Promise<Record<string, string>> {
  const expand = options.references === "expand";
  const listing = await source.list({ values: true, expand, imports: expand });
  return Object.fromEntries(
    [...listing.imports.flat(), ...listing.secrets].map((secret) => [secret.key, secret.value.reveal()]),
  );
}

const without = (values: Record<string, string>, keys: Iterable<string>) => {
  const left = new Set(keys);
  return Object.fromEntries(Object.entries(values).filter(([name]) => !left.has(name)));
};
const keysOf = (plan: Plan, ...kinds: string[]) =>
  plan.changes.filter(({ kind }) => kinds.includes(kind)).map((change) => change.key);

/** Values are told by neither way of printing; keys in this test never hold the canary. */
function expectSilent(...things: unknown[]) {
  for (const thing of things) {
    expect(inspect(thing, { depth: 9, showHidden: true })).not.toContain(CANARY);
    expect(JSON.stringify(thing) ?? "").not.toContain(CANARY);
  }
}

const check = (property: (given: World) => Promise<void>) =>
  fc.assert(fc.asyncProperty(world, property), { numRuns: RUNS });

test("a run does what its plan says and nothing else, and then there is nothing left to do", async () => {
  await check(async (given) => {
    const { source, destination, input } = await build(given);
    const before = { source: source.read(), destination: destination.read() };
    const planned = await preview(input);
    expect({ source: source.read(), destination: destination.read() }).toEqual(before);
    expect(await preview(input)).toEqual(planned);

    const announced = { keys: planned.keys, effects: effectsOf(planned) };
    const result = await run({ ...input, announced });
    expect(result.failure).toBeUndefined();
    // Only a preview asks what the destination may refuse.
    const { cautions, ...plan } = planned;
    expect(cautions).toEqual([]);
    expect(result.plan).toEqual(plan);
    const after = { source: source.read(), destination: destination.read() };

    // Nothing that the plan does not name was touched.
    const written = keysOf(planned, "create", "update", "delete");
    expect(without(after.destination, written)).toEqual(without(before.destination, written));
    const imported = keysOf(planned, "import");
    expect(without(after.source, imported)).toEqual(without(before.source, imported));
    for (const { label } of planned.kept)
      expect(after.destination[fromLabel(label)]).toBe(before.destination[fromLabel(label)]);

    // The destination holds what the plan says, with the source's values.
    const kept = new Set(planned.kept.map(({ label }) => label));
    const wanted = new Map(Object.entries(await effectiveValues({ source, destination }, input)));
    const there = new Map(Object.entries(after.destination));
    for (const label of Object.keys(planned.keys)) {
      expect(there.has(fromLabel(label))).toBe(true);
      // A reference that was imported as text reads differently at the source from then on.
      const isReference = imported.includes(fromLabel(label)) && there.get(fromLabel(label))?.includes("${");
      if (!kept.has(label) && !isReference && !refersToImported(given, imported))
        expect(there.get(fromLabel(label))).toBe(wanted.get(fromLabel(label)));
    }
    expect([...result.memory.keys()].sort()).toEqual(Object.keys(planned.keys).sort());
    for (const name of keysOf(planned, "delete")) expect(there.has(name)).toBe(false);

    // Counts agree.
    const { counts } = planned;
    expect(counts.create + counts.update + counts.delete + counts.import).toBe(planned.changes.length);
    expect(result.done.size).toBe(planned.changes.length);
    expect(counts.create + counts.update + counts.import + counts.unchanged).toBe(
      Object.keys(planned.keys).filter((label) => !kept.has(label)).length,
    );
    const { create, delete: gone } = counts;
    expect(there.size).toBe(Object.keys(before.destination).length + create - gone);
    expectSilent(planned, result, storeMemory(result.memory));

    const next = await preview({ ...input, ...recorded(result) });
    const open = next.changes.filter(() => !importsReference(planned) && !refersToImported(given, imported));
    expect(open).toEqual([]);
    if (!importsReference(planned) && !refersToImported(given, imported))
      expect(next.keys).toEqual(planned.keys);
  });
});

/** Importing text with a reference, or a key that others refer to, changes what the source expands to. */
const importsReference = (plan: Plan) =>
  plan.changes.some((change) => change.kind === "import" && change.value.holdsReference);
const refersToImported = ({ options, source, imports }: World, imported: string[]) =>
  options.references === "expand" &&
  imported.length > 0 &&
  [source, ...imports].some((values) => Object.values(values).some((text) => text.includes("${")));

/**
 * A deployment that stops before its deletes has announced keys without them: where unowned keys are kept, they
 * stay until a refresh tells that they are this sync's own.
 */
const refreshed = (given: World, { memory }: Pick<RunInput, "memory">) =>
  given.options.unownedKeys === "keep" && {
    known: new Map([...memory].map(([label, { pushed }]) => [label, pushed])),
  };

const failing = fc.record({
  side: fc.constantFrom<keyof Sides>("source", "destination", "destination"),
  name: fc.constantFrom("write", "write", "list", "remove", "createFolder", "probe", "facts"),
  after: fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
  /** The call is carried out, and only its answer is lost. */
  isAnswerLost: fc.boolean(),
});
const FAULT = new BridgeError("server-error", "Injected.");

/** A store of which one call fails, unless it was disarmed before. */
function faulty(
  store: MemoryStore,
  { name, after, isAnswerLost }: { name: string; after: number; isAnswerLost: boolean },
) {
  let left: number = after;
  const fail = async (call: () => Promise<unknown>) => {
    if (isAnswerLost) await call();
    throw FAULT;
  };
  const proxy = new Proxy(store, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property);
      if (property !== name || typeof member !== "function" || left-- !== 0) return member;
      return (...given: unknown[]) => fail(() => member(...given));
    },
  });
  const disarm = () => {
    left = -1;
  };
  return { store: proxy, disarm };
}

test("a run that failed anywhere tells what it did, and the next one reaches the same end", async () => {
  let failures = 0;
  await fc.assert(
    fc.asyncProperty(world, failing, async (given, fault) => {
      const smooth = await build(given);
      const expected = await run(smooth.input);
      const rough = await build(given);
      const before = { source: rough.source.read(), destination: rough.destination.read() };
      const { store, disarm } = faulty(rough[fault.side], fault);
      const stopped = await run({ ...rough.input, [fault.side]: store }).catch((error: unknown) => error);
      disarm();
      expectSilent(stopped);

      // What a deployment records: the announced keys, if anything was written to the destination.
      let knows = {};
      if (stopped === FAULT) {
        failures++;
        expect({ source: rough.source.read(), destination: rough.destination.read() }).toEqual(before);
      } else {
        const result = stopped as Awaited<ReturnType<typeof run>>;
        expect(result.plan).toEqual(expected.plan);
        if (result.failure) failures++;
        // A run can also fail after its last write: when it looks at what it has done.
        if (!result.failure) expect(result.done.size).toBe(result.plan.changes.length);
        const isDone = (change: { label: string }) => fault.isAnswerLost || result.done.has(change.label);
        const done = result.plan.changes.filter(isDone).map((change) => change.key);
        expect(without(rough.destination.read(), done)).toEqual(without(before.destination, done));
        expect(without(rough.source.read(), done)).toEqual(without(before.source, done));
        if (result.written === "destination" || !result.failure)
          knows = { ...recorded(result), ...refreshed(given, result) };
      }

      const next = await run({ ...rough.input, ...knows });
      expect(next.failure).toBeUndefined();
      const imported = keysOf(expected.plan, "import");
      if (importsReference(expected.plan) || refersToImported(given, imported)) return;
      // As in the product, a first run that is repeated imports what the last one pushed out of an import.
      if (keysOf(next.plan, "import").some((name) => !imported.includes(name))) return;
      expect(rough.destination.read()).toEqual(smooth.destination.read());
      expect(rough.source.read()).toEqual(smooth.source.read());
      expect([...next.memory.keys()].sort()).toEqual([...expected.memory.keys()].sort());
    }),
    { numRuns: RUNS },
  );
  expect(failures).toBeGreaterThan(RUNS / 10);
});
