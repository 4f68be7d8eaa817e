/** Carries a request out on one sync. */
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
import type { SyncResult } from "../on-syncs.ts";
import type { Announcement } from "./announce.ts";
import type { JobRequest } from "./request.ts";

export interface JobResult extends SyncResult, Omit<Announcement, "error"> {
  result: "succeeded" | "failed" | "skipped";
  /** The instance's id of the job. */
  jobId?: string;
  /** What was told on the way. */
  notes: string[];
}

export async function perform(
  request: JobRequest,
  { error: unseen, ...announced }: Announcement,
  context: Context,
  signal: AbortSignal,
): Promise<JobResult> {
  const notes: string[] = [];
  const ended = { ...announced, notes };
  if (signal.aborted) return { ...ended, result: "skipped" };
  // Nobody has seen what would be done.
  if (unseen) return { ...ended, result: "failed", error: unseen };
  const telling: Context = {
    ...context,
    log(line) {
      notes.push(line);
      context.log(line);
    },
  };
  try {
    const jobId = await carryOut(request, announced.sync, announced.at?.row, telling);
    return { ...ended, result: "succeeded", ...(jobId !== undefined && { jobId }) };
  } catch (error) {
    return { ...ended, result: "failed", error };
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
