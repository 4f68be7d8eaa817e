/** What an instance tells of a sync's last job of each kind (control-plane §3.10). */
import type { Job, SyncRow } from "../../../infisical/control-plane/index.ts";

export type JobKind = Job["kind"];

interface JobFields {
  /** In the product's words, of which a later revision may have others. */
  status: string | undefined;
  jobId: string | undefined;
  message: string | undefined;
  /** Of the last success. */
  at: string | undefined;
}

export function jobOf(row: SyncRow, kind: JobKind): JobFields {
  switch (kind) {
    case "sync":
      return {
        status: row.syncStatus,
        jobId: row.lastSyncJobId,
        message: row.lastSyncMessage,
        at: row.lastSyncedAt,
      };
    case "import":
      return {
        status: row.importStatus,
        jobId: row.lastImportJobId,
        message: row.lastImportMessage,
        at: row.lastImportedAt,
      };
    case "remove":
      return {
        status: row.removeStatus,
        jobId: row.lastRemoveJobId,
        message: row.lastRemoveMessage,
        at: row.lastRemovedAt,
      };
    default:
      return kind satisfies never;
  }
}

/**
 * How a job ended that was asked for after `before` was read; undefined while it has not. The id of the job
 * tells, not the status alone: a fast job can be overwritten with `pending` (control-plane §3.7).
 */
export function endOf(
  before: SyncRow | undefined,
  now: SyncRow,
  kind: JobKind,
): "succeeded" | "failed" | undefined {
  const then = before && jobOf(before, kind);
  const job = jobOf(now, kind);
  if (job.jobId === undefined || job.jobId === then?.jobId) return undefined;
  const isSuccess = job.at !== undefined && job.at !== then?.at && !isUnsuccessful(job.status);
  return isSuccess ? "succeeded" : "failed";
}

/** A job that has not begun, or goes on. */
export const isUnderWay = (status: string | undefined): boolean =>
  status === "pending" || status === "running";

/** The last job is over, and was no success as far as this version knows. */
export const isUnsuccessful = (status: string | undefined): boolean =>
  status !== undefined && status !== "succeeded" && !isUnderWay(status);
