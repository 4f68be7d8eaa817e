import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../../test/support/command-folder.ts";
import { declaredFoldersIn, FOLDERS_FILE } from "./declared-folders.ts";

const FOLDER = { origin: "https://a.example", projectId: "p", environment: "dev", secretPath: "/app" };

test.each<[what: string, text: string | undefined, found: number]>([
  ["folders", JSON.stringify([FOLDER, { ...FOLDER, clientId: "c" }]), 2],
  ["what is no JSON", "[", 0],
  ["something else", JSON.stringify({ folders: [FOLDER] }), 0],
  ["a folder without a path", JSON.stringify([FOLDER, { ...FOLDER, secretPath: undefined }]), 0],
  ["nothing, since there is no file", undefined, 0],
])("a file with %s", async (_what, text, found) => {
  await using folder = await makeFolder("");
  const path = join(folder.path, "folders.json");
  if (text !== undefined) await writeFile(path, text);
  expect(declaredFoldersIn({ [FOLDERS_FILE]: path })).toHaveLength(found);
});

test("without the variable there are none", () => {
  expect(declaredFoldersIn({})).toEqual([]);
  expect(declaredFoldersIn({ [FOLDERS_FILE]: "" })).toEqual([]);
});
