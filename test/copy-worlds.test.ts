/** Runs that copy what belongs to secrets, in worlds drawn at random and with faults anywhere. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { MARK, type Ownership, ownerIn } from "../provider/engine/ownership/ownership.ts";
import { copying, otherParts, partsIn, partsToWrite } from "../provider/engine/parts.ts";
import type { SecretParts, SecretStore } from "../provider/engine/store.ts";
import { type RunInput, type RunResult, run } from "../provider/engine/sync.ts";
import { BridgeError } from "../provider/errors.ts";
import { PARTS, type Part, syncOptions } from "../provider/schema.ts";
import { SecretValue } from "../provider/secret-value.ts";
import { lengthFingerprint } from "./support/engine.ts";
import { createMemoryStore, type MemoryStore } from "./support/memory-store.ts";

const RUNS = process.env["EXTERNAL_INFISICAL_TEST_ALL"] === "1" ? 3000 : 200;
/** A quick run plays the same worlds each time, so that it judges the change and not the luck. */
const EXTENT = { numRuns: RUNS, ...(RUNS === 200 && { seed: 9 }) };

const word = fc.constantFrom("x", "y");
const parts = fc
  .record(
    {
      comment: word.map((text) => new SecretValue(text)),
      tags: fc.uniqueArray(word, { minLength: 1 }).map((slugs) => slugs.map((slug) => ({ slug }))),
      metadata: fc.uniqueArray(fc.record({ key: word, value: word, isEncrypted: fc.boolean() }), {
        minLength: 1,
        maxLength: 2,
        selector: ({ key }) => key,
      }),
      multiline: fc.constant(true),
      reminder: word.map((text) => ({ note: new SecretValue(text), repeatDays: 3 })),
    },
    { requiredKeys: [] },
  )
  .map((drawn): SecretParts => drawn);
const key = fc.constantFrom("A", "B", "C", "D");
const side = fc
  .array(fc.tuple(key, fc.constantFrom("", "1", "2"), parts), { maxLength: 6 })
  .map((rows) => new Map(rows.map(([name, value, beside]) => [name, { value, beside }])));
const world = fc.record({
  source: side,
  destination: side,
  later: fc.option(side),
  copy: fc.subarray([...PARTS]),
  isMarked: fc.boolean(),
  options: fc.record({
    initialSyncBehavior: fc.constantFrom(
      "overwrite-destination",
      "import-prioritize-source",
      "import-prioritize-destination",
    ),
    unownedKeys: fc.constantFrom("delete", "keep"),
    onFailure: fc.constantFrom("keep", "restore"),
  }),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;
type Side = World["source"];

const MINE = "me at https://here.example";
const marking: Ownership = { mark: MINE, isOwn: (mark) => ownerIn(mark) === "me", spares: true };

function storeOf(drawn: Side, secretPath: string): MemoryStore {
  const secrets = Object.fromEntries([...drawn].map(([name, { value }]) => [name, value]));
  const store = createMemoryStore({ secrets, place: { secretPath } });
  for (const [name, { beside }] of drawn) store.give(name, beside);
  return store;
}

/** Whole sides, with what belongs to their values. */
const looked = (store: MemoryStore) =>
  Object.fromEntries(
    Object.entries(store.read()).map(([name, value]) => [name, { value, beside: store.parts(name) }]),
  );

async function build(given: World) {
  const [source, destination] = [storeOf(given.source, "/"), storeOf(given.destination, "/app")];
  const options = syncOptions.parse({ ...given.options, copy: given.copy, allowEmptySource: true });
  const inputOf = (sides: { source: SecretStore; destination: SecretStore }): RunInput => ({
    source: copying(sides.source, given.copy),
    destination: copying(sides.destination, given.copy),
    ...{ options, known: new Map(), isFirstRun: true, fingerprint: lengthFingerprint },
    ...{ acceptCached: false, memory: new Map(), announced: undefined },
    ...(given.isMarked && { ownership: marking }),
  });
  let knows: Partial<RunInput> = {};
  if (given.later) {
    const first = await run(inputOf({ source, destination }));
    expect(first.failure).toBeUndefined();
    knows = recorded(first);
    source.put(Object.fromEntries([...given.later].map(([name, { value }]) => [name, value])));
    for (const [name, { beside }] of given.later) source.give(name, partsToWrite(PARTS, beside));
  }
  return { source, destination, inputOf, knows };
}

const recorded = ({ plan, memory }: RunResult) => ({
  known: new Map(Object.entries(plan.keys)),
  isFirstRun: false,
  memory,
});

const marksOf = ({ metadata = [] }: SecretParts) => metadata.filter(({ key }) => key === MARK);

test("the destination has what is copied, keeps what is not, and then there is nothing left to do", async () => {
  const seen = new Set<Part | string>();
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      const { source, destination, inputOf, knows } = await build(given);
      const before = looked(destination);
      const input = { ...inputOf({ source, destination }), ...knows };
      const result = await run(input);
      expect(result.failure).toBeUndefined();
      for (const change of result.plan.changes) seen.add(change.kind);
      for (const name of Object.keys(result.plan.keys)) {
        if (!Object.hasOwn(source.read(), name)) continue;
        const [from, to] = [source.parts(name), destination.parts(name)];
        // Of the copied parts all are equal, of the others none has changed.
        expect(otherParts(partsToWrite(given.copy, from), to)).toEqual([]);
        const rest = PARTS.filter((part) => !given.copy.includes(part));
        if (before[name]) expect(otherParts(partsToWrite(rest, before[name].beside), to)).toEqual([]);
        else expect(partsIn(to).filter((part) => rest.includes(part) && part !== "metadata")).toEqual([]);
        expect(marksOf(from)).toEqual([]);
        if (given.copy.includes("metadata")) {
          const hasEncrypted = to.metadata?.some(({ isEncrypted }) => isEncrypted);
          if (!hasEncrypted) expect(marksOf(to).length).toBe(given.isMarked ? 1 : 0);
        }
        for (const part of given.copy) if (from[part] !== undefined) seen.add(part);
      }
      const next = await run({ ...input, ...recorded(result) });
      expect(next.plan.changes).toEqual([]);
    }),
    EXTENT,
  );
  expect([...seen]).toEqual(expect.arrayContaining([...PARTS, "create", "update", "copy", "import", "mark"]));
});

