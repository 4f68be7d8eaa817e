/** Runs with a filter in worlds drawn at random: what it leaves out might as well not be there. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { filteredDestination, filteredSource } from "../provider/engine/filter.ts";
import { type RunInput, run } from "../provider/engine/sync.ts";
import { keyMatcher } from "../provider/globs.ts";
import { type SyncOptionsInput, syncOptions } from "../provider/schema.ts";
import { lengthFingerprint } from "./support/engine.ts";
import { createMemoryStore } from "./support/memory-store.ts";

const NAMES = ["A", "AB", "b", "ab_c", "constructor", "Z"];
const key = fc.constantFrom(...NAMES);
const side = fc
  .array(fc.tuple(key, fc.constantFrom("", "1", "2")), { maxLength: 8 })
  .map((rows): Record<string, string> => Object.fromEntries(rows));
const globs = fc.uniqueArray(fc.constantFrom("a*", "*b", "?", "*_*", "{constructor,z}", "*"), {
  minLength: 1,
  maxLength: 3,
});
const keys = fc.record({ include: globs, exclude: globs }, { requiredKeys: [] });
const options = fc.record({
  initialSyncBehavior: fc.constantFrom(
    "overwrite-destination",
    "import-prioritize-source",
    "import-prioritize-destination",
  ),
  disableSecretDeletion: fc.boolean(),
  unownedKeys: fc.constantFrom("delete", "keep"),
});
const world = fc.record({ source: side, imports: side, destination: side, keys, narrower: keys, options });

type Given = typeof world extends fc.Arbitrary<infer T> ? T : never;
type Keys = Given["keys"];

const wants = ({ include = ["*"], exclude = [] }: Keys) => {
  const [isIn, isOut] = [keyMatcher(include), keyMatcher(exclude)];
  return (name: string) => isIn(name) && !isOut(name);
};
const only = (values: Record<string, string>, isMeant: (name: string) => boolean) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => isMeant(name)));

/** A run between stores of these values, by a filter or without. */
function start({ source: from, imports, destination: to, options: given }: Omit<Given, "keys" | "narrower">) {
  const source = createMemoryStore({ secrets: from, imports: [imports] });
  const destination = createMemoryStore({ secrets: to, place: { secretPath: "/app" } });
  const go = (filter: SyncOptionsInput["filter"], more: Partial<RunInput> = {}) => {
    const all = syncOptions.parse({ ...given, ...(filter && { filter }), allowEmptySource: true });
    return run({
      ...{ source: filteredSource(source, all), destination: filteredDestination(destination, all) },
      ...{ options: all, known: new Map(), isFirstRun: true, fingerprint: lengthFingerprint },
      ...{ acceptCached: false, memory: new Map(), announced: undefined, ...more },
    });
  };
  return { source, destination, go };
}

test("a run is that of a world which has only what the filter lets through; and a narrower one touches nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ keys: chosen, narrower, ...given }) => {
      const isMeant = wants(chosen);
      const small = start({
        ...given,
        source: only(given.source, isMeant),
        imports: only(given.imports, isMeant),
        destination: only(given.destination, isMeant),
      });
      const whole = start(given);
      const [expected, result] = [await small.go(undefined), await whole.go({ keys: chosen })];
      expect([expected.failure, result.failure]).toEqual([undefined, undefined]);
      expect(result.plan.counts).toEqual(expected.plan.counts);
      expect(only(whole.destination.read(), isMeant)).toEqual(small.destination.read());
      const others = (values: Record<string, string>) => only(values, (name) => !isMeant(name));
      expect(others(whole.destination.read())).toEqual(others(given.destination));
      expect(others(whole.source.read())).toEqual(others(given.source));
      expect([...result.memory.keys()].every((label) => isMeant(label))).toBe(true);

      const before = whole.destination.read();
      const isLeft = (name: string) => isMeant(name) && wants(narrower)(name);
      const filter = { keys: { ...chosen, exclude: everythingBut(isLeft) } };
      const known = new Map(Object.entries(result.plan.keys));
      const again = await whole.go(filter, { known, isFirstRun: false, memory: result.memory });
      expect(again.failure).toBeUndefined();
      expect(again.plan.counts.delete).toBe(0);
      expect(whole.destination.read()).toEqual(before);
      const left = again.plan.settled.filter(({ how }) => how === "leftOut").map(({ label }) => label);
      expect(left.sort()).toEqual([...known.keys()].filter((label) => !isLeft(label)).sort());
      expect([...again.memory.keys()].filter((label) => !isLeft(label))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

/** As a list, which may not be empty. */
const everythingBut = (isMeant: (name: string) => boolean) => {
  const rest = NAMES.filter((name) => !isMeant(name));
  return rest.length > 0 ? rest : ["nothing"];
};
