/** What nobody else on the machine may read, as `up` and `preview` leave it (needs npm run build). */
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "./support/command-folder.ts";
import { bin } from "./support/run-command.ts";
import { runInProcess } from "./support/run-in-process.ts";
import { syncsYaml } from "./support/syncs-yaml.ts";
import { startWorld } from "./support/world.ts";

test.skipIf(!existsSync(bin) || process.platform === "win32")(
  "states, settings, plan files and reports are their owner's alone",
  async () => {
    await using world = await startWorld({ source: { A: "value-of-a" } });
    await using folder = await makeFolder(syncsYaml(world));
    const before = await modesIn(folder.path);
    const key = { EXTERNAL_INFISICAL_PLAN_KEY: "a key of these tests" };
    const run = async (...args: string[]) => {
      const { code, stderr } = await runInProcess(world, folder.path, args, undefined, key);
      expect(code, stderr).toBe(0);
    };
    await run("up", "--yes", "--skip-preview", "--report", "html=up.html", "--report", "markdown=up.md");
    await run("preview", "--out", "plan.json", "--report", "json=preview.json");

    const made = [...(await modesIn(folder.path))].filter(([path]) => !before.has(path));
    const names = made.map(([path]) => path);
    for (const path of ["up.html", "up.md", "plan.json", "preview.json", ".external-infisical/.gitignore"])
      expect(names).toContain(path);
    expect(names).toContainEqual(expect.stringMatching(/^state\/.*\/dev\.json$/));
    expect(names).toContainEqual(expect.stringMatching(/^\.external-infisical\/.*\/Pulumi\.dev\.yaml$/));
    expect(made.filter(([, mode]) => mode !== "600" && mode !== "700")).toEqual([]);
  },
);

/** Files and folders, without links, with their modes. */
async function modesIn(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const own = entries.filter((entry) => entry.isFile() || entry.isDirectory());
  const modes = own.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [relative(folder, path), ((await stat(path)).mode & 0o777).toString(8)] as const;
  });
  return new Map(await Promise.all(modes));
}