const failing = fc.record({
  side: fc.constantFrom<"source" | "destination">("source", "destination", "destination"),
  name: fc.constantFrom("write", "annotate", "annotate", "list", "remove", "makeTags"),
  after: fc.constantFrom(0, 0, 1, 2),
  isAnswerLost: fc.boolean(),
});

/** A store of which one call fails. */
const faulty = (
  store: MemoryStore,
  { name, after, isAnswerLost }: { name: string; after: number; isAnswerLost: boolean },
) => {
  let left = after;
  const broken = { ...store } as MemoryStore & Record<string, (...given: unknown[]) => Promise<unknown>>;
  const call = broken[name];
  if (!call) throw new Error(`There is no ${name}.`);
  broken[name] = async (...given: unknown[]) => {
    if (left-- !== 0) return call(...given);
    if (isAnswerLost) await call(...given);
    throw new BridgeError("server-error", "Injected.");
  };
  return broken;
};

test("a run that failed anywhere puts back what belongs to values, or the next one comes to the same end", async () => {
  let failures = 0;
  await fc.assert(
    fc.asyncProperty(world, failing, async (given, fault) => {
      const smooth = await build(given);
      const expected = await run({ ...smooth.inputOf(smooth), ...smooth.knows });
      const rough = await build(given);
      const before = [looked(rough.source), looked(rough.destination)];
      const broken = { ...rough, [fault.side]: faulty(rough[fault.side], fault) };
      const stopped = await run({ ...rough.inputOf(broken), ...rough.knows }).catch(
        (error: unknown) => error,
      );
      const result = stopped instanceof BridgeError ? undefined : (stopped as RunResult);
      if (!result) {
        failures++;
        expect([looked(rough.source), looked(rough.destination)]).toEqual(before);
        return;
      }
      if (!result.failure) return;
      failures++;
      if (given.options.onFailure === "restore" && result.done.size === 0) {
        expect([looked(rough.source), looked(rough.destination)]).toEqual(before);
        return;
      }
      // Those that import may import otherwise what was pushed or imported already.
      if (expected.plan.counts.import > 0) return;
      const knows = result.written === "destination" ? recorded(result) : rough.knows;
      const next = await run({ ...rough.inputOf(rough), ...knows });
      expect(next.failure).toBeUndefined();
      expect(looked(rough.source)).toEqual(looked(smooth.source));
      if (given.options.unownedKeys === "delete")
        expect(looked(rough.destination)).toEqual(looked(smooth.destination));
    }),
    EXTENT,
  );
  expect(failures).toBeGreaterThan(RUNS / 20);
});
