/** Random worlds: what both sides hold, how they are synced, what others do in between, what fails. */
import fc from "fast-check";
import type { SideName } from "../arena.ts";
import { faults } from "../kinds.ts";
import { besides } from "./beside.ts";
import { FILTER_NAMES, type FilterName, filterNamed } from "./filters.ts";

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
  index: fc.integer({ min: 1, max: 26 }),
  isLasting: fc.boolean(),
});
export type WorldFault = typeof fault extends fc.Arbitrary<infer T> ? T : never;

const edits = fc.record({
  beside: fc.record({ source: besides(key, 2), destination: besides(key, 2) }),
  /** Folders of a tree that lose all their keys at the source. */
  emptied: fc.subarray(["f", "f/g", "h"]),
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
  beside: fc.record({ source: besides(key, 6), destination: besides(key, 4) }),
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
    copy: fc.oneof(fc.constant([]), fc.subarray(["comment", "tags", "metadata", "multiline"])),
  }),
  filter: fc.oneof(fc.constant<FilterName>("none"), fc.constantFrom(...FILTER_NAMES)),
  /** Of a tree. */
  removesEmptyFolders: fc.boolean(),
  removeSecretsOnDelete: fc.boolean(),
  steps: fc.array(step, { minLength: 1, maxLength: 4 }),
  lastFault: fc.option(fault),
});

/** What an import changes of references is another matter: see test/agreement. */
export const world = anyWorld
  .map((given) => (given.isTree ? given : inOneFolder(given)))
  .map((given) => (given.filter === "tagged" ? byTag(given) : given))
  .map((given) =>
    given.options.initialSyncBehavior === "overwrite-destination" ? given : withoutReferences(given),
  );

type Drawn = typeof anyWorld extends fc.Arbitrary<infer T> ? T : never;

function withoutReferences(given: Drawn) {
  return JSON.parse(JSON.stringify(given).replaceAll("${", "$ {")) as Drawn;
}

/** What is chosen by tags is not imported, and of the destination's own keys none is deleted. */
const byTag = (given: Drawn): Drawn => ({
  ...given,
  options: {
    ...given.options,
    initialSyncBehavior: "overwrite-destination",
    unownedKeys: given.options.unownedKeys === "delete" ? "keep" : given.options.unownedKeys,
  },
});

/** The same world without folders: of keys with equal names, the last stays. */
function inOneFolder(given: Drawn): Drawn {
  const values = <T>(all: Record<string, T>) =>
    Object.fromEntries(Object.entries(all).map(([one, text]) => [nameOf(one), text]));
  const sides = <T>({ source, destination }: Record<SideName, Record<string, T>>) => ({
    source: values(source),
    destination: values(destination),
  });
  return {
    ...given,
    ...sides(given),
    beside: sides(given.beside),
    filter: filterNamed(given.filter).isOfFolders ? ("none" as const) : given.filter,
    steps: given.steps.map((each) => ({
      ...each,
      edits: each.edits && {
        put: sides(each.edits.put),
        beside: sides(each.edits.beside),
        emptied: each.edits.emptied,
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
