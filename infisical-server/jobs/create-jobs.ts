import type { Context } from "../context.ts";
import type { SecretSync } from "../control-plane/model.ts";
import type { Secret } from "../model.ts";
import { everyMidnight } from "./daily-retry.ts";
import { type JobTask, newJob } from "./job.ts";
import type { JobActor, Jobs } from "./jobs.ts";
import { createLocks } from "./locks.ts";
import { createQueue } from "./queue.ts";
import { setRecord } from "./record.ts";
import { createTimers } from "./timers.ts";
import { createTriggers } from "./triggers.ts";

export interface JobRunner extends Jobs {
  /** Resolves when no job runs at this moment; waiting ones do not count. */
  settled(): Promise<void>;
  /** From now on, and until it is written again, the secret's stored value cannot be decrypted by jobs. */
  spoil(secret: Secret): void;
  /** Writes without the syncs of the folder noticing. */
  quietly<T>(write: () => T): T;
}

const PLATFORM: JobActor = { type: "platform" };

export function createJobs({ world, clock, random }: Pick<Context, "world" | "clock" | "random">): JobRunner {
  const timers = createTimers(clock);
  const locks = createLocks(clock.now);
  const closing = new AbortController();
  /** With the version that was spoilt. */
  const spoiled = new WeakMap<Secret, number>();

  const add = (sync: SecretSync, task: JobTask, actor: JobActor): void => {
    queue.add(newJob(sync.id, task, actor));
    // After queueing, as the product does: there, a fast job's own status may come first (control-plane §3.7).
    if (sync.folder) setRecord(world, sync, task.kind, { status: "pending" });
  };
  const queueSync = (sync: SecretSync) => add(sync, { kind: "sync" }, PLATFORM);
  const triggers = createTriggers(world, timers, queueSync);
  const tools = {
    world,
    isSpoiled: (secret: Secret) => spoiled.get(secret) === secret.version,
    signal: closing.signal,
    quietly: triggers.quietly,
  };
  const queue = createQueue(tools, timers, locks, random);
  everyMidnight(clock.now, timers, () => {
    for (const sync of world.syncs.values()) {
      if (sync.sync.status !== "failed" || !sync.isAutoSyncEnabled) continue;
      queueSync(sync);
      // Unlike other triggers, this one does not ask for the source folder.
      setRecord(world, sync, "sync", { status: "pending" });
    }
  });

  return {
    queueSync: (sync, actor) => add(sync, { kind: "sync" }, actor),
    queueImport: (sync, behavior, actor) => add(sync, { kind: "import", behavior }, actor),
    queueRemove: (sync, actor, { deletesSync }) => add(sync, { kind: "remove", deletesSync }, actor),
    isRunning: locks.isLocked,
    settled: queue.settled,
    spoil: (secret) => {
      spoiled.set(secret, secret.version);
    },
    quietly: triggers.quietly,
    async close() {
      triggers.close();
      timers.close();
      closing.abort();
      await queue.settled();
    },
  };
}
