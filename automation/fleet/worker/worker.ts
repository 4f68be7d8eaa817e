/** A process that runs syncs: as many as there are, on as many machines. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { describeError } from "../../../provider/errors.ts";
import { CLOCK, type Clock } from "../lease/clock.ts";
import { createLeases } from "../lease/leases.ts";
import { openQueue } from "../queue/queue.ts";
import { type RunOptions, runJob } from "../run/run.ts";
import { createWorkerShared } from "../run/shared-looks.ts";
import { declaredFolders } from "./folders.ts";

export interface WorkerOptions
  extends Pick<RunOptions, "database" | "environment" | "policies" | "nextRun" | "ended"> {
  /** Of this package. */
  version: string;
  /** Syncs that run at the same time. */
  concurrency: number;
  clock?: Clock;
  /** Clients that wait for limits which all workers share. */
  makeClient?: Parameters<typeof createWorkerShared>[1];
  /** Told of failures that are no sync's, such as a database that does not answer. */
  onError?: (message: string) => void;
}

export interface Worker {
  readonly id: string;
  readonly queue: RunOptions["queue"];
  /** Takes nothing new, lets requests in flight end, and hands its jobs on. */
  stop(): Promise<void>;
}

const WATCH_MS = 2000;
const TIDY_MS = 60_000;
/** A worker that was not seen for so long is gone. */
const GONE = "1 hour";

export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { database, concurrency, clock = CLOCK, onError = () => {} } = options;
  const id = `${hostname()}-${process.pid}-${randomUUID().slice(0, 4)}`;
  const stopping = new AbortController();
  const shared = createWorkerShared(clock.monotonic, options.makeClient);
  const leases = createLeases(database, id, clock);
  const queue = await openQueue(database, { isWorker: true });

  const tidy = async () => {
    await database.query(
      `insert into worker (id, host, version) values ($1, $2, $3)
       on conflict (id) do update set seen_at = now()`,
      [id, hostname(), options.version],
    );
    await database.query("delete from worker where seen_at < now() - $1::interval", [GONE]);
    shared.declare(await declaredFolders(database));
    await queue.fill();
  };
  const repeat = (what: () => Promise<unknown>, everyMs: number) =>
    (async () => {
      for (;;) {
        await clock.delay(everyMs, stopping.signal);
        await what().catch((error: unknown) => onError(describeError(error)));
      }
    })().catch(() => {});

  try {
    await leases.watch();
    await tidy();
  } catch (error) {
    // Its supervision would go on for ever.
    await queue[Symbol.asyncDispose]();
    throw error;
  }
  const running = [repeat(() => leases.watch(), WATCH_MS), repeat(tidy, TIDY_MS)];
  await queue.work(
    (job) => runJob(job, { ...options, clock, leases, queue, shared, worker: id, stopping: stopping.signal }),
    { concurrency },
  );

  return {
    id,
    queue,
    async stop() {
      stopping.abort();
      shared.cancel();
      await Promise.all(running);
      await database.query("update worker set is_stopping = true where id = $1", [id]).catch(() => {});
      await queue.stop();
      await shared[Symbol.asyncDispose]();
      await database.query("delete from worker where id = $1", [id]).catch(() => {});
    },
  };
}
