/** Which sync runs next, by pg-boss: one job of each that waits, and never two at once of one destination. */
import type { JobWithMetadata } from "pg-boss";
import { newBoss, QUEUE } from "../database/boss.ts";
import type { Database, Queries } from "../database/database.ts";
import type { SyncRow } from "../rows/rows.ts";

/** Why a sync runs. */
type Why = "schedule" | "hand" | "webhook" | "event" | "chain" | "declared" | "approved" | "resumed";

interface JobData {
  sync: string;
  why: Why;
}

/** One run of a sync that this process has taken. */
export type Job = Pick<JobWithMetadata<JobData>, "id" | "retryCount" | "data" | "signal" | "startAfter">;

/** What of a sync the queue needs to know. */
type Queued = Pick<SyncRow, "id" | "destination">;

export interface Queue extends AsyncDisposable {
  /** They run as soon as somebody is free; one that runs now, once more after that. */
  trigger(syncs: readonly Queued[], why: Why, queries?: Queries): Promise<void>;
  /** It runs at that time, unless it is to run earlier anyway. */
  later(sync: Queued, at: Date, queries?: Queries): Promise<void>;
  /** Syncs of which no job waits or runs, and which should run, get one. @returns how many there were */
  fill(): Promise<number>;
  /** Takes jobs, so many at a time. A handler that throws gives its job back. */
  work(handler: (job: Job) => Promise<void>, options: { concurrency: number }): Promise<void>;
  /** Within the transaction that records what the run did. @returns false where the job is not this process's any more */
  complete(job: Job, queries: Queries): Promise<boolean>;
  /** Takes no more jobs, and waits for those that run. */
  stop(): Promise<void>;
}

/** Longer than any request of a run may take. */
const STOP_MS = 120_000;

/** @param isWorker false for who only puts jobs in: it looks after nobody else's */
export async function openQueue(database: Database, { isWorker = false } = {}): Promise<Queue> {
  const boss = await newBoss(database, {
    migrate: false,
    supervise: isWorker,
    registerInstance: isWorker,
    useListenNotify: isWorker,
    // A worker that was killed is noticed within its heartbeat.
    superviseIntervalSeconds: 1,
    // Nobody is told what that finds, of a table of few rows, and it would be looked for as often.
    monitorVacuum: false,
    monitorIntervalSeconds: 1,
    // How many wait is looked at as often.
    queueCacheIntervalSeconds: 1,
  });
  await boss.start();

  const triggerIn = async (queries: Queries, syncs: readonly Queued[], why: Why) => {
    // In one order: two who ask for the same ones wait for each other, and not in a circle.
    const inOrder = syncs.toSorted((a, b) => (a.destination < b.destination ? -1 : 1));
    for (const { id, destination } of inOrder)
      await boss.upsert(QUEUE, { sync: id, why } satisfies JobData, {
        singletonKey: destination,
        startAfter: 0,
        db: queries,
      });
  };

  const laterIn = async (queries: Queries, { id, destination }: Queued, at: Date) => {
    // Locked: who triggers it at the same time comes after this, and is not undone by it.
    const [waiting] = await queries.query<{ start_after: Date }>(
      `select start_after from pgboss.job where name = $1 and singleton_key = $2 and state < 'active'
       order by start_after limit 1 for update`,
      [QUEUE, destination],
    );
    if (waiting && waiting.start_after <= at) return;
    const data = { sync: id, why: "schedule" } satisfies JobData;
    const options = { singletonKey: destination, startAfter: at, db: queries };
    // An insertion never moves a job that somebody else has put in meanwhile.
    if (waiting) await boss.upsert(QUEUE, data, options);
    else await boss.send(QUEUE, data, options);
  };

  return {
    // All from the same moment on: one look will do for those of one environment.
    trigger: (syncs, why, queries) =>
      queries ? triggerIn(queries, syncs, why) : database.transaction((own) => triggerIn(own, syncs, why)),
    later: (sync, at, queries) =>
      queries ? laterIn(queries, sync, at) : database.transaction((own) => laterIn(own, sync, at)),

    async fill() {
      const missing = await database.query<Queued & { next_at: Date | null }>(
        `select id, destination, next_at from sync
         where paused_at is null and (checked_at is null or next_at is not null) and not exists (
           select from pgboss.job where name = $1 and singleton_key = sync.destination and state <= 'active')
         order by destination`,
        [QUEUE],
      );
      if (missing.length > 0)
        await boss.insert(
          QUEUE,
          missing.map(({ id, destination, next_at }) => ({
            data: { sync: id, why: "schedule" } satisfies JobData,
            singletonKey: destination,
            startAfter: next_at ?? 0,
          })),
        );
      return missing.length;
    },

    async work(handler, { concurrency }) {
      await boss.work(
        QUEUE,
        {
          batchSize: 1,
          includeMetadata: true,
          localConcurrency: concurrency,
          pollingIntervalSeconds: 2,
          notifyPollingIntervalSeconds: 2,
          // Where more wait, whoever is done takes the next one at once.
          burstWhenReadyExceeds: 1,
        },
        async ([job]: JobWithMetadata<JobData>[]) => {
          if (job) await handler(job);
        },
      );
    },

    async complete({ id, retryCount }, queries) {
      const done = await boss.complete(QUEUE, { id, retryCount }, null, { db: queries });
      return (done as { affected?: number }).affected === 1;
    },

    stop: () => boss.stop({ graceful: true, timeout: STOP_MS }),
    [Symbol.asyncDispose]: () => boss.stop({ graceful: false }),
  };
}
