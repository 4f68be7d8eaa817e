/** --quiet and --timeout of the commands that act on what a stack's state has, in this process. */
import { existsSync } from "node:fs";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { makeFolder } from "../../test/support/command-folder.ts";
import { bin } from "../../test/support/run-command.ts";
import { runInProcess } from "../../test/support/run-in-process.ts";
import { syncsYaml } from "../../test/support/syncs-yaml.ts";
import { startWorld, type World } from "../../test/support/world.ts";

interface Case {
  args: readonly string[];
  /** What stdout has when it may take its time, with --quiet. */
  result: RegExp;
  /** The side whose first request the deadline falls into; the source where it is not said. */
  /** Why it does nothing. */
  problem?: RegExp;
  asks?: "source" | "destination" | "nobody";
}

const COMMANDS: Readonly<Record<World["execution"], readonly Case[]>> = {
  engine: [
    { args: ["drift"], result: /1 in sync/ },
    { args: ["status"], result: /app +engine .* succeeded/ },
    { args: ["doctor"], result: /app/ },
    {
      args: ["rollback", "--to", "2999-01-01", "--yes"],
      result: /nothing to undo/,
      problem: /nothing to undo: no run/,
      asks: "destination",
    },
    { args: ["resume", "--yes"], result: /none is paused/, asks: "nobody" },
  ],
  native: [
    { args: ["sync", "--yes"], result: /1 synced/ },
    { args: ["import", "--yes", "--behavior", "prioritize-source"], result: /1 imported/ },
    { args: ["remove", "--yes"], result: /1 removed/ },
  ],
};

afterEach(() => void vi.useRealTimers());

describe.skipIf(!existsSync(bin)).each(["engine", "native"] as const)(
  "in execution %s (needs npm run build)",
  (execution) => {
    let world: World;
    let folder: string;
    beforeAll(async () => {
      const stacks = new AsyncDisposableStack();
      world = stacks.use(await startWorld({ execution, source: { A: "value-of-a" } }));
      folder = stacks.use(await makeFolder(syncsYaml(world))).path;
      const up = await runInProcess(world, folder, ["up", "--yes", "--skip-preview"]);
      expect(up.code, up.stderr).toBe(0);
      return () => stacks.disposeAsync();
    });

    const run = (...args: readonly string[]) => runInProcess(world, folder, args);

    for (const { args, asks = "source" } of COMMANDS[execution]) {
      if (asks === "nobody") continue;
      test(`${args[0]} --timeout ends with 9, as a timeout, and leaves things as they were`, async () => {
        const before = world.destination.read();
        vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
        world[asks].server.fault({ kind: "run", action: () => void vi.advanceTimersByTime(600_000) });
        const { code, stdout, stderr } = await run(...args, "--timeout", "10m");
        world[asks].server.clearFaults();
        expect({ code, stdout, stderr }).toMatchObject({ code: 9 });
        expect(stderr).toMatch(/deadline of 10m \(--timeout\) has passed/);
        expect(world.destination.read()).toEqual(before);
      });
    }

    test("up with nothing to do tells it once", async () => {
      const { code, stdout, stderr } = await run("up", "--yes");
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stdout.match(/^Resources:\n +\d+ unchanged$/gm)).toHaveLength(1);
      expect(stderr.match(/Nothing has changed\./g)).toHaveLength(1);
    });

    for (const { args, result, problem } of COMMANDS[execution])
      test(`${args[0]} --quiet tells the result and nothing beside it`, async () => {
        const { code, stdout, stderr } = await run(...args, "--quiet");
        expect({ code, stderr }).toEqual({
          code: problem ? 2 : 0,
          stderr: expect.stringMatching(problem ?? /^$/),
        });
        expect(stdout).toMatch(result);
      });
  },
);
