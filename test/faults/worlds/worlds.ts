/** Random worlds: what both sides hold, how they are synced, what others do in between, what fails. */
import fc from "fast-check";
import type { SideName } from "../arena.ts";
import { faults } from "../kinds.ts";

/** Stands in values for a text that occurs nowhere else, so that a stale one is told from the current one. */
export const UNIQUE = "*";

/** Those beneath the sync's own, enough of them for requests that are for several. */
export const FOLDERS = ["f", "f/g", "h", "i", "j", "k", "__proto__"];
const name = fc.constantFrom("A", "B", "C", "D", "E", "a", "__proto__", "a%b", "N\nL", "7");
const key = fc
  .tuple(fc.constantFrom("", "", "", ...FOLDERS), name)
  .map(([folder, own]) => (folder === "" ? own : `${folder}/${own}`));
const value = fc.constantFrom<string[]>("*", "*", "*", "one", "two", "", "<${A}>*", "${B}", "multi*\nline\n");
const values = (most: number) =>
  fc.array(fc.tuple(key, value), { maxLength: most }).map((rows) => Object.fromEntries(rows));

const fault = fc.record({
  name: fc.constantFrom(...faults.map(({ name }) => name)),
  side: fc.constantFrom<SideName[]>("source", "destination", "destination"),
  index: fc.integer({ min: 1, max: 22 }),
  isLasting: fc.boolean(),
});
export type WorldFault = typeof fault extends fc.Arbitrary<infer T> ? T : never;

const edits = fc.record({
  put: fc.record({ source: values(3), destination: values(3) }),
  drop: fc.record({
    source: fc.array(key, { maxLength: 3 }),
    destination: fc.array(key, { maxLength: 2 }),
  }),
});
export type Edits = typeof edits extends fc.Arbitrary<infer T> ? T : never;

const step = fc.record({
  edits: fc.option(edits, { freq: 3 }),
  fault: fc.option(fault, { freq: 3 }),
  /** Between the edits and the deployment. */
  isRefreshed: fc.integer({ min: 0, max: 5 }).map((number) => number === 5),
});

const anyWorld = fc.record({
  isTree: fc.boolean(),
  source: fc.oneof(values(6), values(24)),
  destination: values(5),
  destinationFolder: fc.integer({ min: 0, max: 5 }).map((number) => number > 0),
  options: fc.record({
    initialSyncBehavior: fc.constantFrom(
      "overwrite-destination",
      "overwrite-destination",
      "import-prioritize-source",
      "import-prioritize-destination",
    ),
    unownedKeys: fc.constantFrom("delete", "keep", "keep", "fail"),
    onFailure: fc.constantFrom("keep", "restore"),
    disableSecretDeletion: fc.constantFrom(false, false, false, true),
  }),
  removeSecretsOnDelete: fc.boolean(),
  steps: fc.array(step, { minLength: 1, maxLength: 4 }),
  lastFault: fc.option(fault),
});

/** What an import changes of references is another matter: see test/agreement. */
export const world = anyWorld
  .map((given) => (given.isTree ? given : inOneFolder(given)))
  .map((given) =>
    given.options.initialSyncBehavior === "overwrite-destination" ? given : withoutReferences(given),
  );

type Drawn = typeof anyWorld extends fc.Arbitrary<infer T> ? T : never;

function withoutReferences(given: Drawn) {
  return JSON.parse(JSON.stringify(given).replaceAll("${", "$ {")) as Drawn;
}

/** The same world without folders: of keys with equal names, the last stays. */
function inOneFolder(given: Drawn): Drawn {
  const values = (all: Record<string, string>) =>
    Object.fromEntries(Object.entries(all).map(([one, text]) => [nameOf(one), text]));
  return {
    ...given,
    source: values(given.source),
    destination: values(given.destination),
    steps: given.steps.map((each) => ({
      ...each,
      edits: each.edits && {
        put: { source: values(each.edits.put.source), destination: values(each.edits.put.destination) },
        drop: {
          source: each.edits.drop.source.map(nameOf),
          destination: each.edits.drop.destination.map(nameOf),
        },
      },
    })),
  };
}

const nameOf = (one: string): string => one.slice(one.lastIndexOf("/") + 1);
export type World = typeof world extends fc.Arbitrary<infer T> ? T : never;
