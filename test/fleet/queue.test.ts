import { afterEach, beforeEach, expect, it } from "vitest";
import type { Database } from "../../automation/fleet/database/database.ts";
import { openQueue, type Queue } from "../../automation/fleet/queue/queue.ts";
import { openTestDatabase } from "./databases.ts";

let database: Database;
let queue: Queue;

beforeEach(async () => {
  database = await openTestDatabase();
  queue = await openQueue(database, { isWorker: true });
});
afterEach(() => queue.stop());

const SYNC = { id: "1", destination: "there" };
const waiting = () =>
  database.query<{ data: object; at: Date }>(
    "select data, start_after as at from pgboss.job where state < 'active' order by created_on",
  );
const soon = (minutes: number) => new Date(Date.now() + minutes * 60_000);

it("has one job of a sync that waits, however often it is triggered", async () => {
  await queue.trigger([SYNC], "hand");
  await queue.trigger([SYNC, { id: "2", destination: "elsewhere" }], "webhook");
  expect((await waiting()).map(({ data }) => data)).toEqual([
    { sync: "1", why: "webhook" },
    { sync: "2", why: "webhook" },
  ]);
});

it("puts nothing off that is to run earlier, and nothing that was triggered", async () => {
  const [early, late] = [soon(5), soon(60)];
  await queue.later(SYNC, late);
  await queue.later(SYNC, early);
  await queue.later(SYNC, late);
  expect((await waiting()).map(({ at }) => at)).toEqual([early]);
  await queue.trigger([SYNC], "hand");
  await queue.later(SYNC, late);
  const [job, ...others] = await waiting();
  expect(others).toEqual([]);
  expect(job?.at.getTime()).toBeLessThanOrEqual(Date.now());
});

it("runs a sync that is triggered while it runs exactly once more, and gives a job back whose handler failed", async () => {
  const whys: string[] = [];
  const done = Promise.withResolvers<void>();
  await queue.trigger([SYNC], "declared");
  await queue.work(
    async (job) => {
      whys.push(job.data.why);
      if (whys.length === 1) {
        for (const why of ["hand", "webhook", "chain"] as const) await queue.trigger([SYNC], why);
        await database.transaction(async (queries) => {
          expect(await queue.complete(job, queries)).toBe(true);
          expect(await queue.complete(job, queries)).toBe(false);
        });
      } else if (whys.length === 2) throw new Error("as it may happen");
      else done.resolve();
    },
    { concurrency: 2 },
  );
  await done.promise;
  await queue.stop();
  expect(whys).toEqual(["declared", "chain", "chain"]);
  expect(await waiting()).toEqual([]);
});

it("completes a run and puts in the next one with what else the transaction does, or nothing of it", async () => {
  const ended = Promise.withResolvers<void>();
  await queue.trigger([SYNC], "hand");
  await queue.work(
    async (job) => {
      const attempt = (isFailing: boolean) =>
        database.transaction(async (queries) => {
          await queue.complete(job, queries);
          await queue.later(SYNC, soon(5), queries);
          if (isFailing) throw new Error("in the end");
        });
      await expect(attempt(true)).rejects.toThrow("in the end");
      expect(await waiting()).toEqual([]);
      await attempt(false);
      ended.resolve();
    },
    { concurrency: 1 },
  );
  await ended.promise;
  expect((await waiting()).map(({ data }) => data)).toEqual([{ sync: "1", why: "schedule" }]);
});

it("fills in the jobs that are missing, of what is not paused", async () => {
  await database.query("insert into project values ('p', 'f', '/', '{}', now(), 'me')");
  for (const name of ["a", "b", "c"])
    await database.query(
      "insert into sync (project, name, destination, declared) values ('p', $1, $1, '{}')",
      [name],
    );
  await database.query("update sync set paused_at = now() where name = 'b'");
  expect(await queue.fill()).toBe(2);
  expect(await queue.fill()).toBe(0);
  expect(await waiting()).toHaveLength(2);
});
