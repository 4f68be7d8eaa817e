/** The built command in a child process: programs are serialised from untransformed code only. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENGINES } from "../../test/support/engines.ts";
import { bin, runCommand } from "../../test/support/run-command.ts";
import { runInProcess } from "../../test/support/run-in-process.ts";
import { syncsYaml } from "../../test/support/syncs-yaml.ts";
import { startWorld, type World } from "../../test/support/world.ts";
import { documentSchema } from "../report/json.ts";

describe.skipIf(!existsSync(bin)).each(ENGINES)(
  "external-infisical with a syncs.yaml, engine $title (needs npm run build)",
  ({ engine, isPlayed, isFound }) => {
    let folder: string;
    let world: World;
    beforeAll(async () => {
      world = await startWorld({
        source: { A: "value-of-a", B: "value-of-b" },
        destination: { OLD: "value-old" },
      });
      folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
      await mkdir(join(folder, "home"));
      await writeFile(join(folder, "syncs.yaml"), syncsYaml(world));
    });
    afterAll(async () => {
      await world[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    });

    const run = (...args: string[]) => runCommand(world, folder, [...args, "--engine", engine]);

    // What only the built command does with this engine is seen by one preview, too, of what the other engine has deployed.
    if (isFound && !isPlayed)
      it("previews what follows on a deployment of the local engine", { timeout: 120_000 }, async () => {
        // The CLI derives keys in all rounds.
        const env = { PULUMI_CONFIG_PASSPHRASE: "for both engines" };
        const up = ["up", "--yes", "--skip-preview"];
        expect(await runInProcess(world, folder, up, ["--engine", "local"], env)).toMatchObject({ code: 0 });
        world.source.put({ A: "value-of-a-2" });
        const args = ["preview", "--detailed-exitcode", "--engine", engine];
        const preview = await runCommand(world, folder, args, env);
        expect(preview.code, preview.stderr).toBe(2);
        expect(preview.stdout).toMatch(/~ A +1@/);
        expect(preview.stdout).toContain("keys: 1 to update, 1 unchanged");
      });

    it.skipIf(!isPlayed)(
      "previews, deploys, sees drift and destroys, and never tells a value",
      async () => {
        const told: string[] = [];
        const keep = async (...args: string[]) => {
          const result = await run(...args);
          told.push(result.stdout, result.stderr);
          return result;
        };
        /** In this process: what a process of its own adds, the others show. */
        const runHere = async (...args: string[]) => {
          const result = await runInProcess(world, folder, args, ["--engine", engine]);
          told.push(result.stdout, result.stderr);
          return result;
        };
        const codeOf = async (...args: string[]) => (await runHere(...args)).code;
        const preview = await runHere("preview", "--detailed-exitcode");
        expect(preview.code, preview.stderr).toBe(2);
        expect(preview.stdout).toMatch(/\+ A +1@/);
        expect(preview.stdout).toMatch(/- OLD +delete \(destination has 1@.*not written by this sync\)/);
        expect(world.destination.read()).toEqual({ OLD: "value-old" });

        expect(await codeOf("up")).toBe(2);
        const up = await keep("up", "--yes", "--json");
        expect(up.code, up.stderr).toBe(0);
        const document = documentSchema.parse(JSON.parse(up.stdout));
        expect(document).toMatchObject({ stack: "dev", hasChanges: true, summary: { create: 3 } });
        expect(world.destination.read()).toEqual({ A: "value-of-a", B: "value-of-b" });

        expect(await codeOf("preview", "--expect-no-changes")).toBe(0);
        world.source.put({ A: "value-of-a-2" });
        expect(await codeOf("preview", "--expect-no-changes")).toBe(7);
        expect(await codeOf("preview", "--allow-host", "example.com")).toBe(2);

        const destroy = await runHere("destroy", "--yes");
        expect(destroy.code, destroy.stderr).toBe(0);
        expect(destroy.stdout).toMatch(/Billing \(\S+\) prod:\/app at \S+ => Billing \(/);
        expect(world.destination.read()).toEqual({});

        const texts = [...told, await readFile(join(folder, "syncs.yaml"), "utf8")].join("\n");
        for (const secret of [
          "value-of",
          "value-old",
          world.source.clientSecret,
          world.destination.clientSecret,
        ])
          expect(texts).not.toContain(secret);
      },
      180_000,
    );
  },
);
