import { describe, expect, test } from "vitest";
import { deepFreeze, type PlanCase, planInput, tell } from "../../test/support/engine.ts";
import { plan } from "./plan.ts";
import { effectsOf } from "./record/effects.ts";

interface Case extends PlanCase {
  name: string;
  changes?: string[];
  keys?: Record<string, string>;
  effects?: Record<string, string>;
  kept?: string[];
}

/** A case that says nothing of changes, effects or kept keys says that there are none. */
function check({ changes = [], keys = {}, effects = {}, kept = [], ...input }: Case) {
  const planned = plan(deepFreeze(planInput(input)));
  expect(planned.changes.map(tell)).toEqual(changes);
  expect(planned.keys).toEqual(keys);
  expect(effectsOf(planned)).toEqual(effects);
  expect(planned.kept.map(({ label }) => label)).toEqual(kept);
}
const table = (cases: Case[]) => test.each(cases)("$name", check);

const SOURCE_FIRST = { initialSyncBehavior: "import-prioritize-source" } as const;
const DESTINATION_FIRST = { initialSyncBehavior: "import-prioritize-destination" } as const;

describe("first run, overwrite-destination", () => {
  table([
    { name: "nothing on either side" },
    {
      name: "a missing key is created",
      source: { A: "x@3" },
      changes: ["create A=x 3@s-A"],
      keys: { A: "3@s-A" },
    },
    {
      name: "an equal key is adopted",
      source: { A: "x@3" },
      destination: { A: "x@7" },
      keys: { A: "3@s-A" },
      effects: { A: "unchanged (at the destination already)" },
    },
    {
      name: "a different key is overwritten, and the user is told",
      source: { A: "x" },
      destination: { A: "y@7" },
      changes: ["update A=x 1@s-A over 7@d-A foreign"],
      keys: { A: "1@s-A" },
      effects: { A: "overwrite (destination has 7@d-A, not written by this sync)" },
    },
    {
      name: "a key that the source lacks is deleted, and the user is told",
      destination: { A: "y@7" },
      changes: ["delete A 7@d-A foreign"],
      effects: { A: "delete (destination has 7@d-A, not written by this sync)" },
    },
    {
      name: "an empty value is a value",
      source: { A: "" },
      changes: ["create A= 1@s-A"],
      keys: { A: "1@s-A" },
    },
    {
      name: "an empty source value overwrites",
      source: { A: "" },
      destination: { A: "y" },
      changes: ["update A= 1@s-A over 1@d-A foreign"],
      keys: { A: "1@s-A" },
      effects: { A: "overwrite (destination has 1@d-A, not written by this sync)" },
    },
    {
      name: "an imported key counts as the source's",
      imported: { A: "x", B: "y" },
      destination: { A: "x" },
      changes: ["create B=y 1@i-B"],
      keys: { A: "1@i-A", B: "1@i-B" },
      effects: { A: "unchanged (at the destination already)" },
    },
    {
      name: "names differ by case",
      source: { abc: "x" },
      destination: { ABC: "x" },
      changes: ["delete ABC 1@d-ABC foreign", "create abc=x 1@s-abc"],
      keys: { abc: "1@s-abc" },
      effects: { ABC: "delete (destination has 1@d-ABC, not written by this sync)" },
    },
  ]);
});

describe("first run, import-prioritize-source", () => {
  const options = SOURCE_FIRST;
  table([
    {
      name: "a destination key that the source lacks is imported, not deleted",
      options,
      destination: { A: "y@7" },
      changes: ["import A=y 7@d-A (new)"],
      keys: { A: "7@d-A" },
      effects: { A: "import into the source (destination has 7@d-A)" },
    },
    {
      name: "so it is with an empty value",
      options,
      destination: { A: "" },
      changes: ["import A= 1@d-A (new)"],
      keys: { A: "1@d-A" },
      effects: { A: "import into the source (destination has 1@d-A)" },
    },
    {
      name: "on a conflict the source wins",
      options,
      source: { A: "x" },
      destination: { A: "y" },
      changes: ["update A=x 1@s-A over 1@d-A foreign"],
      keys: { A: "1@s-A" },
      effects: { A: "overwrite (destination has 1@d-A, not written by this sync)" },
    },
    {
      name: "a key that the source only imports is written into its folder, as the product does",
      options,
      imported: { A: "x" },
      destination: { A: "y" },
      changes: ["import A=y 1@d-A over 1@i-A (new)"],
      keys: { A: "1@d-A" },
      effects: { A: "import into the source, over 1@i-A (destination has 1@d-A)" },
    },
    {
      name: "a key of the source alone is created",
      options,
      source: { A: "x" },
      changes: ["create A=x 1@s-A"],
      keys: { A: "1@s-A" },
    },
    {
      name: "unowned keys to be kept are imported all the same",
      options: { ...options, unownedKeys: "keep" },
      destination: { A: "y" },
      changes: ["import A=y 1@d-A (new)"],
      keys: { A: "1@d-A" },
      effects: { A: "import into the source (destination has 1@d-A)" },
    },
    {
      name: "disableSecretDeletion does not stop the import",
      options: { ...options, disableSecretDeletion: true },
      destination: { A: "y" },
      changes: ["import A=y 1@d-A (new)"],
      keys: { A: "1@d-A" },
      effects: { A: "import into the source (destination has 1@d-A)" },
    },
  ]);
});

