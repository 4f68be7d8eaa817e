import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../../automation/fleet/database/database.ts";
import { listHistory } from "../../automation/fleet/rows/history.ts";
import { decide, parkedOf } from "../../automation/fleet/rows/parked.ts";
import type { Outcome } from "../../automation/fleet/rows/rows.ts";
import { pauseSync, resumeSync } from "../../automation/fleet/rows/syncs.ts";
import type { Worker, WorkerOptions } from "../../automation/fleet/worker/worker.ts";
import { startWorld, type World } from "../support/world.ts";
import { openTestDatabase } from "./databases.ts";
import { type DeclaredSync, declare, isPutDown, rowOf, startTestWorker } from "./fleet.ts";

let database: Database;
let world: World;
let worker: Worker | undefined;
/** Ends of runs, in their order, and who waits for one. */
let ends: [string, Outcome][] = [];
let wake = () => {};

beforeEach(async () => {
  database = await openTestDatabase();
  world = await startWorld({ source: { A: "canary-a", B: "canary-b" } });
  ends = [];
  await start();
}, 300_000);
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  await world[Symbol.asyncDispose]();
});

const start = async (options: Partial<WorkerOptions> = {}) => {
  worker ??= await startTestWorker(database, world, {
    ...options,
    async ended(_queries, { name }, { outcome }) {
      ends.push([name, outcome]);
      wake();
    },
  });
  return worker;
};
const restart = async (options: Partial<WorkerOptions> = {}) => {
  await worker?.stop();
  worker = undefined;
  return start(options);
};
/** Runs the sync now. @returns how that ended */
async function runOnce(name = "app"): Promise<Outcome> {
  const { queue } = await start();
  const before = ends.length;
  await queue.trigger([await rowOf(database, name)], "hand");
  while (!ends.slice(before).some(([ended]) => ended === name))
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  // Recorded where the transaction has ended: whoever asks now comes after it.
  await isPutDown(database);
  return ends.slice(before).find(([ended]) => ended === name)?.[1] ?? "none";
}
const app = (more: DeclaredSync = {}) => declare(database, world, { app: more });
const events = async () => (await listHistory(database, {})).map(({ event }) => event).toReversed();

