/** What the table of faults has found, told as users met it. */
import { expect, test } from "vitest";
import { direct } from "../drivers/direct.ts";
import { localEngine } from "../drivers/local-engine.ts";
import { pulumiCli } from "../drivers/pulumi-cli.ts";
import type { SyncArguments } from "../scenarios/scenario.ts";
import { isThorough } from "../support/thorough.ts";
import { startWorld, type Values, type World } from "../support/world.ts";

const REFUSED = { kind: "status", status: 403, path: "/api/v4/secrets/batch", method: "DELETE" } as const;
const keep = { syncOptions: { initialSyncBehavior: "overwrite-destination", unownedKeys: "keep" } };

/** A sync whose last run has updated A and could not delete B. */
async function startUndone(args: SyncArguments, destination: Values = {}) {
  const world = await startWorld({ source: { A: "1", B: "2" }, destination });
  const stack = await direct.open(world);
  await stack.deploy(args);
  world.source.put({ A: "1b" });
  world.source.drop("B");
  world.destination.server.fault(REFUSED);
  await expect(stack.deploy(args)).rejects.toThrow(/not done: delete B/);
  return {
    world,
    stack,
    async [Symbol.asyncDispose]() {
      await stack[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

test.each([
  ["kept", "keep", { FOREIGN: "f" }],
  ["refused", "fail", {}],
])(
  "where foreign keys are %s, the next run finishes deletes that a failed one left undone",
  async (_how, unownedKeys, foreign) => {
    const args = { syncOptions: { ...keep.syncOptions, unownedKeys } };
    await using undone = await startUndone(args, foreign);
    await undone.stack.deploy(args);
    expect(undone.world.destination.read()).toEqual({ A: "1b", ...foreign });
    expect((await undone.stack.deploy(args)).unchanged).toBe(true);
  },
);

test.each([
  ["is back at the source", { unownedKeys: "keep" }, "3"],
  ["may not be deleted any more", { unownedKeys: "keep", disableSecretDeletion: true }, undefined],
])("a key whose delete was left undone, and which %s, stays", async (_what, options, value) => {
  await using undone = await startUndone(keep);
  if (value !== undefined) undone.world.source.put({ B: value });
  await undone.stack.deploy({ syncOptions: { ...keep.syncOptions, ...options } });
  expect(undone.world.destination.read()).toEqual({ A: "1b", B: value ?? "2" });
});

test("deletes that failed runs left undone are shown again, as this sync's own, and done", async () => {
  await using world = await startWorld({ source: { A: "1", B: "2" } });
  await using stack = await direct.open(world);
  await stack.deploy({});
  world.source.put({ A: "1b", NEW: "n" });
  world.source.drop("B");
  for (const _again of [1, 2, 3]) {
    world.destination.server.fault(REFUSED);
    await expect(stack.deploy({})).rejects.toThrow(/not done: delete B/);
    expect(await stack.preview({})).toMatchObject({ keys: { B: "delete", NEW: "add" }, effects: {} });
    world.source.put({ A: String(Math.random()) });
  }
  await stack.deploy({});
  expect(world.destination.read()).toEqual(world.source.read());
  expect((await stack.deploy({})).unchanged).toBe(true);
});

test("effects that a failed run has carried out, or has left undone, are told anew and done", async () => {
  await using world = await startWorld({ source: { A: "1", B: "2" }, destination: {} });
  await using stack = await direct.open(world);
  await stack.deploy({});
  world.source.put({ B: "2b" });
  world.destination.put({ A: "by hand", FOREIGN: "f" });
  for (const _again of [1, 2]) {
    world.destination.server.fault(REFUSED);
    await expect(stack.deploy({})).rejects.toThrow(/not done: delete FOREIGN/);
    expect((await stack.preview({})).effects).toEqual({ FOREIGN: expect.stringMatching(/^delete/) });
    world.source.put({ B: "2c" });
  }
  await stack.deploy({});
  expect(world.destination.read()).toEqual({ A: "1", B: "2c" });
  expect((await stack.deploy({})).unchanged).toBe(true);
});

const BATCH = "/api/v4/secrets/batch";
const imports = { initialSyncBehavior: "import-prioritize-destination", onFailure: "restore" };

/** The destination cannot be read from its next write on. */
function refuseReading(world: World, times: number): void {
  const { server } = world.destination;
  const path = /^\/api\/v4\/secrets$/;
  const action = () => server.fault({ kind: "status", status: 403, method: "GET", path, times });
  server.fault({ kind: "run", method: "PATCH", path: BATCH, action });
}

test.each([
  ["all of which was put back", 1],
  ["that could not be put back", Number.POSITIVE_INFINITY],
])("a first run with imports, %s, is repeated by the next one", async (_what, times) => {
  await using world = await startWorld({
    source: { BOTH: "source", MINE: "m" },
    destination: { BOTH: "destination", THEIRS: "t" },
    sourceRole: "member",
  });
  await using stack = await direct.open(world);
  refuseReading(world, times);
  await expect(stack.deploy({ syncOptions: imports })).rejects.toThrow(/403/);
  world.destination.server.clearFaults();
  await stack.deploy({ syncOptions: imports });
  const all = { BOTH: "destination", MINE: "m", THEIRS: "t" };
  expect([world.source.read(), world.destination.read()]).toEqual([all, all]);
  expect((await stack.deploy({ syncOptions: imports })).unchanged).toBe(true);
});

test("a move that stopped half-way is finished by the next run, which removes what the old folder has", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { FOREIGN: "f" } });
  await using stack = await direct.open(world);
  const args = { ...keep, onDestinationChange: "remove" } as const;
  const moved = { ...args, destinationPath: "/other" };
  await stack.deploy(args);
  refuseReading(world, 1);
  await expect(stack.deploy(moved)).rejects.toThrow(/403/);
  await stack.deploy(moved);
  expect(world.destination.read()).toEqual({ FOREIGN: "f" });
  expect((await stack.deploy(moved)).unchanged).toBe(true);
});

// The only place where Pulumi's own handling of half-done updates is met.
for (const driver of [localEngine, pulumiCli]) {
  const reason = isThorough ? driver.unavailable : "npm run test:all";
  test.skipIf(reason !== undefined)(
    `${driver.name}: a run that stopped half-way is finished by the next one${reason ? ` (not run: ${reason})` : ""}`,
    async () => {
      await using world = await startWorld({ source: { A: "1", B: "2" }, destination: { FOREIGN: "f" } });
      await using stack = await driver.open(world);
      await stack.deploy(keep);
      world.source.put({ A: "1b", NEW: "n" });
      world.source.drop("B");
      world.destination.server.fault(REFUSED);
      await expect(stack.deploy(keep)).rejects.toThrow(/not done: delete B/);
      await stack.deploy(keep);
      expect(world.destination.read()).toEqual({ A: "1b", NEW: "n", FOREIGN: "f" });
      expect((await stack.deploy(keep)).unchanged).toBe(true);
    },
    300_000,
  );
}
