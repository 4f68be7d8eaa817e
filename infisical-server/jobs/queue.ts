// When jobs run (control-plane §3.11).
import type { SecretSync } from "../control-plane/model.ts";
import { attempt } from "./attempt.ts";
import { backoffMs, type Job, newJob } from "./job.ts";
import type { Locks } from "./locks.ts";
import { setRecord } from "./record.ts";
import type { RunTools } from "./run.ts";
import type { Timers } from "./timers.ts";

const MAX_BUSY = 120;

export interface Queue {
  add(job: Job): void;
  /** Resolves when no job runs. */
  settled(): Promise<void>;
}

export function createQueue(tools: RunTools, timers: Timers, locks: Locks, random: () => number): Queue {
  const running = new Set<Promise<void>>();
  const between = (fromMs: number, toMs: number) => fromMs + Math.floor(random() * (toMs - fromMs));

  const later = (delayMs: number, job: Job): void =>
    timers.after(delayMs, () => {
      const done = take(job).finally(() => running.delete(done));
      running.add(done);
      return done;
    });

  const take = async (job: Job): Promise<void> => {
    const sync = tools.world.syncs.get(job.syncId);
    if (!sync) return;
    const release = locks.acquire(sync, { takesSlot: job.task.kind === "sync" });
    if (!release) {
      wait(job, sync);
      return;
    }
    try {
      if ((await attempt(tools, job, sync)) === "done") return;
    } finally {
      // Between attempts other jobs of the sync get their turn.
      release();
    }
    later(backoffMs(job), { ...job, attempt: job.attempt + 1 });
  };

  const wait = (job: Job, sync: SecretSync): void => {
    const { kind } = job.task;
    if (kind === "sync" && job.busyCount < MAX_BUSY) {
      // A job of its own with all its attempts; the row keeps its status.
      const next = newJob(job.syncId, job.task, job.actor);
      later(between(30_000, 40_000), { ...next, busyCount: job.busyCount + 1 });
      return;
    }
    setRecord(tools.world, sync, kind, { status: "failed", jobId: job.id, message: "Failed to run job" });
  };

  return {
    add: (job) => later(job.task.kind === "sync" ? between(0, 10_000) : 0, job),
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
