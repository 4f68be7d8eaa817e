/** pg-boss on the fleet's database: its tables stand in a schema of their own, and its queue is made with them. */
import type { ConstructorOptions, PgBoss, QueueOptions, QueuePolicy } from "pg-boss";
import type { Database } from "./database.ts";
import { optional } from "./optional.ts";

export const QUEUE = "runs";

/** A worker that is not heard of for so long has lost its jobs: the least that pg-boss takes. */
export const HEARTBEAT_SECONDS = 10;

/** Why each stands so: docs/fleet.md. */
export const QUEUE_OPTIONS: QueueOptions & { policy: QueuePolicy; notify: boolean } = {
  // Never two runs of one destination at once.
  policy: "singleton",
  notify: true,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  // A run ends by its own deadlines; this is for a handler that never does.
  expireInSeconds: 4 * 3600,
  // A job that is lost is run again, however often: its sync's only one waits there.
  retryLimit: 1_000_000,
  retryDelay: 1,
  // A next run may be due in months.
  retentionSeconds: 366 * 24 * 3600,
  deleteAfterSeconds: 60,
};

export async function newBoss(database: Database, options: ConstructorOptions = {}): Promise<PgBoss> {
  const { PgBoss } = await optional("pg-boss", () => import("pg-boss"));
  const boss = new PgBoss({
    schema: "pgboss",
    schedule: false,
    ...database.queueOptions,
    ...options,
  });
  // What it does in the background it tries again.
  boss.on("error", () => {});
  return boss;
}