describe("first run, import-prioritize-destination", () => {
  const options = DESTINATION_FIRST;
  table([
    {
      name: "on a conflict the destination wins",
      options,
      source: { A: "x@2" },
      destination: { A: "y@7" },
      changes: ["import A=y 7@d-A over 2@s-A"],
      keys: { A: "7@d-A" },
      effects: { A: "import into the source, over 2@s-A (destination has 7@d-A)" },
    },
    {
      name: "but an empty destination value never wins: the source's is pushed",
      options,
      source: { A: "x" },
      destination: { A: "" },
      changes: ["update A=x 1@s-A over 1@d-A foreign"],
      keys: { A: "1@s-A" },
      effects: { A: "overwrite (destination has 1@d-A, not written by this sync)" },
    },
    {
      name: "equal values are no conflict",
      options,
      source: { A: "x" },
      destination: { A: "x" },
      keys: { A: "1@s-A" },
      effects: { A: "unchanged (at the destination already)" },
    },
    {
      name: "an empty value that the source lacks is imported",
      options,
      destination: { A: "" },
      changes: ["import A= 1@d-A (new)"],
      keys: { A: "1@d-A" },
      effects: { A: "import into the source (destination has 1@d-A)" },
    },
    {
      name: "an imported key gives way to an equal one of the folder itself",
      options,
      imported: { A: "x" },
      destination: { A: "x" },
      changes: ["import A=x 1@d-A over 1@i-A (new)"],
      keys: { A: "1@d-A" },
      effects: { A: "import into the source, over 1@i-A (destination has 1@d-A)" },
    },
    {
      name: "white space around an old destination value is no conflict: the source would not store it",
      options,
      source: { A: "x" },
      destination: { A: " x " },
      changes: ["update A=x 1@s-A over 1@d-A foreign"],
      keys: { A: "1@s-A" },
      effects: { A: "overwrite (destination has 1@d-A, not written by this sync)" },
    },
    {
      name: "a destination value of nothing but white space never wins",
      options,
      source: { A: "x" },
      destination: { A: "  " },
      changes: ["update A=x 1@s-A over 1@d-A foreign"],
      keys: { A: "1@s-A" },
      effects: { A: "overwrite (destination has 1@d-A, not written by this sync)" },
    },
  ]);
});

