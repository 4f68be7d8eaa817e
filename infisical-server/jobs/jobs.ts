// What the routes know of the job runner (control-plane §3.10 to §3.12).
import type { AuditEvent, ImportBehavior, SecretSync } from "../control-plane/model.ts";

/** Who asked for a job; the platform itself for changes of secrets and the daily retry. */
export type JobActor = AuditEvent["actor"];

export interface Jobs {
  /** Sets `syncStatus` to pending, if the source folder is there, and queues a run that starts within 10 s. */
  queueSync(sync: SecretSync, actor: JobActor): void;
  queueImport(sync: SecretSync, behavior: ImportBehavior, actor: JobActor): void;
  /** @param deletesSync the row goes after a successful removal */
  queueRemove(sync: SecretSync, actor: JobActor, options: { deletesSync: boolean }): void;
  /** True while a job of the sync runs; a waiting one does not count. */
  isRunning(sync: SecretSync): boolean;
  /** Stops what waits, and waits for what runs. */
  close(): Promise<void>;
}
