/** A lock that a killed engine has left: who held the stack is told by either engine, whichever left it. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder } from "../../../test/support/command-folder.ts";
import { THOROUGH_ENGINES } from "../../../test/support/engines.ts";
import { childrenEnded, endChildren } from "../../../test/support/killed-command.ts";
import { runCommand, startCommand } from "../../../test/support/run-command.ts";
import { syncsYaml } from "../../../test/support/syncs-yaml.ts";
import { startWorld } from "../../../test/support/world.ts";
import { cancelDocumentSchema } from "./document.ts";

const UP = ["up", "--yes", "--skip-preview"];

describe.each(THOROUGH_ENGINES)("engine $title", ({ engine, isPlayed }) => {
  it.skipIf(!isPlayed)(
    "refuses, tells who it was, and goes on after cancel",
    async () => {
      await using world = await startWorld({ source: { A: "1" } });
      await using folder = await makeFolder(syncsYaml(world));
      const locks = join(folder.path, "state/.pulumi/locks/organization/demo/dev");
      const run = (by: string, ...args: string[]) =>
        runCommand(world, folder.path, [...args, "--engine", by]);

      let pid = 0;
      world.destination.server.fault({
        kind: "run",
        async action() {
          const [name = ""] = (await readdir(locks)).filter((file) => file.endsWith(".json"));
          pid = JSON.parse(await readFile(join(locks, name), "utf8")).pid;
          process.kill(pid, "SIGKILL");
        },
      });
      const killed = await startCommand(world, folder.path, [...UP, "--engine", engine]).ended;
      expect(killed.code, killed.stderr).not.toBe(0);
      if (engine === "pulumi") expect(killed.stderr).toContain("pulumi up was ended by SIGKILL");
      if (engine === "local") await childrenEnded(folder.path);
      else await endChildren(folder.path);

      for (const by of THOROUGH_ENGINES.filter((one) => one.isPlayed).map((one) => one.engine)) {
        const refused = await run(by, ...UP);
        expect(refused.code).toBe(1);
        expect(refused.stdout + refused.stderr).toMatch(/locked by 1 lock.*external-infisical cancel/s);
        const asked = await run(by, "cancel");
        expect(asked.code).toBe(2);
        expect(asked.stderr).toMatch(/The stack dev is locked:\n.*\(pid \d+\).*that process has ended/);
        expect(asked.stderr).toContain(`(pid ${pid})`);
      }
      const cancelled = await run(engine, "cancel", "--yes", "--json");
      expect(cancelled.code, cancelled.stderr).toBe(0);
      const { locks: told } = cancelDocumentSchema.parse(JSON.parse(cancelled.stdout));
      expect(told).toEqual([expect.stringContaining(`(pid ${pid})`)]);
      expect(await readdir(locks)).toEqual([]);
      expect((await run(engine, "cancel")).stdout).toBe("The stack dev is not locked.\n");

      const recovered = await run(engine, ...UP);
      expect(recovered.code, recovered.stderr).toBe(0);
      expect(world.destination.read()).toEqual({ A: "1" });
    },
    240_000,
  );
});
