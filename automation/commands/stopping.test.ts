/** The built command, stopped in the middle of a large sync: what is told is true, and the next run finishes. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { makeFolder } from "../../test/support/command-folder.ts";
import { cli } from "../../test/support/pulumi-cli.ts";
import { bin, startCommand } from "../../test/support/run-command.ts";
import { runInProcess } from "../../test/support/run-in-process.ts";
import { syncsYaml } from "../../test/support/syncs-yaml.ts";
import { isThorough } from "../../test/support/thorough.ts";
import { startWorld, type Values } from "../../test/support/world.ts";
import { documentSchema, syncsOf } from "../report/json.ts";

/** Four requests full, of which three are in flight at a time; the state of what is written by then is too large for a header. */
const many: Values = Object.fromEntries(
  Array.from({ length: 2000 }, (_, index) => [`KEY_${String(index).padStart(4, "0")}`, `v${index}`]),
);

interface Stop {
  args?: readonly string[];
  /** Signals that are sent, if any, each with what is printed once the command knows. */
  steps: readonly (readonly [NodeJS.Signals | undefined, RegExp])[];
}

/** A stack whose first update is stopped while its first writes are in flight. */
async function openStopped(engine: string, { args = [], steps }: Stop) {
  const resources = new AsyncDisposableStack();
  const world = resources.use(await startWorld({ source: many }));
  const folder = resources.use(await makeFolder(syncsYaml(world)));
  // Afterwards: in this process, as after any other run.
  const run = (...more: string[]) => runInProcess(world, folder.path, more, ["--engine", engine]);
  const up = ["up", "--yes", "--skip-preview"];
  const report = ["--report", "json=report.json"];
  const started = startCommand(world, folder.path, [...up, ...args, ...report, "--engine", engine]);
  const stop = async () => {
    for (const [signal, told] of steps) {
      if (signal) started.signal(signal);
      await vi.waitUntil(() => told.test(started.output.stderr), { timeout: 60_000 });
    }
  };
  let stopped: Promise<void> | undefined;
  world.destination.server.fault({
    kind: "run",
    path: "/api/v4/secrets/batch",
    method: "PATCH",
    times: Number.POSITIVE_INFINITY,
    // All writes wait for it: else the others might be done before a deadline.
    action: () => (stopped ??= stop()),
  });
  return {
    ended: await started.ended,
    report: async () =>
      documentSchema.parse(JSON.parse(await readFile(join(folder.path, "report.json"), "utf8"))),
    world,
    there: () => Object.keys(world.destination.read()).length,
    up: () => run(...up),
    preview: () => run("preview", "--expect-no-changes"),
    destroy: () => run("destroy", "--yes", "--skip-preview"),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

const ENGINES = [
  { engine: "local", name: "local", isThere: true },
  { engine: "pulumi", name: cli ? "pulumi" : "pulumi (not run: no pulumi on the PATH)", isThere: !!cli },
];
const CANCELLING = /Cancelling: what is in flight ends/;
const STOPS: readonly (Stop & { by: string; code: number })[] = [
  { by: "Ctrl-C", steps: [["SIGINT", CANCELLING]], code: 8 },
  { by: "SIGTERM", steps: [["SIGTERM", CANCELLING]], code: 8 },
  { by: "a deadline", args: ["--timeout", "8s"], steps: [[undefined, /The deadline of 8s/]], code: 9 },
];
const CASES = ENGINES.flatMap(({ engine, name, isThere }) =>
  STOPS.map((stop) => {
    const isCheap = engine === "local" && stop.by === "Ctrl-C";
    const title = `${stop.by}, engine ${name}${isCheap ? "" : " (npm run test:all)"}`;
    return { engine, stop, title, isPlayed: isThere && (isCheap || isThorough) };
  }),
);

describe.skipIf(!existsSync(bin))("a command in the middle of a large sync (needs npm run build)", () => {
  for (const { engine, stop, title, isPlayed } of CASES)
    test.skipIf(!isPlayed)(
      `is stopped by ${title}: it tells what is left, and remembers what it wrote`,
      async () => {
        await using stack = await openStopped(engine, stop);
        const { ended, world } = stack;
        expect(ended.code, ended.stderr).toBe(stop.code);
        for (const [, told] of stop.steps) expect(ended.stderr).toMatch(told);
        expect(ended.stderr).toMatch(/error: .*The update was cancelled\..* the same command goes on/);
        const there = stack.there();
        expect(there).toBeLessThan(2000);
        // On a slow machine a deadline may pass before the first write.
        if (there > 0) {
          expect(ended.stdout).toContain(`stopped half-way (${there} created)`);
          expect(ended.stdout).toContain(`… and ${2000 - there - 20} more`);
          expect(ended.stderr).toMatch(
            /error: .*The update was cancelled\. Left of what had begun: .* keys? not done/,
          );
          const report = await stack.report();
          expect(report.result).toBe("cancelled");
          const [sync] = syncsOf(report);
          expect(sync?.sync.outcome).toBe("half-way");
          const done = sync?.sync.keys.filter(({ isDone }) => isDone).map(({ key }) => key);
          expect(done).toEqual(Object.keys(world.destination.read()).sort());
        }

        const finished = await stack.up();
        expect(finished.code, finished.stderr).toBe(0);
        expect(finished.stdout + finished.stderr).toContain(`${2000 - there} created`);
        expect(world.destination.read()).toEqual(many);
        const destroyed = await stack.destroy();
        expect(destroyed.code, destroyed.stderr).toBe(0);
        expect(stack.there(), "only what the state knows as created goes").toBe(0);
      },
      180_000,
    );

  for (const { engine, name, isThere } of ENGINES)
    test.skipIf(!(isThere && isThorough))(
      `is ended at once by a second Ctrl-C, engine ${name}, and the next run finishes (npm run test:all)`,
      async () => {
        const steps = [
          ["SIGINT", CANCELLING],
          ["SIGINT", /Ended at once/],
        ] as const;
        await using stack = await openStopped(engine, { steps });
        expect(stack.ended.code, stack.ended.stderr).toBe(8);
        expect(stack.there()).toBeLessThan(2000);
        const finished = await stack.up();
        expect(finished.code, finished.stderr).toBe(0);
        expect(finished.stdout).toMatch(/pending operations from previous deployment.*::app, interrupted/s);
        expect(stack.world.destination.read()).toEqual(many);
        expect((await stack.preview()).code).toBe(0);
      },
      180_000,
    );
});
