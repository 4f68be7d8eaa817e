/** The command on a stack with a native sync, from its creation to its end. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../../../test/support/command-folder.ts";
import { bin } from "../../../test/support/run-command.ts";
import { runInProcess } from "../../../test/support/run-in-process.ts";
import { syncsYaml } from "../../../test/support/syncs-yaml.ts";
import { startWorld, type World } from "../../../test/support/world.ts";
import { jobsDocumentSchema } from "./document.ts";

test.skipIf(!existsSync(bin))(
  "sync, import and remove act on what the state has (needs npm run build)",
  async () => {
    await using world = await startWorld({
      execution: "native",
      source: { A: "value-of-a", B: "value-of-b" },
      destination: { B: "value-before" },
    });
    await using folder = await makeFolder(syncsYaml(world));
    const told: string[] = [];
    const run = async (...args: string[]) => {
      const result = await runInProcess(world, folder.path, args);
      told.push(result.stdout, result.stderr);
      return result;
    };

    const up = await run("up", "--yes", "--skip-preview");
    expect(up.code, up.stderr).toBe(0);
    expect(world.destination.read()).toEqual({ A: "value-of-a", B: "value-of-b" });

    world.source.put({ C: "value-of-c" });
    await writeFile(join(folder.path, "policies.yaml"), 'policies:\n  denyKeys: ["C"]\n');
    const denied = await run("sync", "--yes", "--policies", "policies.yaml");
    expect(denied.code, denied.stderr).toBe(5);
    expect(denied.stdout).toMatch(/mandatory denyKeys: app: .*C/);
    expect(denied.stderr).toMatch(/error: .*polic/);
    const deniedJson = await run("sync", "--yes", "--json", "--policies", "policies.yaml");
    expect(deniedJson.code).toBe(5);
    expect(jobsDocumentSchema.parse(JSON.parse(deniedJson.stdout))).toMatchObject({
      result: "failed",
      exitCode: 5,
      policies: [{ rule: "denyKeys", key: "C" }],
      syncs: [],
      error: { code: "policy-violation" },
    });
    expect(keysOf(world.destination)).toEqual(["A", "B"]);

    const sync = await run("sync", "--yes", "--json");
    expect(sync.code, sync.stderr).toBe(0);
    const document = jobsDocumentSchema.parse(JSON.parse(sync.stdout));
    expect(document).toMatchObject({
      command: "sync",
      result: "succeeded",
      syncs: [{ resource: "app", execution: "native", result: "succeeded", jobId: expect.any(String) }],
    });
    expect(keysOf(world.destination)).toEqual(["A", "B", "C"]);

    world.destination.put({ THEIRS: "value-of-theirs" });
    const imported = await run("import", "--yes", "--behavior", "prioritize-source");
    expect(imported.code, imported.stderr).toBe(0);
    expect(imported.stdout).toMatch(/ < {2}app {2}imported \(job /);
    expect(keysOf(world.source)).toEqual(["A", "B", "C", "THEIRS"]);

    const refused = await run("remove");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/no terminal to ask on, so remove needs --yes/);
    const removed = await run("remove", "--yes", "--execution", "engine", "--sync", "app");
    expect(removed.code, removed.stderr).toBe(0);
    expect(keysOf(world.destination)).toEqual(["B", "C", "THEIRS"]);

    // One key of the source is missing at the destination now, so the instance refuses to remove any.
    const failed = await run("remove", "--yes");
    expect(failed.code, failed.stderr).toBe(4);
    expect(failed.stdout).toMatch(/missing at the destination: A\./);
    expect(failed.stdout).toMatch(/error: app: The instance's removal of "app" failed: .*\(404\)/);

    expect((await run("sync", "--yes")).code).toBe(0);
    const destroy = await run("destroy", "--yes");
    expect(destroy.code, destroy.stderr).toBe(0);
    expect(destroy.stdout).toMatch(/by the source instance: every key of the source, whoever wrote it/);
    expect(world.destination.read()).toEqual({});

    const texts = told.join("\n");
    for (const secret of ["value-", world.source.clientSecret, world.destination.clientSecret])
      expect(texts).not.toContain(secret);
  },
  120_000,
);

const keysOf = (side: World["source"]) => Object.keys(side.read()).sort();