describe("later runs", () => {
  table([
    {
      name: "nothing new",
      source: { A: "x" },
      destination: { A: "x" },
      known: { A: "1@s-A" },
      keys: { A: "1@s-A" },
    },
    {
      name: "a new value of the source is pushed; the revision tells it all",
      source: { A: "new@2" },
      destination: { A: "x" },
      known: { A: "1@s-A" },
      changes: ["update A=new 2@s-A over 1@d-A owned"],
      keys: { A: "2@s-A" },
    },
    {
      name: "a key that left the source is deleted; its missing revision tells it all",
      destination: { A: "x" },
      known: { A: "1@s-A" },
      changes: ["delete A 1@d-A owned"],
    },
    {
      name: "a key gone from both sides is forgotten",
      known: { A: "1@s-A" },
      effects: { A: "unchanged (gone from the destination already)" },
    },
    {
      name: "no import a second time: a destination key that is not ours is deleted",
      options: SOURCE_FIRST,
      destination: { NEW: "y" },
      known: {},
      changes: ["delete NEW 1@d-NEW foreign"],
      effects: { NEW: "delete (destination has 1@d-NEW, not written by this sync)" },
    },
    {
      name: "no import a second time: a conflict goes to the source",
      options: DESTINATION_FIRST,
      source: { A: "x" },
      destination: { A: "y@2" },
      known: { A: "1@d-A" },
      changes: ["update A=x 1@s-A over 2@d-A owned"],
      keys: { A: "1@s-A" },
    },
    {
      name: "after an import the source has its own revision, and nothing changes",
      options: DESTINATION_FIRST,
      source: { A: "y@2" },
      destination: { A: "y@7" },
      known: { A: "7@d-A" },
      keys: { A: "7@d-A" },
    },
    {
      name: "editing a comment raises the source's version but changes nothing",
      source: { A: "x@5" },
      destination: { A: "x" },
      known: { A: "1@s-A" },
      keys: { A: "1@s-A" },
    },
    {
      name: "a secret that was deleted and made anew with the same value changes nothing",
      source: { A: "x@1" },
      destination: { A: "x" },
      known: { A: "9@old" },
      keys: { A: "9@old" },
    },
    {
      name: "what somebody edited at the destination is put back",
      source: { A: "x" },
      destination: { A: "edited@2" },
      known: { A: "1@s-A" },
      changes: ["update A=x 1@s-A over 2@d-A owned restore"],
      keys: { A: "1@s-A" },
      effects: { A: "restore (destination has 2@d-A)" },
    },
    {
      name: "what somebody deleted at the destination is put back",
      source: { A: "x" },
      known: { A: "1@s-A" },
      changes: ["create A=x 1@s-A restore"],
      keys: { A: "1@s-A" },
      effects: { A: "restore (missing at the destination)" },
    },
    {
      name: "a refresh has seen an edit at the destination: it is put back, and the key's revision tells it",
      source: { A: "x" },
      destination: { A: "edited@2" },
      known: { A: "changed 2@d-A" },
      changes: ["update A=x 1@s-A over 2@d-A owned"],
      keys: { A: "1@s-A" },
    },
    {
      name: "a refresh has seen an edit that was undone since: the key stands as the source's again",
      source: { A: "x" },
      destination: { A: "x@3" },
      known: { A: "changed 2@d-A" },
      keys: { A: "1@s-A" },
      effects: { A: "unchanged (at the destination already)" },
    },
    {
      name: "a key of our own that the source re-created elsewhere gets its new revision",
      imported: { A: "other" },
      destination: { A: "x" },
      known: { A: "4@s-A" },
      changes: ["update A=other 1@i-A over 1@d-A owned"],
      keys: { A: "1@i-A" },
    },
    {
      name: "a new key that is at the destination with another value is overwritten, and the user is told",
      source: { A: "x" },
      destination: { A: "theirs" },
      known: {},
      changes: ["update A=x 1@s-A over 1@d-A foreign"],
      keys: { A: "1@s-A" },
      effects: { A: "overwrite (destination has 1@d-A, not written by this sync)" },
    },
  ]);
});

describe("what stays at the destination", () => {
  const sides = { source: { A: "x" }, destination: { A: "x", OURS: "o", THEIRS: "t" } };
  const known = { A: "1@s-A", OURS: "1@s-OURS" };
  const foreign = { THEIRS: "delete (destination has 1@d-THEIRS, not written by this sync)" };
  table([
    {
      name: "unownedKeys delete: nothing",
      ...sides,
      known,
      changes: ["delete OURS 1@d-OURS owned", "delete THEIRS 1@d-THEIRS foreign"],
      keys: { A: "1@s-A" },
      effects: foreign,
    },
    {
      name: "unownedKeys keep: theirs, but it is not among our keys",
      ...sides,
      known,
      options: { unownedKeys: "keep" },
      changes: ["delete OURS 1@d-OURS owned"],
      keys: { A: "1@s-A" },
      kept: ["THEIRS"],
    },
    {
      name: "unownedKeys fail: planned like a delete, the guard refuses",
      ...sides,
      known,
      options: { unownedKeys: "fail" },
      changes: ["delete OURS 1@d-OURS owned", "delete THEIRS 1@d-THEIRS foreign"],
      keys: { A: "1@s-A" },
      effects: foreign,
    },
    {
      name: "disableSecretDeletion: all; ours keeps its revision",
      ...sides,
      known,
      options: { disableSecretDeletion: true },
      keys: { A: "1@s-A", OURS: "1@s-OURS" },
      kept: ["OURS", "THEIRS"],
    },
    {
      name: "disableSecretDeletion does not stop creates and updates",
      source: { A: "new@2", B: "y" },
      destination: { A: "x" },
      known: { A: "1@s-A" },
      options: { disableSecretDeletion: true },
      changes: ["update A=new 2@s-A over 1@d-A owned", "create B=y 1@s-B"],
      keys: { A: "2@s-A", B: "1@s-B" },
    },
    {
      name: "on a first run nothing is ours",
      ...sides,
      options: { unownedKeys: "keep" },
      keys: { A: "1@s-A" },
      effects: { A: "unchanged (at the destination already)" },
      kept: ["OURS", "THEIRS"],
    },
  ]);
});

