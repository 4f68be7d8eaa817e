import { expect, test } from "vitest";
import { goneFolders, goneText } from "./gone-folders.ts";
import { locateInFolder, locateInTree } from "./tree-key.ts";

const keysIn = (texts: string) => texts.split(" ").filter(Boolean);
/** Keys are told as `folder/name=revision`; one that is deleted and begins with `?` is another's. */
function found(deleted: string, held: string, created = "", locate = locateInTree) {
  const parts = (text: string) =>
    keysIn(text).map((each) => {
      const [key = "", revision = "1@aaaaaaaa"] = each.split("=");
      return { key: key.replace("?", ""), revision, isOwned: !key.startsWith("?") };
    });
  return goneFolders(
    {
      deleted: parts(deleted),
      created: parts(created),
      held: [...keysIn(held), ...parts(created).map(({ key }) => key)],
    },
    locate,
  ).map(goneText);
}
const gone = (folder: string, keys: string) =>
  `folder ${folder} is gone or empty at the source, and ${keys} with it`;

test.each<[string, string[], string[]]>([
  ["a key alone is no folder", ["api/A", "api/B"], []],
  ["a folder", ["api/A api/B", "C"], [gone("/api", "2 keys")]],
  ["one with those beneath is one line", ["api/A api/v1/B api/v1/x/C", "D"], [gone("/api", "3 keys")]],
  [
    "one of which some beneath stay",
    ["api/A api/v2/B", "api/v1/B"],
    [gone("/api", "1 key"), gone("/api/v2", "1 key")],
  ],
  ["all", ["A api/B", ""], [gone("/", "2 keys")]],
  ["the uppermost alone", ["A", "api/B"], [gone("/", "1 key")]],
  ["what only others have made", ["?api/A", "B"], []],
  ["what others have made beside", ["?api/A api/B", "C"], [gone("/api", "2 keys")]],
  ["what others have made, if nothing is left", ["?api/A", ""], [gone("/", "1 key")]],
  ["names that begin alike", ["api/A", "api2/A"], [gone("/api", "1 key")]],
  [
    "a renamed one",
    ["api/A=2@aaaaaaaa api/v1/B=1@bbbbbbbb~01234567", "C", "api2/A=2@aaaaaaaa api2/v1/B=1@bbbbbbbb~76543210"],
    [`${gone("/api", "2 keys")}; 2 equal values are new in /api2`],
  ],
  [
    "one that was moved, in part",
    ["api/A=2@aaaaaaaa api/B=2@bbbbbbbb", "old/C", "old/api/A=2@aaaaaaaa old/api/B=3@bbbbbbbb"],
    [`${gone("/api", "2 keys")}; 1 equal value is new in /old/api`],
  ],
  [
    "other secrets of the same names",
    ["api/A=2@aaaaaaaa", "C", "api2/A=1@cccccccc"],
    [gone("/api", "1 key")],
  ],
])("%s", (_what, [deleted = "", held = "", created], expected) => {
  expect(found(deleted, held, created)).toEqual(expected);
});

test("in one folder, names with slashes are names", () => {
  expect(found("a/B", "C", "", locateInFolder)).toEqual([]);
  expect(found("a/B", "", "", locateInFolder)).toEqual([gone("/", "1 key")]);
});