describe("a sync of a fleet", () => {
  it("pushes what changes, and asks twice where nothing has", async () => {
    await app();
    expect(await runOnce()).toBe("changed");
    expect(world.destination.read()).toEqual({ A: "canary-a", B: "canary-b" });
    expect(await rowOf(database, "app")).toMatchObject({
      outcome: "changed",
      intent: null,
      failures: 0,
      outputs: { counts: { create: 2 }, verified: true },
    });
    const { source, destination } = world;
    const before = [source, destination].map(({ server }) => server.requests.length);
    expect(await runOnce()).toBe("unchanged");
    const asked = [source, destination].flatMap(({ server }, index) => server.requests.slice(before[index]));
    expect(asked.map(({ method, status }) => [method, status])).toEqual([
      ["GET", 304],
      ["GET", 304],
    ]);
    world.source.put({ A: "canary-new" });
    expect(await runOnce()).toBe("changed");
    expect(world.destination.read()).toMatchObject({ A: "canary-new" });
    expect(await events()).toEqual(["declared", "ran", "ran"]);
  });

  it("writes nothing once it is paused, also where it has looked already", async () => {
    await app();
    const row = await rowOf(database, "app");
    world.destination.server.fault({
      ...{ kind: "run", method: "GET", path: /secrets/ },
      action: async () => void (await pauseSync(database, row.id, "ada")),
    });
    await worker?.queue.trigger([row], "hand");
    const isUnderWay = "select from pgboss.job where state <= 'active' and start_after <= now()";
    while ((await database.query(isUnderWay)).length > 0) await setImmediate();
    expect(world.destination.read()).toEqual({});
    expect(await rowOf(database, "app")).toMatchObject({ outcome: "none", intent: null, paused_by: "ada" });
    await resumeSync(database, row.id);
    expect(await runOnce()).toBe("changed");
  });

  it("parks what needs somebody, does exactly what was approved, and asks again for anything else", async () => {
    await app({ fleet: { approve: ["deletes"] } });
    await runOnce();
    world.source.drop("A");
    expect(await runOnce()).toBe("parked");
    const row = await rowOf(database, "app");
    const first = await parkedOf(database, row.id);
    expect(first).toMatchObject({ decision: null, reasons: [{ rule: "deletes", message: "deletes: A" }] });
    expect(await runOnce()).toBe("parked");
    expect(await parkedOf(database, row.id)).toMatchObject({ id: first?.id });

    await decide(database, first?.id ?? "", { decision: "approved", by: "grace", comment: "as meant" });
    world.source.drop("B");
    world.source.put({ C: "canary-c" });
    expect(await runOnce()).toBe("parked");
    const second = await parkedOf(database, row.id);
    expect(second?.id).not.toBe(first?.id);
    expect(world.destination.read()).toEqual({ A: "canary-a", B: "canary-b" });

    await decide(database, second?.id ?? "", { decision: "approved", by: "grace", comment: "as meant" });
    expect(await runOnce()).toBe("changed");
    expect(world.destination.read()).toEqual({ C: "canary-c" });
    const [ran] = await listHistory(database, { limit: 1 });
    expect(ran).toMatchObject({
      event: "ran",
      detail: { approvedBy: "grace", comment: "as meant", plan: second?.id },
    });
    expect(await parkedOf(database, row.id)).toBeUndefined();
  });

  it("does not do what was rejected, and asks once the plan is another", async () => {
    await app({ fleet: { approve: ["deletes"] } });
    await runOnce();
    world.source.drop("A");
    await runOnce();
    const row = await rowOf(database, "app");
    const plan = await parkedOf(database, row.id);
    await decide(database, plan?.id ?? "", { decision: "rejected", by: "grace" });
    expect(await runOnce()).toBe("rejected");
    world.source.put({ A: "canary-a" });
    expect(await runOnce()).toBe("unchanged");
    expect(await parkedOf(database, row.id)).toBeUndefined();
    world.source.drop("B");
    expect(await runOnce()).toBe("parked");
  });

  it("is parked by its guards and by policies", async () => {
    await app({ options: { maxDeletes: 0 } });
    await runOnce();
    world.source.drop("A");
    expect(await runOnce()).toBe("parked");
    const row = await rowOf(database, "app");
    expect(await parkedOf(database, row.id)).toMatchObject({ reasons: [{ rule: "too-many-deletes" }] });
    await declare(
      database,
      world,
      { app: {} },
      { top: { policies: { denyForeignDeletes: true, maxDeletes: 0 } } },
    );
    expect(await runOnce()).toBe("parked");
    expect(await parkedOf(database, row.id)).toMatchObject({ reasons: [{ rule: "maxDeletes" }] });
    const waits = async () => (await rowOf(database, "app")).message;
    expect(await waits()).toMatch(/ \(maxDeletes\)$/);
    await declare(database, world, { app: {} }, { top: { policies: { denyKeys: ["B"] } } });
    expect(await runOnce()).toBe("parked");
    // In the words of `fleet status`.
    expect(await waits()).toContain("B: may not be synced (denyKeys)");
    await app();
    expect(await runOnce()).toBe("changed");
  });

  it("goes on after a run that stopped half-way, and tells why", async () => {
    await app();
    world.destination.server.fault({ method: "PATCH", path: /secrets/, kind: "status", status: 403 });
    expect(await runOnce()).toBe("failed");
    expect(await rowOf(database, "app")).toMatchObject({
      failures: 1,
      message: expect.stringContaining("403"),
    });
    expect(await runOnce()).toBe("changed");
    expect(await events()).toEqual(["declared", "failed", "ran"]);
  });

  it("says which secret a worker has not", async () => {
    await restart({ environment: {} });
    await app();
    expect(await runOnce()).toBe("failed");
    expect((await rowOf(database, "app")).message).toContain(
      "source.clientSecret: the environment variable SOURCE_SECRET is not set",
    );
  });

  it("that only has another name has not changed, and nobody who reads from it runs", async () => {
    await app();
    await runOnce();
    const before = (await rowOf(database, "app")).changed_at;
    await declare(database, world, { renamed: {} });
    expect(await runOnce("renamed")).toBe("changed");
    expect(before).not.toBeNull();
    expect((await rowOf(database, "renamed")).changed_at).toEqual(before);
  });

  it("that is gone waits for somebody, and goes with its keys where it is to remove them", async () => {
    await app({ more: { removeSecretsOnDelete: true } });
    world.destination.put({ OTHER: "canary-other" });
    await runOnce();
    world.destination.put({ OTHER: "canary-other" });
    await declare(database, world, {});
    expect(await runOnce()).toBe("parked");
    const row = await rowOf(database, "app");
    const plan = await parkedOf(database, row.id);
    expect(plan).toMatchObject({ planned: { operation: "delete" }, reasons: [{ rule: "removed" }] });
    await decide(database, plan?.id ?? "", { decision: "approved", by: "grace" });
    await runOnce();
    expect(world.destination.read()).toEqual({ OTHER: "canary-other" });
    await expect(rowOf(database, "app")).rejects.toThrow("There is no sync app.");
  });

  it("that was pruned goes without a question, and not against a policy", async () => {
    const policies = { maxDeletes: 0 };
    await app({ more: { removeSecretsOnDelete: true } });
    await runOnce();
    await declare(database, world, {}, { prune: true, top: { policies } });
    expect(await runOnce()).toBe("parked");
    expect(world.destination.read()).toEqual({ A: "canary-a", B: "canary-b" });
    expect(await parkedOf(database, (await rowOf(database, "app")).id)).toMatchObject({
      reasons: [{ rule: "maxDeletes" }],
    });
    await declare(database, world, {}, { prune: true });
    await runOnce();
    expect(world.destination.read()).toEqual({});
  });

  it("has no secret in any table", async () => {
    await app({ fleet: { approve: ["deletes"] } });
    await runOnce();
    world.source.drop("A");
    await runOnce();
    const tables = await database.query<{ name: string }>(
      `select schemaname || '.' || tablename as name from pg_tables where schemaname in ('external_infisical', 'pgboss')`,
    );
    expect(tables.length).toBeGreaterThan(10);
    const secrets = ["canary-", world.source.clientSecret, world.destination.clientSecret];
    for (const { name } of tables) {
      const rows = JSON.stringify(await database.query(`select * from ${name}`));
      for (const secret of secrets) expect(rows, name).not.toContain(secret);
    }
  });
});

