/** Syncs that read what others write, from nothing on (needs npm run build: providers have a process of their own). */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder } from "../../../test/support/command-folder.ts";
import { ENGINES } from "../../../test/support/engines.ts";
import { bin } from "../../../test/support/run-command.ts";
import { runInProcess } from "../../../test/support/run-in-process.ts";
import { makeSide, startWorld } from "../../../test/support/world.ts";
import { documentSchema } from "../../report/json.ts";

describe.skipIf(!existsSync(bin)).each(ENGINES)("a chain of syncs, engine $title", ({ engine, isPlayed }) => {
  it.skipIf(!isPlayed)(
    "is previewed before the folders between are there, and deployed in one go",
    { timeout: 240_000 },
    async () => {
      await using world = await startWorld({ source: { A: "1" } });
      const { source, destination } = world;
      const middle = makeSide(source.server, {}, { role: "member" });
      const reader = source.server.createIdentity({
        memberships: [source, middle].map(({ projectId }) => ({ projectId, role: "viewer" })),
      });
      const at = (secretPath: string) =>
        destination.server.readSecrets({ projectId: destination.projectId, environment: "prod", secretPath });
      const connection = ({ server, clientId }: typeof middle, name: string) =>
        `{ instanceUrl: "${server.url}", machineIdentityClientId: ${clientId}, machineIdentityClientSecret: "\${env:${name}}" }`;
      const sync = (from: typeof middle, path: string, to: typeof middle, toPath: string, name: string) =>
        `{ connection: ${name}, projectId: ${from.projectId}, environment: ${from.environment}, secretPath: ${path}, destinationConfig: { projectId: ${to.projectId}, environment: ${to.environment}, secretPath: ${toPath} }, syncOptions: { initialSyncBehavior: overwrite-destination } }`;
      await using folder = await makeFolder(`
project: demo
backend: file://./state
source: { host: "${source.server.url}", clientId: ${reader.clientId}, clientSecret: "\${env:READER_SECRET}" }
connections:
  here: ${connection(middle, "MIDDLE_SECRET")}
  dr: ${connection(destination, "DR_SECRET")}
syncs:
  third: ${sync(middle, "/two", destination, "/three", "dr")}
  second: ${sync(middle, "/one", middle, "/two", "here")}
  first: ${sync(source, source.secretPath, middle, "/one", "here")}
`);
      const run = async (...args: string[]) => {
        const secrets = { READER_SECRET: reader.clientSecret, MIDDLE_SECRET: middle.clientSecret };
        const given = ["--json", "--engine", engine];
        const { code, stdout, stderr } = await runInProcess(world, folder.path, args, given, secrets);
        expect(stdout, stderr).not.toBe("");
        const document = documentSchema.parse(JSON.parse(stdout));
        return { code, document, told: JSON.stringify([document.error, document.diagnostics]) };
      };

      const previewed = await run("preview");
      expect(previewed.code, previewed.told).toBe(0);
      expect(previewed.document.totals).toMatchObject({ syncs: 3, create: 1 });
      expect(previewed.told).toContain('source folder /one is not there until \\"first\\" has written it');
      expect(previewed.told).toContain('source folder /two is not there until \\"second\\" has written it');
      // What nobody has seen is not allowed by a policy about keys.
      await writeFile(join(folder.path, "policies.yaml"), "policies: { denyForeignDeletes: true }\n");
      const judged = await run("preview", "--policies", "policies.yaml");
      expect(judged.code, judged.told).toBe(5);

      const up = await run("up", "--yes");
      expect(up.code, up.told).toBe(0);
      expect(at("/three")).toEqual({ A: "1" });
      const after = await run("preview", "--expect-no-changes");
      expect(after.code, after.told).toBe(0);
    },
  );

  it.skipIf(!isPlayed)("a folder that nobody writes is still missing", { timeout: 120_000 }, async () => {
    await using world = await startWorld({ source: { A: "1" } });
    const { source, destination } = world;
    await using folder = await makeFolder(`
project: demo
backend: file://./state
source: { host: "${source.server.url}", clientId: ${source.clientId}, clientSecret: "\${env:SOURCE_SECRET}" }
connections:
  dr: { instanceUrl: "${destination.server.url}", machineIdentityClientId: ${destination.clientId}, machineIdentityClientSecret: "\${env:DR_SECRET}" }
syncs:
  app: { connection: dr, projectId: ${source.projectId}, environment: prod, secretPath: /none, destinationConfig: { projectId: ${destination.projectId}, environment: prod, secretPath: /app }, syncOptions: { initialSyncBehavior: overwrite-destination } }
`);
    const { code, stdout } = await runInProcess(world, folder.path, ["preview"], ["--engine", engine]);
    expect(code, stdout).toBe(4);
    expect(stdout).toContain("There is no folder /none");
  });
});
