import { beforeEach, describe, expect, it } from "vitest";
import { openTestDatabase } from "../../../test/fleet/databases.ts";
import { HEARTBEAT_SECONDS } from "../database/boss.ts";
import type { Database } from "../database/database.ts";
import type { Clock } from "./clock.ts";
import { deadlineIn } from "./deadline.ts";
import { createLeases, LEASE_MS, type Lease, LeaseLost, MARGIN_MS } from "./leases.ts";

/** A clock whose hands are moved by the test. */
function manualClock() {
  const waiting: { at: number; resolve: () => void; reject: (reason: unknown) => void }[] = [];
  let [monotonic, wall] = [0, 1_000_000];
  const clock: Clock = {
    monotonic: () => monotonic,
    wall: () => wall,
    delay: (ms, signal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        waiting.push({ at: monotonic + ms, resolve, reject });
        signal?.addEventListener("abort", () => reject(signal.reason));
      }),
  };
  return {
    ...clock,
    jump: (ms: number) => {
      wall += ms;
    },
    pass(ms: number) {
      monotonic += ms;
      wall += ms;
      for (const one of waiting.splice(0)) {
        if (one.at <= monotonic) one.resolve();
        else waiting.push(one);
      }
    },
    /** Until somebody waits, so that nothing that passes is missed. */
    async isAwaited() {
      while (waiting.length === 0) await database.query("select 1");
    },
  };
}

let database: Database;
beforeEach(async () => {
  database = await openTestDatabase();
}, 300_000);

describe("a deadline", () => {
  it.each([
    ["time passes", 400, 0, 600],
    ["the wall clock jumps ahead", 0, 5000, -4000],
    ["the wall clock jumps back", 400, -5000, 600],
  ])("is as near as the further clock says: %s", (_, passed, jumped, left) => {
    const clock = manualClock();
    const deadline = deadlineIn(1000, clock);
    clock.pass(passed);
    clock.jump(jumped);
    expect(deadline.msLeft()).toBe(left);
  });
});

it("has run out before the queue gives the job to another", () => {
  expect(LEASE_MS + MARGIN_MS).toBeLessThan(HEARTBEAT_SECONDS * 1000);
});

const release = (lease: Lease) => database.transaction((queries) => lease.release(queries));

describe("a lease", () => {
  it("is free at once where its holder has let go of it, under a higher fence", async () => {
    const leases = createLeases(database, "one", manualClock());
    using first = await leases.take("there");
    await release(first);
    using second = await leases.take("there");
    expect(BigInt(second.fence)).toBeGreaterThan(BigInt(first.fence));
    await expect(release(first)).rejects.toThrow(LeaseLost);
    await expect(database.transaction((queries) => first.require(queries))).rejects.toThrow(LeaseLost);
    await release(second);
  });

  it("is taken over once it has stood still for longer than its holder may write", async () => {
    const [mine, other] = [manualClock(), manualClock()];
    const cutOff: Database = {
      ...database,
      query: (sql, parameters) =>
        sql.includes("set renewals") ? new Promise(() => {}) : database.query(sql, parameters),
    };
    using held = await createLeases(cutOff, "one", mine).take("there");
    const taking = createLeases(database, "two", other).take("there");
    await other.isAwaited();
    other.pass(LEASE_MS);
    await other.isAwaited();
    expect(held.msLeft()).toBe(LEASE_MS);
    mine.pass(LEASE_MS);
    expect(held.msLeft()).toBe(0);
    other.pass(MARGIN_MS + 1000);
    using taken = await taking;
    expect(BigInt(taken.fence)).toBeGreaterThan(BigInt(held.fence));
    await expect(release(held)).rejects.toThrow(LeaseLost);
    await release(taken);
  });

  it("stays with a holder that renews it, however long another one waits", async () => {
    const [mine, other] = [manualClock(), manualClock()];
    using held = await createLeases(database, "one", mine).take("there");
    const giveUp = new AbortController();
    const taking = createLeases(database, "two", other).take("there", giveUp.signal);
    for (let count = 0; count < 5; count++) {
      await mine.isAwaited();
      mine.pass(2000);
      await mine.isAwaited();
      await other.isAwaited();
      other.pass(LEASE_MS);
    }
    await mine.isAwaited();
    expect(held.msLeft()).toBeGreaterThan(0);
    giveUp.abort();
    await expect(taking).rejects.toThrow();
  });

  it("counts for its holder from before it was asked for", async () => {
    const clock = manualClock();
    const slow: Database = {
      ...database,
      async query(sql, parameters) {
        if (sql.includes("insert into lease")) clock.pass(1500);
        return database.query(sql, parameters);
      },
    };
    using held = await createLeases(slow, "one", clock).take("there");
    expect(held.msLeft()).toBe(LEASE_MS - 1500);
  });

  it("is not taken over by one who has looked away while its holder was renewing it", async () => {
    const [mine, other] = [manualClock(), manualClock()];
    using held = await createLeases(database, "one", mine).take("there");
    const leases = createLeases(database, "two", other);
    await leases.watch();
    await mine.isAwaited();
    mine.pass(2000);
    await mine.isAwaited();
    other.pass(10 * LEASE_MS);
    const giveUp = new AbortController();
    const taking = leases.take("there", giveUp.signal);
    await other.isAwaited();
    giveUp.abort();
    await expect(taking).rejects.toThrow();
    expect(held.msLeft()).toBeGreaterThan(0);
  });
});

describe("a lease of a database that has gone back", () => {
  const server = () => ({ ...database, era: "current_setting('test.era')" });
  const goBackTo = async (era: string) => {
    await database.query("select set_config('test.era', $1, false)", [era]);
    await database.query("delete from lease");
  };
  const settles = async (lease: Lease) => {
    const settled = lease.settled().then(() => true);
    return Promise.race([settled, database.query("select 1").then(() => false)]);
  };

  it("is not written by until whoever had it before has stopped", async () => {
    const clock = manualClock();
    const leases = createLeases(server(), "one", clock);
    await goBackTo("first");
    await leases.watch();
    clock.pass(LEASE_MS + MARGIN_MS);
    using known = await leases.take("here");
    expect(await settles(known)).toBe(true);

    await goBackTo("second");
    await leases.watch();
    clock.pass(MARGIN_MS);
    using taken = await leases.take("there");
    const settled = taken.settled().then(() => clock.monotonic());
    clock.pass(LEASE_MS - 1);
    expect(await settles(taken)).toBe(false);
    clock.pass(1);
    expect(await settled).toBe(2 * (LEASE_MS + MARGIN_MS));
  });

  it("is nobody's whom it has lost, as soon as he renews it, whoever has it now", async () => {
    const clock = manualClock();
    await goBackTo("first");
    using lost = await createLeases(server(), "one", clock).take("there");
    await goBackTo("second");
    using taken = await createLeases(server(), "one", manualClock()).take("there");
    expect(taken.fence).not.toBe(lost.fence);
    await clock.isAwaited();
    clock.pass(1500);
    while (lost.msLeft() > 0) await database.query("select 1");
    await expect(release(lost)).rejects.toThrow(LeaseLost);
    await release(taken);
  });

  it("needs no waiting where the database ends with its process", async () => {
    const { era: _, ...alone } = database;
    using taken = await createLeases(alone, "one", manualClock()).take("there");
    expect(await settles(taken)).toBe(true);
  });
});
