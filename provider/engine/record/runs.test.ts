import { expect, test } from "vitest";
import { loadMemory } from "./memory.ts";
import {
  addRun,
  canGoBackTo,
  changesOf,
  formatRunChange,
  keysAfter,
  parseRunChange,
  type RememberedRun,
} from "./runs.ts";

const runOf = (id: number, changes: number, text = "update created 3@9f2c41ab 14@77aa31c0 15@77aa31c0") =>
  ({
    id: `run-${id}`,
    at: "2026-11-22T06:00:00.000Z",
    counts: { update: changes },
    changes: Object.fromEntries(
      Array.from({ length: changes }, (_, index) => [`SERVICE_${index}_PASSWORD`, text]),
    ),
  }) satisfies RememberedRun;

const history = (...sizes: number[]) =>
  sizes.reduce<RememberedRun[]>((runs, size, index) => addRun(runs, runOf(index + 1, size)), []);

test("the last ten are remembered, newest first, and the oldest has nothing to be undone", () => {
  const runs = history(...Array.from({ length: 12 }, () => 2));
  expect(runs.map(({ id }) => id)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((id) => `run-${id}`));
  expect(runs.at(-1)?.changes).toBeUndefined();
  expect(runs.every(({ id }) => canGoBackTo(runs, id))).toBe(true);
  expect(canGoBackTo(runs, "run-2")).toBe(false);
});

test("a run without changes leaves no trace", () => {
  const runs = history(1);
  expect(addRun(runs, { id: "idle", at: "", counts: {}, changes: {} })).toEqual(runs);
});

test("nothing is claimed to be undoable beyond what is remembered whole", () => {
  const runs = history(3, 4_000, 7_000, 2);
  expect(runs.map(({ id, changes }) => [id, changes !== undefined])).toEqual([
    ["run-4", true],
    ["run-3", true],
    ["run-2", false],
    ["run-1", false],
  ]);
  expect(["run-3", "run-2", "run-1"].map((id) => canGoBackTo(runs, id))).toEqual([true, true, false]);
  expect(runs.at(-1)?.counts).toEqual({ update: 3 });
  // What was dropped does not come back when there is room again.
  expect(canGoBackTo(history(3, 10_001, 1), "run-1")).toBe(false);
});

test("ten runs of ten thousand changes take less than a megabyte", () => {
  const bytes = JSON.stringify(history(...Array.from({ length: 10 }, () => 10_000))).length;
  expect(bytes).toBeGreaterThan(500_000);
  expect(bytes).toBeLessThan(1_000_000);
});

const value = undefined as never;

test("a key is as it was before the first of the later runs that touched it", () => {
  const before = loadMemory({
    OURS: "created 1@aaaaaaaa 4@11111111",
    GONE: "adopted 2@bbbbbbbb 2@22222222",
    STILL: "created 2@cccccccc 1@33333333",
  });
  const after = loadMemory({
    OURS: "created 2@aaaaaaaa 6@11111111",
    THEIRS: "adopted 1@dddddddd 9@44444444",
    NEW: "created 1@eeeeeeee 1@55555555",
  });
  const changes = [
    // Somebody had edited it in between, and that is not what the earlier run had left.
    { kind: "update", key: "OURS", label: "OURS", destination: "5@11111111" },
    { kind: "update", key: "THEIRS", label: "THEIRS", destination: "8@44444444" },
    { kind: "create", key: "NEW", label: "NEW" },
    { kind: "delete", key: "GONE", label: "GONE", destination: "2@22222222" },
    { kind: "delete", key: "STILL", label: "STILL", destination: "1@33333333" },
  ].map((change) => ({ value, revision: "", isOwned: true, isRestore: false, ...change })) as never;
  const done = new Set(["OURS", "THEIRS", "NEW", "GONE"]);
  const did = changesOf({ changes }, done, before, after);
  expect(did.counts).toEqual({ update: 2, create: 1, delete: 1 });
  expect(did.changes).toEqual({
    OURS: "update created 1@aaaaaaaa 4@11111111 6@11111111",
    THEIRS: "update - - 8@44444444 9@44444444",
    NEW: "create - - - 1@55555555",
    GONE: "delete adopted 2@bbbbbbbb 2@22222222 -",
  });

  const first = { id: "first", at: "", counts: { create: 1 } };
  const second = { id: "second", at: "", ...did };
  const third = {
    id: "third",
    at: "",
    counts: { update: 1 },
    changes: { NEW: "update created 1@eeeeeeee 1@55555555 2@55555555" },
  };
  const keys = keysAfter([third, second, first], "first");
  expect(keys.get("OURS")).toEqual({ mine: before.get("OURS"), was: "4@11111111", isImported: false });
  expect(keys.get("THEIRS")).toEqual({ mine: undefined, was: "8@44444444", isImported: false });
  expect(keys.get("NEW")).toEqual({ mine: undefined, was: undefined, isImported: false });
  expect(keysAfter([third, second, first], "second").get("NEW")).toMatchObject({ was: "1@55555555" });
});

test.each<[string, ReturnType<typeof parseRunChange>]>([
  ["create - - - 1@d", { kind: "create", mine: undefined, was: undefined, is: "1@d" }],
  [
    "update created 1@s 1@d 2@d",
    { kind: "update", mine: { origin: "created", pushed: "1@s" }, was: "1@d", is: "2@d" },
  ],
  ["update - - 1@d 2@d", { kind: "update", mine: undefined, was: "1@d", is: "2@d" }],
  [
    "delete adopted 1@s 1@d -",
    { kind: "delete", mine: { origin: "adopted", pushed: "1@s" }, was: "1@d", is: undefined },
  ],
  ["import - - 1@d 1@d", { kind: "import", mine: undefined, was: "1@d", is: "1@d" }],
])("what a run did is read as it was written: %s", (text, change) => {
  expect(parseRunChange(text)).toEqual(change);
  expect(formatRunChange(change as NonNullable<typeof change>)).toBe(text);
});

test.each([
  "",
  "melt - - 1@d 2@d",
  "mark - - 1@d 2@d",
  "update created - 1@d 2@d",
  "update - - 1@d",
  "update - -  2@d",
])("what another version has written of it is not guessed at: %j", (text) =>
  expect(parseRunChange(text)).toBeUndefined(),
);

test.each(["update created 1@a", "update created 1@a 1@b 2@b more", "update ours 1@a 1@b 2@b"])(
  "a text of another version is refused: %s",
  (text) => {
    const runs = [
      { id: "b", at: "", counts: { update: 1 }, changes: { KEY: text } },
      { id: "a", at: "", counts: {} },
    ];
    expect(() => keysAfter(runs, "a")).toThrow(
      expect.objectContaining({ code: "unreadable-state", message: expect.stringContaining("KEY") }),
    );
  },
);
