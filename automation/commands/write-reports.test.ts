/** What is to be written is looked at before the work whose result it is to hold; what others have written stays. */
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeFolder } from "../../test/support/command-folder.ts";
import { runInProcess } from "../../test/support/run-in-process.ts";
import { syncsYaml } from "../../test/support/syncs-yaml.ts";
import { treeOf } from "../../test/support/tree.ts";
import { startWorld } from "../../test/support/world.ts";

const UP = ["up", "--yes", "--skip-preview"];
const KEY = ["--secret-config", "external-infisical:planKey=a key of these tests"];
const CLOSED: [string[], RegExp] = [
  [...UP, "--report", "json=closed/r.json"],
  /closed\/r\.json cannot be written/,
];
const isRoot = process.getuid?.() === 0;

it.each<[args: string[], message: RegExp]>([
  [[...UP, "--report", "markdown=no/such/dir/r.md"], /no\/such\/dir\/r\.md cannot be written: .*ENOENT/],
  [[...UP, "--report", "json=folder"], /folder cannot be written: it is a folder/],
  [["drift", "--report", "html=no/r.html"], /no\/r\.html cannot be written/],
  [["preview", "--out", "no/plan.json", ...KEY], /no\/plan\.json cannot be written/],
  ...(isRoot ? [] : [CLOSED]),
])("%j is refused before any request", async (args, message) => {
  await using world = await startWorld({ source: { A: "1" } });
  await using folder = await makeFolder(syncsYaml(world));
  await mkdir(join(folder.path, "folder"));
  await mkdir(join(folder.path, "closed"));
  await chmod(join(folder.path, "closed"), 0o500);
  const refused = await runInProcess(world, folder.path, args);
  expect(refused.code, refused.stderr).toBe(2);
  expect(refused.stderr).toMatch(message);
  expect(refused.stderr.match(/cannot be written/g)).toHaveLength(1);
  for (const { server } of [world.source, world.destination]) expect(server.requests).toEqual([]);
});

it("a report that is refused is told in the document, too", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using folder = await makeFolder(syncsYaml(world));
  const before = await treeOf(folder.path);
  const args = [...UP, "--json", "--report", "html=no/r.html"];
  const { code, stdout } = await runInProcess(world, folder.path, args);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ result: "failed", error: { code: "invalid-config" } });
  expect(await treeOf(folder.path)).toEqual(before);
});

it.each([
  ["<!-- external-infisical:demo/dev -->\nof an earlier run", undefined],
  ["the user's own", "the user's own"],
])("the full report beside a short one goes if it is one: %j", async (before, after) => {
  await using world = await startWorld({ source: { A: "1" } });
  await using folder = await makeFolder(syncsYaml(world));
  const full = join(folder.path, "review.full.md");
  await writeFile(full, before);
  const told = await runInProcess(world, folder.path, ["preview", "--report", "markdown=review.md"]);
  expect(told.code, told.stderr).toBe(0);
  expect(await readFile(full, "utf8").catch(() => undefined)).toBe(after);
});