describe("odd names", () => {
  table([
    {
      name: "stand in the plan under their labels, the key itself is written",
      source: Object.fromEntries([
        ["__A", "1"],
        ["__proto__", "2"],
        ["a%b", "3"],
        ["E\u001b[2J", "4"],
        ["N\nL", "5"],
      ]),
      changes: [
        "create %5F_A=1 1@s-__A",
        "create %5F_proto__=2 1@s-__proto__",
        "create E%1B[2J=4 1@s-E\u001b[2J",
        "create N%0AL=5 1@s-N\nL",
        "create a%25b=3 1@s-a%b",
      ],
      keys: {
        "%5F_A": "1@s-__A",
        "%5F_proto__": "1@s-__proto__",
        "E%1B[2J": "1@s-E\u001b[2J",
        "N%0AL": "1@s-N\nL",
        "a%25b": "1@s-a%b",
      },
    },
    {
      name: "are recognised as ours by their labels",
      source: { ["__A"]: "x@2" },
      destination: { ["__A"]: "w" },
      known: { "%5F_A": "1@s-__A" },
      changes: ["update %5F_A=x 2@s-__A over 1@d-__A owned"],
      keys: { "%5F_A": "2@s-__A" },
    },
    {
      name: "that every object inherits are nothing special",
      destination: { constructor: "x", toString: "y" },
      known: {},
      options: { unownedKeys: "keep" },
      kept: ["constructor", "toString"],
    },
  ]);

  test("the key behind a label is what is written", () => {
    const planned = plan(planInput({ source: { ["__A"]: "x" } }));
    expect(planned.changes[0]).toMatchObject({ key: "__A", label: "%5F_A" });
  });
});

test("counts, sizes and unresolved references are told", () => {
  const input = planInput({
    source: { A: "new@2", B: "b", C: "c" },
    destination: { A: "x", C: "c", D: "d", E: "e", F: "f" },
    known: { A: "1@s-A", D: "1@s-D" },
    options: { unownedKeys: "keep" },
  });
  const source = input.source.map((secret) => ({ ...secret, isUnresolved: secret.key === "B" }));
  expect(plan({ ...input, source })).toMatchObject({
    counts: { create: 1, update: 1, delete: 1, import: 0, unchanged: 1, kept: 2 },
    emptied: [],
    destinationSize: 5,
    unresolved: ["B"],
    isFirstRun: false,
    createsFolder: false,
  });
});

test.each([
  ["it is missing and there is something to write", false, { A: "x" }, true],
  ["not if there is nothing to write", false, {}, false],
  ["not if it exists", true, { A: "x" }, false],
])("the destination folder is made where %s", (_name, destinationFolderExists, source, createsFolder) => {
  expect(plan({ ...planInput({ source }), destinationFolderExists }).createsFolder).toBe(createsFolder);
});

test("the order in which the instances list makes no difference", () => {
  const letters = [..."QWERTYUIOPASDFGHJKLZXCVBNM"];
  const side = (keys: string[], value: string) =>
    Object.fromEntries(keys.map((key, index) => [key, index % 3 ? "same" : value]));
  const make = (keys: string[]) =>
    plan(planInput({ source: side(letters.slice(0, 20), "s"), destination: side(keys, "d"), known: {} }));
  const reversed = planInput({
    source: side(letters.slice(0, 20), "s"),
    destination: side(letters, "d"),
    known: {},
  });
  const planned = make(letters);
  const other = plan({
    ...reversed,
    source: reversed.source.toReversed(),
    destination: reversed.destination.toReversed(),
  });
  expect(other).toEqual(planned);
  expect(Object.keys(planned.keys)).toEqual(Object.keys(planned.keys).sort());
  expect(planned.changes.map(({ label }) => label)).toEqual(planned.changes.map(({ label }) => label).sort());
});
