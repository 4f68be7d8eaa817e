/** SIGKILL of the command, on the local engine, at every step of writing its state; and the way back from there. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { z } from "zod";
import { makeFolder } from "../../../test/support/command-folder.ts";
import { childrenEnded, leftovers } from "../../../test/support/killed-command.ts";
import { fixture } from "../../../test/support/node.ts";
import { QUICK } from "../../../test/support/quick-passphrase.mjs";
import { bin, runCommand } from "../../../test/support/run-command.ts";
import { syncsYaml } from "../../../test/support/syncs-yaml.ts";
import { isThorough } from "../../../test/support/thorough.ts";
import { startWorld } from "../../../test/support/world.ts";

const UP = ["up", "--yes", "--skip-preview"];
const FOREIGN = { FOREIGN: "theirs" };
const MOST_STEPS = 200;

const stateFile = z.object({
  checkpoint: z.object({
    latest: z.object({
      resources: z.array(
        z.object({
          inputs: z.object({ keys: z.record(z.string(), z.string()).optional() }).optional(),
        }),
      ),
    }),
  }),
});

/** A stack whose source has one more change for each of its lives. */
async function openStack() {
  const stack = new AsyncDisposableStack();
  const world = stack.use(await startWorld({ source: { A: "a" }, destination: FOREIGN }));
  const folder = stack.use(
    await makeFolder(syncsYaml(world).replace("overwrite-destination", "$&, unownedKeys: keep")),
  );
  const at = (...names: string[]) => join(folder.path, "state/.pulumi", ...names);
  const state = at("stacks/demo/dev.json");
  const run = (args: readonly string[], environment: Record<string, string> = {}) =>
    runCommand(world, folder.path, [...args, "--engine", "local"], environment);
  let life = 0;

  /** At the destination, and in what the state says of it. */
  const expectRight = async () => {
    expect(world.destination.read()).toEqual({ ...world.source.read(), ...FOREIGN });
    const { resources } = stateFile.parse(JSON.parse(await readFile(state, "utf8"))).checkpoint.latest;
    const keys = resources.flatMap(({ inputs }) => Object.keys(inputs?.keys ?? {}));
    expect(keys.sort()).toEqual(Object.keys(world.source.read()).sort());
  };
  const expectDone = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(args);
    expect(code, `${args.join(" ")}\n${stdout}\n${stderr}`).toBe(0);
    return stdout;
  };

  return {
    expectDone,
    /** Something to create, to update and to delete. */
    change() {
      world.source.drop(`NEW${life}`);
      life += 1;
      world.source.put({ A: `a${life}`, [`NEW${life}`]: "new" });
    },
    /** @returns the step where an \`up\` was killed, or undefined if it ended before its n-th step */
    async kill(nth: number): Promise<string | undefined> {
      const { code, stderr } = await run(UP, {
        NODE_OPTIONS: `${QUICK.NODE_OPTIONS} --import=${pathToFileURL(fixture("kill-at-step.ts"))}`,
        KILL_AT: String(nth),
        KILL_BELOW: at(),
      });
      const step = /^killed at: (.*)$/m.exec(stderr)?.[1];
      expect(code, stderr).toBe(step === undefined ? 0 : null);
      return step;
    },
    async recover() {
      await childrenEnded(folder.path);
      const left = await readFile(state, "utf8").catch(() => undefined);
      if (left !== undefined) expect(JSON.parse(left)).toHaveProperty("checkpoint.latest");
      const locks = await readdir(at("locks/organization/demo/dev")).catch(() => []);
      if (locks.length > 0) await expectDone("cancel", "--yes");
      await expectDone(...UP);
      await expectRight();
      expect(await leftovers(folder.path)).toEqual([]);
    },
    expectRight,
    left: () => world.destination.read(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** What every deployment does with files, and so must have been a place to be killed at. */
const SURELY = [
  /^write locks.*\.json$/,
  /^write stacks.*dev\.json.*\.tmp$/,
  /^rename stacks.*dev\.json$/,
  /^rename history.*\.checkpoint\.json$/,
  /^rename backups.*\.json$/,
  /^rm locks.*\.json$/,
];

const gate = { skip: !existsSync(bin) || !isThorough, timeout: 3_600_000 };

test(
  "killed at every write of a stack's first deployment, it recovers (npm run test:all)",
  gate,
  async () => {
    const steps: string[] = [];
    for (let nth = 1; nth < MOST_STEPS; nth++) {
      await using stack = await openStack();
      const step = await stack.kill(nth);
      if (step === undefined) break;
      steps.push(step);
      await stack.recover();
    }
    expect(steps.length).toBeLessThan(MOST_STEPS - 1);
    for (const step of SURELY) expect(steps).toContainEqual(expect.stringMatching(step));
  },
);

test("killed at every write of a later deployment, it recovers (npm run test:all)", gate, async () => {
  await using stack = await openStack();
  await stack.expectDone(...UP);
  const steps: string[] = [];
  for (let nth = 1; nth < MOST_STEPS; nth++) {
    stack.change();
    const step = await stack.kill(nth);
    if (step === undefined) break;
    steps.push(step);
    await stack.recover();
  }
  await stack.expectRight();
  await stack.expectDone("preview", "--expect-no-changes");
  expect(steps.length).toBeLessThan(MOST_STEPS - 1);
  for (const step of [...SURELY, /^rename stacks.*dev\.json\.bak$/])
    expect(steps).toContainEqual(expect.stringMatching(step));
  await stack.expectDone("destroy", "--yes");
  expect(stack.left()).toMatchObject(FOREIGN);
});
