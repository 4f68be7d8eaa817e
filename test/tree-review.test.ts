/** What a reviewer sees of a folder that was renamed at the source. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { driftDocumentSchema } from "../automation/commands/drift/document.ts";
import { documentSchema, syncsOf } from "../automation/report/json.ts";
import { adminOf } from "./support/admin.ts";
import { makeFolder } from "./support/command-folder.ts";
import { bin } from "./support/run-command.ts";
import { runInProcess } from "./support/run-in-process.ts";
import { syncsYaml } from "./support/syncs-yaml.ts";
import { startWorld } from "./support/world.ts";

const LINE =
  "folder /api is gone or empty at the source, and 3 keys with it; 3 equal values are new in /api2";

test.skipIf(!existsSync(bin))(
  "a renamed folder is one line in each report (needs npm run build)",
  async () => {
    await using world = await startWorld({ source: { A: "1" } });
    const { server, projectId, environment, secretPath } = world.source;
    const at = (folder: string) => ({ projectId, environment, secretPath: `${secretPath}/${folder}` });
    server.putSecrets(at("api"), { B: "2", C: "${B}-c" });
    server.putSecrets(at("api/v1"), { D: "3" });
    const yaml = syncsYaml(world).replace(
      "overwrite-destination }",
      "overwrite-destination, includeAllSubFolders: true, allowEmptySource: true }",
    );
    await using folder = await makeFolder(yaml);
    const run = (...args: string[]) => runInProcess(world, folder.path, args);
    expect(await run("up", "--yes", "--quiet")).toMatchObject({ code: 0 });

    const admin = adminOf(server);
    const query = new URLSearchParams({ projectId, environment, path: secretPath });
    const { folders } = (await admin("GET", `/api/v2/folders?${query}`)) as { folders: { id: string }[] };
    await admin("PATCH", `/api/v2/folders/${folders[0]?.id}`, {
      ...{ projectId, environment, path: secretPath },
      name: "api2",
    });

    // What was found, as a value: drift tells it as previews do, in its text, its document and its reports.
    const drift = await run("drift", "--report", "markdown=drift.md");
    expect(drift.code, drift.stderr).toBe(10);
    expect(drift.stdout.match(/is gone or empty/g), drift.stdout).toHaveLength(1);
    expect(drift.stdout).toContain(LINE);
    expect(await readFile(join(folder.path, "drift.md"), "utf8")).toContain(LINE);
    const looked = driftDocumentSchema.parse(JSON.parse((await run("drift", "--json")).stdout));
    expect(looked.syncs[0]?.goneFolders).toEqual([
      { folder: "/api", keys: 3, equal: { folder: "/api2", keys: 3 } },
    ]);

    const reports = ["markdown", "html", "json"].flatMap((format) => [
      "--report",
      `${format}=review.${format}`,
    ]);
    const { code, stdout, stderr } = await run("preview", ...reports);
    expect(code, stderr).toBe(0);
    expect(stdout.match(/is gone or empty/g), stdout).toHaveLength(1);
    expect(stdout).toContain(LINE);
    for (const format of ["markdown", "html"])
      expect(await readFile(join(folder.path, `review.${format}`), "utf8")).toContain(LINE);
    const document = documentSchema.parse(
      JSON.parse(await readFile(join(folder.path, "review.json"), "utf8")),
    );
    expect(syncsOf(document)[0]?.sync).toMatchObject({
      source: { isTree: true },
      goneFolders: [{ folder: "/api", keys: 3, equal: { folder: "/api2", keys: 3 } }],
      totals: { create: 3, delete: 3 },
    });

    await writeFile(join(folder.path, "policies.yaml"), "policies: { denyFolderRemoval: true }\n");
    const refused = await run("preview", "--policies", "policies.yaml");
    expect(refused.code).toBe(5);
    expect(refused.stdout + refused.stderr).toMatch(
      /denyFolderRemoval: app: in .*:\/app, folder \/api is gone/,
    );

    // Without the option, an emptied folder is refused, and told with where its secrets are.
    await writeFile(join(folder.path, "syncs.yaml"), yaml.replace(", allowEmptySource: true", ""));
    const unsafe = await run("preview");
    expect(unsafe.code).toBe(4);
    expect(unsafe.stdout + unsafe.stderr).toContain(
      "source folders /api (3 equal values are new in /api2) hold no secrets; the run would delete 3 of 4 keys",
    );
  },
);
