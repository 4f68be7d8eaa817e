import { expect, test } from "vitest";
import { unknownName } from "./did-you-mean.ts";

const KNOWN = ["name", "syncOptions", "onFailure", "unownedKeys", "syncOptions.maxDeletes", "projectId"];

test.each([
  ["a letter less", "unownedKey", "unownedKeys"],
  ["a letter more", "nname", "name"],
  ["Terraform's spelling", "unowned_keys", "unownedKeys"],
  ["another case", "OnFailure", "onFailure"],
  ["one level too high", "maxDelete", "syncOptions.maxDeletes"],
  ["another ending", "projectID", "projectId"],
  ["nothing like it", "schedule", undefined],
  ["a name that objects inherit", "constructor", undefined],
  ["none at all", "", undefined],
])("%s", (_what, name, meant) => {
  const told = meant === undefined ? "" : `; did you mean "${meant}"?`;
  expect(unknownName(name, KNOWN)).toBe(`there is no such setting${told}`);
});
