import { audit } from "../control-plane/audit.ts";
import type { JobStatus, SecretSync } from "../control-plane/model.ts";
import type { World } from "../model.ts";
import { timestamp } from "../world.ts";
import type { Job, JobTask } from "./job.ts";

/** Control-plane §5: one entry per attempt; keys and values do not appear in it. */
export function auditAttempt(
  world: World,
  { id, actor, task }: Job,
  sync: SecretSync,
  { status, message }: { status: JobStatus; message: string | null },
): void {
  audit(world, {
    type: `secret-sync-${task.kind}-secrets`,
    projectId: sync.project.id,
    actor,
    metadata: {
      syncId: sync.id,
      // Copies: the row goes on changing.
      syncOptions: { ...sync.syncOptions },
      destination: "external-infisical",
      destinationConfig: { ...sync.destinationConfig },
      folderId: sync.folder?.id ?? null,
      connectionId: sync.connection.id,
      jobRanAt: timestamp(world),
      jobId: id,
      ...outcome(task, status, message),
    },
  });
}

function outcome(task: JobTask, status: JobStatus, message: string | null) {
  switch (task.kind) {
    case "sync":
      return { syncStatus: status, syncMessage: message };
    case "import":
      return { importStatus: status, importMessage: message, importBehavior: task.behavior };
    case "remove":
      return { removeStatus: status, removeMessage: message };
  }
}
