import type { Jobs } from "../jobs/jobs.ts";
import { setRecord } from "../jobs/record.ts";
import type { World } from "../model.ts";

/** Jobs do not outlive a server: auto-syncs among those that had not ended run again, the others have failed. */
export function settleInterruptedJobs(world: World, jobs: Jobs): void {
  for (const sync of world.syncs.values()) {
    for (const kind of ["sync", "import", "remove"] as const) {
      const { status } = sync[kind];
      if (status !== "pending" && status !== "running") continue;
      if (kind === "sync" && sync.isAutoSyncEnabled) jobs.queueSync(sync, { type: "platform" });
      else setRecord(world, sync, kind, { status: "failed", message: "The server stopped before the end" });
    }
  }
}
