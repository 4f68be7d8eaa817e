// What must hold before a job is asked for (control-plane §3.6, §3.7).
import { badRequest } from "../http/errors.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { SecretSync } from "./model.ts";

export function requireSource(sync: SecretSync): void {
  if (!sync.folder)
    throw badRequest(`Source folder no longer exists for Infisical Sync with ID "${sync.id}"`);
}

/** A job that waits does not count: triggers pile up. */
export function requireIdle(jobs: Jobs, sync: SecretSync): void {
  if (jobs.isRunning(sync)) throw badRequest("A job for this Secret Sync is already in progress");
}
