/** Carries a request out on each sync, one after the other; one that fails does not hold up the others. */
import type { SyncRow } from "../../../provider/infisical/control-plane/index.ts";
import type { Context } from "../../../provider/resources/resource.ts";
import { removeCreated } from "../../../provider/resources/sync/engine/remove.ts";
import { secretSyncInputs } from "../../../provider/resources/sync/inputs.ts";
import { nativeSyncInputs, withConnection } from "../../../provider/resources/sync/native/inputs.ts";
import { jobOf } from "../../../provider/resources/sync/native/jobs.ts";
import { planeOf } from "../../../provider/resources/sync/native/plane.ts";
import { runJob } from "../../../provider/resources/sync/native/run-job.ts";
import { recordedIn } from "../../../provider/resources/sync/outputs.ts";
import type { RecordedSync } from "../../stack/recorded-syncs.ts";
import type { Announcement } from "./announce.ts";
import type { JobRequest } from "./request.ts";

export interface SyncResult {
  sync: RecordedSync;
  /** `skipped`: not tried, since the command was stopped. */
  result: "succeeded" | "failed" | "skipped";
  /** The instance's id of the job. */
  jobId?: string;
  /** What was told on the way. */
  notes: string[];
  error?: unknown;
}

/** @param onResult is called as each sync is done with */
export async function perform(
  request: JobRequest,
  announcements: readonly Announcement[],
  context: Context,
  { signal, onResult }: { signal: AbortSignal; onResult: (result: SyncResult) => void },
): Promise<SyncResult[]> {
  const results: SyncResult[] = [];
  for (const announcement of announcements) {
    const { sync } = announcement;
    const result = signal.aborted ? skipped(sync) : await performOne(request, announcement, context);
    onResult(result);
    results.push(result);
  }
  return results;
}

const skipped = (sync: RecordedSync): SyncResult => ({ sync, result: "skipped", notes: [] });

async function performOne(
  request: JobRequest,
  { sync, at, error: unseen }: Announcement,
  context: Context,
): Promise<SyncResult> {
  // Nobody has seen what would be done.
  if (unseen) return { sync, result: "failed", notes: [], error: unseen };
  const notes: string[] = [];
  const telling: Context = {
    ...context,
    log(line) {
      notes.push(line);
      context.log(line);
    },
  };
  try {
    const jobId = await carryOut(request, sync, at?.row, telling);
    return { sync, result: "succeeded", notes, ...(jobId !== undefined && { jobId }) };
  } catch (error) {
    return { sync, result: "failed", notes, error };
  }
}

async function carryOut(
  request: JobRequest,
  sync: RecordedSync,
  announced: SyncRow | undefined,
  context: Context,
): Promise<string | undefined> {
  if (request.execution === "native") {
    const row = await runJob(sync.id, sync.outputs, request.job, context, announced);
    return jobOf(row, request.job.kind).jobId;
  }
  const { outputs, execution, name } = sync;
  const inputs =
    execution === "native"
      ? await withConnection(nativeSyncInputs.parse(outputs), planeOf(context))
      : secretSyncInputs.parse(outputs);
  await removeCreated(inputs, recordedIn(outputs), name, context);
  return undefined;
}
