/** What a preview and an update announce of deleted syncs is what goes at the destination, and nothing else. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { documentSchema } from "../automation/report/json.ts";
import { makeFolder } from "./support/command-folder.ts";
import { runInProcess } from "./support/run-in-process.ts";
import { syncsYaml } from "./support/syncs-yaml.ts";
import { isThorough } from "./support/thorough.ts";
import { startWorld, type World } from "./support/world.ts";

const by = (execution: World["execution"]) => (world: World) => syncsYaml({ ...world, execution });
const renamed = (yaml: (world: World) => string) => (world: World) => yaml(world).replace("  app:", "  pay:");
const moved = (yaml: (world: World) => string) => (world: World) =>
  yaml(world).replace(
    `      secretPath: ${world.destination.secretPath}\n    syncOptions`,
    "      secretPath: /elsewhere\n    syncOptions",
  );

const CHANGES = [
  ["engine to native in place", by("engine"), by("native"), []],
  ["native to engine in place", by("native"), by("engine"), []],
  ["engine to native and to another folder", by("engine"), moved(by("native")), ["A", "B"]],
  ["a new name, in engine execution", by("engine"), renamed(by("engine")), []],
  ["a new name, in native execution", by("native"), renamed(by("native")), []],
  ["a new name and another folder", by("engine"), renamed(moved(by("engine"))), ["A", "B"]],
] as const;

for (const [index, [name, before, after, removed]] of CHANGES.entries()) {
  const isPlayed = isThorough || index === 0 || index === CHANGES.length - 1;
  const title = isPlayed ? name : `${name} (npm run test:all)`;
  test.skipIf(!isPlayed)(title, { timeout: 60_000 }, async () => {
    await using world = await startWorld({ execution: "native", source: { A: "1", B: "2" } });
    await using folder = await makeFolder(before(world));
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await runInProcess(world, folder.path, args);
      expect(code, stdout + stderr).toBe(0);
      return stdout;
    };
    const deletesIn = (text: string) =>
      documentSchema
        .parse(JSON.parse(text))
        .resources.flatMap(({ sync }) => sync?.keys ?? [])
        .filter(({ action }) => action === "delete")
        .map(({ key }) => key);
    await run("up", "--yes", "--skip-preview");
    expect(world.destination.read()).toEqual({ A: "1", B: "2" });

    await writeFile(join(folder.path, "syncs.yaml"), after(world));
    expect(deletesIn(await run("preview", "--json", "--report", "markdown=report.md"))).toEqual(removed);
    const report = await readFile(join(folder.path, "report.md"), "utf8");
    if (removed.length > 0) expect(report).toMatch(/^\*\*(?:2 to create, )?2 to delete\*\*/m);
    else expect(report).not.toMatch(/to delete|source instance deletes/);
    expect(deletesIn(await run("up", "--yes", "--json"))).toEqual(removed);
    expect(Object.keys(world.destination.read())).toEqual(removed.length > 0 ? [] : ["A", "B"]);
  });
}
