/** `--sync` by the command in this process (needs npm run build: providers have a process of their own). */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder } from "../../../test/support/command-folder.ts";
import { ENGINES } from "../../../test/support/engines.ts";
import { bin } from "../../../test/support/run-command.ts";
import { runInProcess } from "../../../test/support/run-in-process.ts";
import { syncsYaml } from "../../../test/support/syncs-yaml.ts";
import { startWorld } from "../../../test/support/world.ts";
import { resourceName } from "../../engines/urn.ts";
import { documentSchema } from "../../report/json.ts";

const PLAN_KEY = { EXTERNAL_INFISICAL_PLAN_KEY: "the plan key of these tests" };

describe.skipIf(!existsSync(bin)).each(ENGINES)("--sync, engine $title", ({ engine, isPlayed }) => {
  it.skipIf(!isPlayed)(
    "looks at nothing but the named syncs and what they need",
    { timeout: 240_000 },
    async () => {
      await using world = await startWorld({ source: { A: "1" } });
      const { server, projectId } = world.destination;
      const at = (secretPath: string) => server.readSecrets({ projectId, environment: "prod", secretPath });
      const [head = "", app = ""] = syncsYaml(world).split("syncs:\n");
      const to = (name: string, { wave = 1, connection = "dr" } = {}) =>
        app
          .replace("  app:", `  ${name}:\n    wave: ${wave}`)
          .replace(/\/app\n(?= {4}syncOptions)/, `/${name}\n`)
          .replace("connection: dr", `connection: ${connection}`);
      const away = `  away:\n    instanceUrl: http://127.0.0.1:1\n    machineIdentityClientId: ${world.destination.clientId}\n    machineIdentityClientSecret: \${env:DR_SECRET}\n`;
      await using folder = await makeFolder(`${head}syncs:\n${to("app")}${to("gone")}`);
      const run = async (...args: string[]) => {
        const given = [...args, ...(args[0] === "up" ? ["--yes"] : []), "--json"];
        const { code, stdout, stderr } = await runInProcess(
          world,
          folder.path,
          given,
          ["--engine", engine],
          PLAN_KEY,
        );
        expect(stdout, stderr).not.toBe("");
        const document = documentSchema.parse(JSON.parse(stdout));
        const told = [document.error?.message, ...document.diagnostics.map(({ message }) => message)].join(
          "\n",
        );
        return { code, document, told, targets: document.targets?.map(resourceName).sort() };
      };
      expect((await run("up", "--sync", "app", "--sync", "gone")).code).toBe(0);

      // Nobody answers where `away` leads, and `late` has a wave before it.
      const syncs = [
        to("app"),
        to("gone"),
        to("second"),
        to("lost", { connection: "away" }),
        to("late", { wave: 2 }),
      ];
      const declared = `${head}${away}syncs:\n${syncs.join("")}`;
      await writeFile(join(folder.path, "syncs.yaml"), declared);
      world.source.put({ A: "2" });
      const previewed = await run(
        "preview",
        "--sync",
        "app",
        "--out",
        "plan.json",
        "--report",
        "markdown=report.md",
      );
      expect(previewed.code, previewed.told).toBe(0);
      expect(previewed.targets).toEqual(["app", "dr"]);
      expect(previewed.document.resources.flatMap(({ name, sync }) => (sync ? [name] : []))).toEqual(["app"]);
      expect(previewed.document).toMatchObject({
        summary: { same: 2, update: 1 },
        totals: { syncs: 1, update: 1, create: 0, delete: 0 },
      });
      expect(await readFile(join(folder.path, "report.md"), "utf8")).toContain(
        "Only app; nothing else of the stack was looked at.",
      );

      const planned = await run("up", "--plan", "plan.json");
      expect(planned.code, planned.told).toBe(0);
      expect(planned.targets).toEqual(["app", "dr"]);
      expect([at("/app"), at("/gone"), at("/second")]).toEqual([{ A: "2" }, { A: "1" }, {}]);

      const unknown = await run("up", "--sync", "scond");
      expect(unknown).toMatchObject({
        code: 2,
        document: { error: { message: 'There is no sync "scond"; did you mean "second"?' } },
      });
      // Waves are an order; but nothing is made before what it comes after has ever been.
      const early = await run("preview", "--sync", "late");
      expect(early.code, early.told).toBe(4);
      expect(early.told).toContain('it needs "second", which has not been deployed yet');
      expect((await run("up", "--sync", "second", "--continue-on-error")).code).toBe(0);
      expect([at("/second"), at("/gone"), at("/late")]).toEqual([{ A: "2" }, { A: "1" }, {}]);

      await writeFile(join(folder.path, "syncs.yaml"), declared.replace(to("gone"), ""));
      world.source.put({ A: "3" });
      const after = await run("up", "--sync", "app");
      expect(after.code, after.told).toBe(engine === "local" ? 0 : 4);
      if (engine === "pulumi") expect(after.told).toContain('"gone" is declared no longer');
      expect(at("/gone")).toEqual({ A: "1" });
      if (engine === "pulumi") return;

      world.source.put({ A: "4" });
      const repair = ["drift", "--repair", "--yes", "--sync", "app", "--json"];
      const repaired = await runInProcess(world, folder.path, repair);
      expect(repaired.code, repaired.stdout).toBe(0);
      expect([at("/app"), at("/second"), at("/gone")]).toEqual([{ A: "4" }, { A: "2" }, { A: "1" }]);
      const refreshed = await run("refresh", "--yes", "--sync", "app");
      expect(refreshed.code, refreshed.told).toBe(0);
      expect(refreshed.document.resources.flatMap(({ name, sync }) => (sync ? [name] : []))).toEqual(["app"]);
    },
  );
});
