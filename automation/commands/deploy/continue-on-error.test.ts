/** `--continue-on-error` of the command, with providers in other processes; on the CLI as well, where there is one. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder } from "../../../test/support/command-folder.ts";
import { ENGINES } from "../../../test/support/engines.ts";
import { bin } from "../../../test/support/run-command.ts";
import { runInProcess } from "../../../test/support/run-in-process.ts";
import { syncsYaml } from "../../../test/support/syncs-yaml.ts";
import { startWorld, type World } from "../../../test/support/world.ts";
import { documentSchema } from "../../report/json.ts";

/** One that may read both of the destination's projects, and write one of them. */
function halfWriter(world: World) {
  const { server, projectId } = world.destination;
  const closed = server.createProject({ name: "Closed", environments: ["prod"] }).id;
  const memberships = [
    { projectId, role: "member" as const },
    { projectId: closed, role: "viewer" as const },
  ];
  return { closed, ...server.createIdentity({ memberships }) };
}

describe.skipIf(!existsSync(bin)).each(ENGINES)(
  "--continue-on-error, engine $title (needs npm run build)",
  ({ engine, isPlayed }) => {
    it.skipIf(!isPlayed)(
      "runs the syncs that do not depend on a failed one, and deletes none",
      async () => {
        await using played = await startWorld({ source: { A: "1" } });
        const { closed, clientId, clientSecret } = halfWriter(played);
        const world = { ...played, destination: { ...played.destination, clientId, clientSecret } };
        const { server, projectId } = world.destination;
        const at = (secretPath: string) => server.readSecrets({ projectId, environment: "prod", secretPath });
        const [head = "", app = ""] = syncsYaml(world).split("syncs:\n");
        const to = (name: string, wave = 1) =>
          app
            .replace("  app:", `  ${name}:\n    wave: ${wave}`)
            .replace(/\/app\n(?= {4}syncOptions)/, `/${name}\n`);
        const refused = to("refused").replace(`projectId: ${projectId}`, `projectId: ${closed}`);
        await using folder = await makeFolder(`${head}syncs:\n${to("app")}${to("gone")}${to("late", 2)}`);
        const run = async (...args: string[]) => {
          const all = [...args, "--yes", "--json"];
          const { code, stdout, stderr } = await runInProcess(world, folder.path, all, ["--engine", engine]);
          expect(stdout, stderr).not.toBe("");
          const { diagnostics } = documentSchema.parse(JSON.parse(stdout));
          return { code, told: diagnostics.map(({ message }) => message).join("\n"), stderr };
        };
        expect((await run("up")).code).toBe(0);
        const declare = (syncs: string) =>
          writeFile(join(folder.path, "syncs.yaml"), `${head}syncs:\n${syncs}`);

        world.source.put({ A: "2" });
        await declare(`${refused}${to("app")}${to("late", 2)}`);
        const failed = await run("up", "--continue-on-error");
        expect(failed.code, failed.told).toBe(4);
        expect([at("/app"), at("/gone"), at("/late")]).toEqual([{ A: "2" }, { A: "1" }, { A: "1" }]);
        expect(failed.told).toMatch(/403/);
        expect(failed.told).not.toMatch(/exception|failed to register/);
        expect(failed.told).toContain('The sync "late" was not tried: it depends on "refused"');

        await declare(`${to("app")}${to("late", 2)}`);
        expect((await run("up", "--continue-on-error")).code).toBe(0);
        expect([at("/app"), at("/gone"), at("/late")]).toEqual([{ A: "2" }, {}, { A: "2" }]);

        // The one that is deleted first: the other one goes on, and stays if the first depends on it.
        server.fault({ kind: "status", status: 403, method: "DELETE", path: "/api/v4/secrets/batch" });
        const left = await run("destroy", "--continue-on-error");
        expect(left.code, left.told).toBe(4);
        expect([at("/app"), at("/late")]).toEqual([{ A: "2" }, { A: "2" }]);
        expect((await run("destroy")).code).toBe(0);
        expect([at("/app"), at("/late")]).toEqual([{}, {}]);
      },
      180_000,
    );
  },
);
