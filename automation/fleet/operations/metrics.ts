/** Numbers for Prometheus: of this process what it did, of the database what all of them see. */

import type { Database } from "../database/database.ts";
import { optional } from "../database/optional.ts";
import type { Outcome } from "../rows/rows.ts";
import { STATUS_SQL, STATUSES, type Status } from "../rows/status.ts";
import { countWorkers } from "../rows/workers.ts";

export interface Metrics {
  /** A run of this process has ended. @param seconds since it had its destination */
  ran(outcome: Outcome, seconds: number): void;
  /** A notification was told, or was not taken. */
  notified(isTaken: boolean): void;
  /** What `/metrics` answers. */
  render(): Promise<{ type: string; text: string }>;
}

const PREFIX = "external_infisical_fleet_";

/** Seconds: from two answers that nothing has changed, to many thousand keys under an instance's limits. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

export async function createMetrics(database: Database): Promise<Metrics> {
  const { Registry, Counter, Gauge, Histogram, collectDefaultMetrics } = await optional(
    "prom-client",
    () => import("prom-client"),
  );
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const named = (name: string, help: string) => ({ name: PREFIX + name, help, registers });

  const runs = new Counter({
    ...named("runs_total", "Runs of this process by outcome"),
    labelNames: ["outcome"],
  });
  const durations = new Histogram({
    ...named("run_seconds", "How long runs of this process took, by outcome"),
    labelNames: ["outcome"],
    buckets: BUCKETS,
  });
  const notifications = new Counter({
    ...named("notifications_total", "Notifications that were taken, and that were not"),
    labelNames: ["result"],
  });
  const syncs = new Gauge({ ...named("syncs", "Syncs by state"), labelNames: ["state"] });
  const waiting = new Gauge(
    named("oldest_parked_seconds", "How long the oldest parked plan has been waiting"),
  );
  const late = new Gauge(named("late_seconds", "How long the sync that is most overdue has been due"));
  const workers = new Gauge(named("workers", "Workers that were heard of in the last three minutes"));
  // Every state has its line, also without a sync.
  const look = async () => {
    const found = await lookAt(database);
    for (const status of STATUSES) syncs.set({ state: status }, found.syncs.get(status) ?? 0);
    waiting.set(found.waiting);
    late.set(found.late);
    workers.set(found.workers);
  };

  return {
    ran(outcome, seconds) {
      runs.inc({ outcome });
      durations.observe({ outcome }, seconds);
    },
    notified: (isTaken) => notifications.inc({ result: isTaken ? "taken" : "not_taken" }),
    async render() {
      await look();
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}

interface Ages {
  waiting: number;
  late: number;
  workers: number;
}

async function lookAt(database: Database): Promise<Ages & { syncs: ReadonlyMap<Status, number> }> {
  const rows = await database.query<{ status: Status; count: string }>(
    `select ${STATUS_SQL} as status, count(*) from sync left join parked on parked.sync = sync.id group by 1`,
  );
  const [ages] = await database.query<Omit<Ages, "workers">>(
    `select
       coalesce((select extract(epoch from now() - min(parked_at)) from parked where decision is null), 0)::float as waiting,
       greatest(coalesce((select extract(epoch from now() - min(next_at)) from sync
         where paused_at is null and removed_at is null), 0), 0)::float as late`,
  );
  const counts = new Map(rows.map(({ status, count }) => [status, Number(count)]));
  return { waiting: 0, late: 0, ...ages, workers: await countWorkers(database), syncs: counts };
}
