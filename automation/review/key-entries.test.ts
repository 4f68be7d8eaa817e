import { expect, test } from "vitest";
import { parseEffect } from "../../provider/engine/record/effects.ts";
import { type KeyEntry, keyEntries, totalsOf } from "./key-entries.ts";
import type { Command } from "./operations.ts";
import type { KeyChange, KeyEffect } from "./sync-review.ts";

const create: KeyChange = { key: "K", action: "create", after: "1@aaaaaaaa" };
const update: KeyChange = { key: "K", action: "update", before: "1@aaaaaaaa", after: "2@aaaaaaaa" };
const removal: KeyChange = { key: "K", action: "delete", before: "1@aaaaaaaa" };
const effect = (text: string, source?: string): KeyEffect => ({
  key: "K",
  ...parseEffect(text),
  ...(source !== undefined && { source }),
});

interface Given {
  change?: KeyChange;
  effect?: KeyEffect;
  isBlind?: true;
  operation?: string;
  command?: Command;
}

/** What is undefined is to be absent. */
type Expected = { [Name in keyof KeyEntry]?: KeyEntry[Name] | undefined };

const cases: [string, Given, Expected][] = [
  ["a new key", { change: create }, { action: "create", reason: "new", sourceRevision: "1@aaaaaaaa" }],
  [
    "a new value",
    { change: { ...update, destination: "5@dddddddd" } },
    {
      reason: "new-value",
      before: "1@aaaaaaaa",
      sourceRevision: "2@aaaaaaaa",
      destinationRevision: "5@dddddddd",
    },
  ],
  [
    "a key that the source has no more",
    { change: { ...removal, destination: "5@dddddddd" } },
    {
      action: "delete",
      reason: "gone-from-source",
      sourceRevision: undefined,
      destinationRevision: "5@dddddddd",
    },
  ],
  [
    "what was found changed is put right",
    { change: { ...update, before: "changed 7@dddddddd", destination: "5@dddddddd" } },
    { action: "update", reason: "changed-at-destination", destinationRevision: "7@dddddddd" },
  ],
  [
    "what was found missing is made anew",
    { change: { ...create, destination: "5@dddddddd" } },
    { action: "create", reason: "missing-at-destination", destinationRevision: undefined },
  ],
  [
    "what belongs to an equal value is copied",
    { effect: effect("update comment, tags (overwrites tags)", "1@aaaaaaaa") },
    {
      action: "update",
      reason: "copy",
      why: "other comment, tags (overwrites tags)",
      parts: ["comment", "tags"],
      overwritten: ["tags"],
      isForeign: false,
    },
  ],
  [
    "a new value comes with what belongs to it",
    { change: update, effect: effect("update with comment", "2@aaaaaaaa") },
    {
      action: "update",
      reason: "new-value",
      why: "new value in the source; with comment",
      parts: ["comment"],
    },
  ],
  [
    "what belongs to a foreign value is overwritten",
    { effect: effect("overwrite comment (updates comment, not written by this sync)", "1@aaaaaaaa") },
    { action: "update", reason: "foreign-overwrite", parts: ["comment"], isForeign: true },
  ],
  [
    "a foreign value is overwritten",
    { change: create, effect: effect("overwrite (destination has 4@dddddddd, not written by this sync)") },
    {
      action: "update",
      reason: "foreign-overwrite",
      isForeign: true,
      sourceRevision: "1@aaaaaaaa",
      destinationRevision: "4@dddddddd",
    },
  ],
  [
    "a foreign key is deleted",
    { effect: effect("delete (destination has 4@dddddddd, not written by this sync)") },
    { action: "delete", reason: "foreign-delete", isForeign: true, destinationRevision: "4@dddddddd" },
  ],
  [
    "a restore of an edited value",
    { effect: effect("restore (destination has 4@dddddddd)", "1@aaaaaaaa") },
    { reason: "changed-at-destination", sourceRevision: "1@aaaaaaaa", destinationRevision: "4@dddddddd" },
  ],
  [
    "a restore of a missing key, though a revision is on record",
    {
      change: { ...update, destination: "5@dddddddd" },
      effect: effect("restore (missing at the destination)"),
    },
    { reason: "missing-at-destination", isForeign: false, destinationRevision: undefined },
  ],
  [
    "an import",
    { change: create, effect: effect("import into the source (destination has 4@dddddddd)") },
    { action: "import", reason: "import", isForeign: false, destinationRevision: "4@dddddddd" },
  ],
  [
    "an import over the source's own value",
    {
      change: create,
      effect: effect("import into the source, over 3@cccccccc (destination has 4@dddddddd)"),
    },
    { action: "import", reason: "import-over", isForeign: true, sourceRevision: "3@cccccccc" },
  ],
  [
    "an effect of a later version",
    { effect: effect("melt (it is hot)") },
    { action: "delete", reason: "other", why: "melt (it is hot)", isForeign: true },
  ],
  ["the sync goes", { change: removal, operation: "delete" }, { reason: "removal", isForeign: false }],
  [
    "the sync goes, and its instance removes",
    { change: removal, operation: "delete", isBlind: true },
    { reason: "removal-by-instance" },
  ],
  [
    "a refresh finds a change",
    { change: { ...update, after: "changed 7@dddddddd" }, command: "refresh" },
    { reason: "drifted", sourceRevision: "1@aaaaaaaa", destinationRevision: "7@dddddddd" },
  ],
  ["a refresh misses a key", { change: removal, command: "refresh" }, { reason: "disappeared" }],
  ["a refresh finds a key", { change: create, command: "refresh" }, { reason: "appeared" }],
];

test.each(cases)(
  "%s",
  (_name, { change, effect: of, isBlind, operation = "update", command = "preview" }, expected) => {
    const sync = { changes: change ? [change] : [], effects: of ? [of] : [], ...(isBlind && { isBlind }) };
    const [entry, ...more] = keyEntries(sync, { operation, command });
    expect(more).toEqual([]);
    expect({
      ...Object.fromEntries(Object.keys(expected).map((name) => [name, undefined])),
      ...entry,
    }).toMatchObject({
      key: "K",
      ...expected,
    });
    expect(entry?.why).not.toBe("");
  },
);

test("keys are counted by action, foreign ones once more", () => {
  const sync = {
    changes: [create],
    effects: [{ ...effect("delete (not written by this sync)"), key: "OLD" }],
  };
  expect(totalsOf(keyEntries(sync, { operation: "update", command: "preview" }))).toEqual({
    create: 1,
    update: 0,
    delete: 1,
    import: 0,
    foreign: 1,
  });
});

test("updates are counted by what of them is copied, too", () => {
  const of = (parts: KeyEntry["parts"]) => ({ action: "update" as const, isForeign: false, parts });
  expect(totalsOf([of(["comment", "tags"]), of(["comment"]), of(undefined)])).toEqual({
    ...{ create: 0, update: 3, delete: 0, import: 0, foreign: 0 },
    ...{ comment: 2, tags: 1 },
  });
});
