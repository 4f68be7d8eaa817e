/** What was decided, declared or told before, and is of something else by now. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../../automation/fleet/database/database.ts";
import { listHistory } from "../../automation/fleet/rows/history.ts";
import { decide, parkedOf } from "../../automation/fleet/rows/parked.ts";
import type { Outcome } from "../../automation/fleet/rows/rows.ts";
import type { Worker } from "../../automation/fleet/worker/worker.ts";
import { startWorld, type World } from "../support/world.ts";
import { openTestDatabase } from "./databases.ts";
import { type DeclaredSync, declare, isPutDown, rowOf, startTestWorker } from "./fleet.ts";

let database: Database;
let world: World;
let worker: Worker;
let ends: [string, Outcome][];
let wake = () => {};

beforeEach(async () => {
  database = await openTestDatabase();
  world = await startWorld({ source: { A: "canary-a", B: "canary-b" } });
  ends = [];
  worker = await startTestWorker(database, world, {
    async ended(_queries, { name }, { outcome }) {
      ends.push([name, outcome]);
      wake();
    },
  });
}, 300_000);
afterEach(async () => {
  await worker.stop();
  await world[Symbol.asyncDispose]();
});

async function runOnce(name = "app"): Promise<Outcome> {
  const before = ends.length;
  await worker.queue.trigger([await rowOf(database, name)], "hand");
  while (!ends.slice(before).some(([ended]) => ended === name))
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  await isPutDown(database);
  return ends.slice(before).find(([ended]) => ended === name)?.[1] ?? "none";
}
const app = (more: DeclaredSync = {}, top = {}) => declare(database, world, { app: more }, { top });
const plan = async (name = "app") => parkedOf(database, (await rowOf(database, name)).id);
const approve = async () => decide(database, (await plan())?.id ?? "", { decision: "approved", by: "grace" });
const failOnce = () =>
  world.destination.server.fault({ method: "DELETE", path: /secrets/, kind: "status", status: 400 });

describe("an approval", () => {
  it("ends where nothing is left to do, however the run before it ended", async () => {
    await app({ fleet: { approve: ["deletes"] } });
    await runOnce();
    world.source.drop("A");
    expect(await runOnce()).toBe("parked");
    await approve();
    failOnce();
    expect(await runOnce()).toBe("failed");
    world.source.put({ A: "canary-a" });
    expect(await runOnce()).toBe("unchanged");
    expect(await plan()).toBeUndefined();
    world.source.drop("A");
    expect(await runOnce()).toBe("parked");
  });

  it("is not of what needed none", async () => {
    await app({ fleet: { approve: ["deletes"] } });
    await runOnce();
    world.source.drop("A");
    await runOnce();
    await approve();
    world.source.put({ A: "canary-a", B: "canary-new" });
    expect(await runOnce()).toBe("changed");
    const [ran] = await listHistory(database, { limit: 1 });
    expect(ran?.detail).not.toHaveProperty("approvedBy");
  });

  it("is of the reasons that it was asked for", async () => {
    await app({ fleet: { approve: ["deletes"] } });
    await runOnce();
    world.source.drop("A");
    await runOnce();
    const before = await plan();
    await approve();
    await app({ fleet: { approve: ["deletes"] } }, { policies: { maxDeletes: 0 } });
    expect(await runOnce()).toBe("parked");
    expect(await plan()).toMatchObject({
      decision: null,
      reasons: [{ rule: "maxDeletes" }, { rule: "deletes" }],
    });
    expect((await plan())?.id).not.toBe(before?.id);
  });
});

describe("a sync that is gone", () => {
  it("keeps to mandatory policies, also where it is pruned", async () => {
    const policies = { policies: { maxDeletes: 0 } };
    await app({ more: { removeSecretsOnDelete: true } }, policies);
    await runOnce();
    await declare(database, world, {}, { prune: true, top: policies });
    expect(await runOnce()).toBe("parked");
    expect(world.destination.read()).toEqual({ A: "canary-a", B: "canary-b" });
  });

  it("goes with its connection", async () => {
    await app({ more: { removeSecretsOnDelete: true } });
    await runOnce();
    await declare(database, world, {}, { prune: true, top: { connections: {} } });
    await runOnce();
    expect(world.destination.read()).toEqual({});
  });
  it("stays where it is declared again while it is removed", async () => {
    await app({ more: { removeSecretsOnDelete: true } });
    await runOnce();
    await declare(database, world, {}, { prune: true });
    const again = () => app({ more: { removeSecretsOnDelete: true } });
    world.destination.server.fault({
      method: "DELETE",
      path: /secrets/,
      kind: "run",
      action: async () => void (await again()),
    });
    await runOnce();
    expect(await rowOf(database, "app")).toMatchObject({ removed_at: null });
    await runOnce();
    expect(world.destination.read()).toEqual({ A: "canary-a", B: "canary-b" });
  });
});

it.each(["\u0000", "\ud800"])(
  "a failure with %j in its text is put down",
  async (text) => {
    await app();
    world.destination.server.fault({
      kind: "status",
      status: 400,
      body: { message: `no ${text} here` },
      path: /secrets/,
      times: 10,
    });
    expect(await runOnce()).toBe("failed");
    expect((await rowOf(database, "app")).message).toContain("here");
  },
  20_000,
);

it("two that swap their places keep what the other one has written there", async () => {
  const { source, destination } = world;
  const at = ({ projectId, environment }: World["source"], secretPath: string) => ({
    ...{ projectId, environment, secretPath },
  });
  for (const folder of ["/one", "/two"]) source.server.putSecrets(at(source, folder), { K: "canary-k" });
  const more = { removeSecretsOnDelete: true };
  const declareAt = (one: string, two: string) =>
    declare(database, world, { one: { from: "/one", to: one, more }, two: { from: "/two", to: two, more } });
  await declareAt("/x", "/y");
  for (const name of ["one", "two"]) await runOnce(name);
  await declareAt("/y", "/x");
  for (const name of ["one", "two", "one", "two"]) await runOnce(name);
  for (const folder of ["/x", "/y"])
    expect(destination.server.readSecrets(at(destination, folder)), folder).toEqual({ K: "canary-k" });
});
