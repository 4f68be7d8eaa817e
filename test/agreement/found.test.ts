/** Worlds in which the two once parted, or a comparison was wrong, by what was found. */
import { expect, test } from "vitest";
import { syncOptions } from "../../provider/schema.ts";
import { openArena } from "./arena.ts";
import { play } from "./play.ts";
import type { World } from "./worlds.ts";

const quiet = { edits: undefined, fault: undefined };
const worldOf = ({
  options,
  ...given
}: Partial<Omit<World, "options">> & { options: World["options"] }): World => ({
  source: {},
  imports: [],
  elsewhere: {},
  destination: {},
  steps: [quiet],
  ...given,
  options,
});
const optionsOf = (initialSyncBehavior: World["options"]["initialSyncBehavior"]) =>
  syncOptions.parse({ initialSyncBehavior, allowEmptySource: true, allowImportedReferences: true });

test("an imported text that refers to itself is written back by the product alone, so a refused write stops it alone", async () => {
  await using arena = await openArena();
  const given = worldOf({
    destination: { B: "${B} ${C}" },
    options: optionsOf("import-prioritize-source"),
    steps: [{ edits: undefined, fault: "write" }, quiet],
  });
  expect(await play(arena, given)).toContain("late reference");
});

test("a key that others delete at the source after an empty one was imported is deleted at the destination too", async () => {
  await using arena = await openArena();
  const edits = { source: {}, destination: {}, dropped: ["A"], lost: [], imported: {}, elsewhere: {} };
  const given = worldOf({
    destination: { A: "" },
    options: optionsOf("import-prioritize-destination"),
    steps: [quiet, { edits, fault: undefined }],
  });
  expect(await play(arena, given)).toContain("delete");
});

test("a first run that fails imports what is then at the destination when it is repeated", async () => {
  await using arena = await openArena();
  const edits = {
    source: { A: "ours" },
    destination: { A: "theirs", NEW: "n" },
    dropped: [],
    lost: [],
    imported: {},
    elsewhere: {},
  };
  const given = worldOf({
    source: { A: "1", ONLY: "here" },
    options: optionsOf("import-prioritize-destination"),
    steps: [
      { edits: undefined, fault: "write" },
      { edits, fault: undefined },
    ],
  });
  const seen = await play(arena, given);
  expect([...seen]).toEqual(expect.arrayContaining(["failed run", "repeated first run", "import"]));
});

test("a reference to what is imported, with white space at its end, parts the worlds after one run", async () => {
  await using arena = await openArena();
  const given = worldOf({
    source: { A: "${B} ${C}", B: "b", C: "" },
    destination: { A: "b", C: "one" },
    options: optionsOf("import-prioritize-destination"),
  });
  expect([...(await play(arena, given))]).toEqual(
    expect.arrayContaining(["late reference", "untrimmed value"]),
  );
});