it("runs who reads what it has written, once it has", async () => {
  const { server, clientId, projectId, environment } = world.destination;
  const onwards = { projectId, environment, secretPath: "/onwards" };
  const source = { host: server.url, clientId, clientSecret: "${env:THERE_SECRET}" };
  await app();
  const sides = { source: world.destination, destination: { ...world.destination, ...onwards } };
  await declare(database, sides, { copy: {} }, { project: "onwards", top: { source } });
  expect(await runOnce()).toBe("changed");
  await expect.poll(() => server.readSecrets(onwards)).toEqual({ A: "canary-a", B: "canary-b" });
  world.source.put({ A: "canary-new" });
  expect(await runOnce()).toBe("changed");
  await expect.poll(() => server.readSecrets(onwards)).toMatchObject({ A: "canary-new" });
});

it("shares a look between syncs of one environment that run at the same time", async () => {
  const names = ["one", "two", "three", "four"];
  const syncs = Object.fromEntries(names.map((name) => [name, { from: `/${name}`, to: `/to/${name}` }]));
  for (const name of names)
    world.source.server.putSecrets(
      { projectId: world.source.projectId, environment: world.source.environment, secretPath: `/${name}` },
      { KEY: `canary-${name}` },
    );
  await declare(database, world, syncs);
  for (const name of names) expect(await runOnce(name)).toBe("changed");
  // It looks at all syncs when it starts.
  const { queue } = await restart();
  const before = world.source.server.requests.length;
  const rows = await Promise.all(names.map((name) => rowOf(database, name)));
  ends = [];
  await queue.trigger(rows, "hand");
  // On a server, a new worker waits until it has known that for a while.
  const outcomes = () => ends.map(([, outcome]) => outcome);
  await expect.poll(outcomes, { timeout: 30_000 }).toEqual(names.map(() => "unchanged"));
  expect(world.source.server.requests.length - before).toBeLessThan(names.length);
});
