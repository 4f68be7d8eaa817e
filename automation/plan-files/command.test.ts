/** Plan files and policies through the built command, from a reviewer's preview to the deployment. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../infisical-server/test-client.ts";
import { THOROUGH_ENGINES } from "../../test/support/engines.ts";
import { bin, runCommand } from "../../test/support/run-command.ts";
import { syncsYaml } from "../../test/support/syncs-yaml.ts";
import { startWorld, type World } from "../../test/support/world.ts";
import { documentSchema } from "../report/json.ts";

const POLICIES = `policies:
  denyForeignDeletes: true
  requireDescription: { value: true, enforcement: advisory }
`;

describe.skipIf(!existsSync(bin)).each(THOROUGH_ENGINES)(
  "plan files and policies, engine $title (needs npm run build)",
  ({ engine, isPlayed }) => {
    let folder: string;
    let world: World;
    const told: string[] = [];
    beforeAll(async () => {
      world = await startWorld({
        source: { A: "value-of-a", R: "and-${A}" },
        destination: { OLD: "value-old" },
      });
      folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
      await mkdir(join(folder, "home"));
      await writeFile(join(folder, "syncs.yaml"), syncsYaml(world));
      await writeFile(join(folder, "policies.yaml"), POLICIES);
    });
    afterAll(async () => {
      await world[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    });

    const run = async (...args: string[]) => {
      const result = await runCommand(world, folder, [...args, "--engine", engine], {
        EXTERNAL_INFISICAL_PLAN_KEY: "the plan key of these tests",
        EXTERNAL_INFISICAL_FINGERPRINT_KEY: "the fingerprint key of these tests",
      });
      told.push(result.stdout, result.stderr);
      return result;
    };

    const actAs = async ({ clientId, clientSecret }: { clientId: string; clientSecret: string }) => {
      Object.assign(world.destination, { clientId, clientSecret });
      await writeFile(join(folder, "syncs.yaml"), syncsYaml(world));
    };

    it.skipIf(!isPlayed)(
      "a deployment does what was previewed by somebody else, and nothing else",
      async () => {
        const judged = await run("up", "--yes", "--json", "--skip-preview", "--policies", "policies.yaml");
        expect(judged.code, judged.stderr).toBe(5);
        expect(documentSchema.parse(JSON.parse(judged.stdout))).toMatchObject({
          result: "failed",
          error: { code: "policy-violation" },
          policies: [
            { rule: "denyForeignDeletes", enforcement: "mandatory", sync: "app", key: "OLD" },
            { rule: "requireDescription", enforcement: "advisory", sync: "app" },
          ],
        });
        expect(world.destination.read()).toEqual({ OLD: "value-old" });

        const { projectId, server } = world.destination;
        const identity = (role: "viewer" | "member") =>
          server.createIdentity({ memberships: [{ projectId, role }] });
        const [reader, deployer] = [identity("viewer"), identity("member")];
        // The reviewer's preview has an identity that may only read.
        await actAs(reader);
        const preview = await run("preview", "--out", "plan.json");
        expect(preview.code, preview.stderr).toBe(0);
        expect(preview.stderr).not.toContain("fingerprintKey");
        const plan = await readFile(join(folder, "plan.json"), "utf8");
        told.push(plan);
        expect(plan).not.toContain(reader.clientId);

        await actAs(deployer);
        world.source.put({ A: "value-of-a-2" });
        const changed = await run("up", "--yes", "--plan", "plan.json");
        expect(changed.code, changed.stderr).toBe(7);
        expect(changed.stderr).toMatch(/app: key A: planned 1@\w+, now 2@\w+/);
        expect(changed.stderr).toMatch(/app: key R: planned 1@\w+~\w+, now 1@\w+~\w+/);
        expect(world.destination.read()).toEqual({ OLD: "value-old" });

        expect((await run("preview", "--out", "plan.json")).code).toBe(0);
        const old = await run("up", "--yes", "--plan", "plan.json", "--plan-max-age", "0s");
        expect(old.code, old.stderr).toBe(2);
        // Another client secret of the same identity is no other plan.
        const admin = await connect(server, server.admin);
        const secrets = `/api/v1/auth/universal-auth/identities/${deployer.identityId}/client-secrets`;
        const { clientSecret } = (await admin.post(secrets, {})).body;
        await actAs({ ...deployer, clientSecret });
        const up = await run("up", "--yes", "--plan", "plan.json");
        expect(up.code, up.stderr).toBe(0);
        expect(world.destination.read()).toEqual({ A: "value-of-a-2", R: "and-value-of-a-2" });

        const known = [deployer.clientSecret, reader.clientSecret, clientSecret];
        for (const secret of ["value-of", "value-old", "plan key", ...known])
          expect(told.join("\n")).not.toContain(secret);
      },
      180_000,
    );
  },
);
