/** Keys, a connection, a sync and a project whose names every plain object seems to have, through all commands. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { documentSchema } from "../automation/report/json.ts";
import { makeFolder } from "./support/command-folder.ts";
import { bin } from "./support/run-command.ts";
import { runInProcess } from "./support/run-in-process.ts";
import { syncsYaml } from "./support/syncs-yaml.ts";
import { isThorough } from "./support/thorough.ts";
import { startWorld } from "./support/world.ts";

const NAMES = ["constructor", "hasOwnProperty", "isPrototypeOf", "toLocaleString", "toString", "valueOf"];
const valuesOf = (value: string) => Object.fromEntries(NAMES.map((name) => [name, `${value} of ${name}`]));

const POLICIES = `policies:
  denyKeys: { value: [toString], enforcement: advisory }
  denyForeignDeletes: true
`;

test.skipIf(!isThorough || !existsSync(bin))(
  "names that objects inherit are names like any other (npm run test:all, after npm run build)",
  async () => {
    await using world = await startWorld({ source: { A: "value of A" } });
    const yaml = syncsYaml(world)
      .replace("project: demo", "project: constructor")
      .replace("  dr:", "  constructor:")
      .replace("connection: dr", "connection: constructor")
      .replace("  app:", "  constructor:");
    await using folder = await makeFolder(yaml);
    await writeFile(join(folder.path, "policies.yaml"), POLICIES);
    const succeed = async (...args: string[]) => {
      const result = await runInProcess(world, folder.path, args);
      expect(result.code, result.stderr + result.stdout).toBe(0);
      return result.stdout;
    };
    const judged = ["--policies", "policies.yaml"];

    await succeed("up", "--yes", "--skip-preview");
    world.source.put(valuesOf("first value"));
    process.env["EXTERNAL_INFISICAL_PLAN_KEY"] = "the plan key of this test";
    try {
      const planned = documentSchema.parse(
        JSON.parse(await succeed("preview", "--json", "--out", "plan.json", ...judged)),
      );
      expect(
        planned.resources.find(({ sync }) => sync)?.sync?.keys.map(({ key, action }) => [key, action]),
      ).toEqual(NAMES.map((name) => [name, "create"]));
      expect(planned.policies).toMatchObject([{ rule: "denyKeys", key: "toString" }]);
      const reports = ["--report", "markdown=report.md", "--report", "html=report.html"];
      await succeed("up", "--yes", "--plan", "plan.json", "--diff", ...reports, ...judged);
    } finally {
      delete process.env["EXTERNAL_INFISICAL_PLAN_KEY"];
    }
    for (const name of ["report.md", "report.html"]) {
      const report = await readFile(join(folder.path, name), "utf8");
      for (const key of NAMES) expect(report).toContain(key);
    }
    expect(world.destination.read()).toMatchObject(valuesOf("first value"));

    world.destination.put({ valueOf: "edited" });
    const drift = await runInProcess(world, folder.path, ["drift"]);
    expect(drift.code, drift.stderr).not.toBe(1);
    expect(drift.stdout).toMatch(/valueOf/);
    expect(drift.stdout).not.toMatch(/toString/);
    await succeed("refresh", "--yes");
    await succeed("up", "--yes");
    world.source.put(valuesOf("second value"));
    await succeed("up", "--yes");
    expect(world.destination.read()).toMatchObject(valuesOf("second value"));

    const { history } = JSON.parse(await succeed("rollback", "--json"));
    await succeed("rollback", "--yes", "--to", history[0].runs[1].id);
    expect(world.destination.read()).toMatchObject(valuesOf("first value"));
    await succeed("status");
    await succeed("destroy", "--yes");
    expect(world.destination.read()).toEqual({});
  },
  180_000,
);
