/** SIGKILL of the command, on the local engine, at requests that it makes; and the way back from there. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../../../test/support/command-folder.ts";
import { childrenEnded, leftovers } from "../../../test/support/killed-command.ts";
import { bin, runCommand, startCommand } from "../../../test/support/run-command.ts";
import { syncsYaml } from "../../../test/support/syncs-yaml.ts";
import { isThorough } from "../../../test/support/thorough.ts";
import { startWorld } from "../../../test/support/world.ts";
import { cancelDocumentSchema } from "./document.ts";

const UP = ["up", "--yes", "--skip-preview"];
const MOST_REQUESTS = 60;

/** Where in the order of an operation's requests the kill comes, and to which server that request goes. */
interface Kill {
  side: "source" | "destination";
  nth: number;
  /** The stack is new, or has been deployed and has something to update, create and delete. */
  story: "creation" | "update";
  /** A second process tries its luck at that moment. */
  isContested?: boolean;
}

/** @returns false if the operation ended before its n-th request */
async function killAndRecover({ side, nth, story, isContested }: Kill): Promise<boolean> {
  await using world = await startWorld({ source: { A: "a", B: "b" }, destination: {} });
  await using folder = await makeFolder(syncsYaml(world));
  const args = ["--engine", "local"];
  const run = (...more: string[]) => runCommand(world, folder.path, [...more, ...args]);
  if (story === "update") {
    const first = await run(...UP);
    expect(first.code, first.stderr).toBe(0);
    world.source.put({ A: "a2", C: "c" });
    world.source.drop("B");
  }
  const wanted = world.source.read();
  const before = world.destination.read();

  let isKilled = false;
  let second: Awaited<ReturnType<typeof run>> | undefined;
  const { server } = world[side];
  server.fault({
    kind: "run",
    nth,
    action: async () => {
      if (isContested) second = await run(...UP);
      isKilled = true;
      killed.signal("SIGKILL");
      await killed.ended;
    },
  });
  const killed = startCommand(world, folder.path, [...UP, ...args]);
  const { code } = await killed.ended;
  server.clearFaults();
  if (!isKilled) {
    expect(code).toBe(0);
    return false;
  }
  expect(code).toBeNull();
  if (isContested) {
    expect(second?.code).toBe(1);
    const told = `${second?.stdout}${second?.stderr}`;
    expect(told).toMatch(/locked by 1 lock.*\(pid \d+\) at 20.*external-infisical cancel/s);
    expect(told).not.toContain("that process has ended");
  }
  // Its provider must not go on writing by itself.
  await childrenEnded(folder.path);

  const refused = await run(...UP);
  expect(refused.code).toBe(1);
  expect(`${refused.stdout}${refused.stderr}`).toMatch(/that process has ended.*external-infisical cancel/s);
  const cancelled = await run("cancel", "--yes", "--json");
  expect(cancelled.code, cancelled.stderr).toBe(0);
  expect(cancelDocumentSchema.parse(JSON.parse(cancelled.stdout)).locks).toHaveLength(1);

  const unrecorded = Object.entries(world.destination.read()).filter(([key]) => !(key in before));
  const recovered = await run(...UP);
  expect(recovered.code, recovered.stderr).toBe(0);
  expect(world.destination.read()).toEqual(wanted);
  const refreshed = await run("refresh", "--yes");
  expect(refreshed.code, refreshed.stderr).toBe(0);
  const state = await readFile(join(folder.path, "state/.pulumi/stacks/demo/dev.json"), "utf8");
  expect(state).not.toContain("pending_operations");
  const settled = await run("preview", "--expect-no-changes");
  expect(settled.code, settled.stdout + settled.stderr).toBe(0);
  expect(await leftovers(folder.path)).toEqual([]);
  const destroyed = await run("destroy", "--yes");
  expect(destroyed.code, destroyed.stderr).toBe(0);
  // What the killed run had created and could not record is found there, adopted, and so not deleted.
  expect(world.destination.read()).toEqual(Object.fromEntries(unrecorded));
  return true;
}

const hasBin = existsSync(bin);

test.skipIf(!hasBin || !isThorough)(
  "killed in an update, while a second process was refused, it recovers (npm run test:all)",
  async () => {
    expect(await killAndRecover({ side: "destination", nth: 3, story: "update", isContested: true })).toBe(
      true,
    );
  },
  240_000,
);

test.skipIf(!hasBin || !isThorough).each([
  { side: "destination", story: "creation" },
  { side: "source", story: "creation" },
  { side: "destination", story: "update" },
  { side: "source", story: "update" },
] as const)(
  "killed at every request to the $side of a $story, it recovers (npm run test:all)",
  async ({ side, story }) => {
    let nth = 1;
    while (await killAndRecover({ side, nth, story })) expect(++nth).toBeLessThan(MOST_REQUESTS);
    expect(nth).toBeGreaterThan(2);
  },
  3_600_000,
);

test.skipIf(!hasBin)(
  "cancel of a stack that there is not makes none (needs npm run build)",
  async () => {
    await using world = await startWorld();
    await using folder = await makeFolder(syncsYaml(world));
    const run = (...args: string[]) => runCommand(world, folder.path, [...args, "--engine", "local"]);
    const none = await run("cancel", "--yes");
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/There is no stack "dev" of the project "demo"/);
    expect(await readdir(folder.path)).toEqual(["home", "syncs.yaml"]);
  },
  60_000,
);
