import { access } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../../test/support/command-folder.ts";
import { keepWorkspace } from "./workspace.ts";

test("commands that make one working folder at once all have it", async () => {
  await using folder = await makeFolder("");
  const made = await Promise.all(Array.from({ length: 8 }, () => keepWorkspace(folder.path, "demo")));
  const path = join(folder.path, ".external-infisical", "demo");
  expect(new Set(made.map((workspace) => workspace.path))).toEqual(new Set([path]));
  await access(join(path, "node_modules", "@pulumi", "pulumi", "package.json"));
});
