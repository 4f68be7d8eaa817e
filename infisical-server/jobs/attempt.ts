// One attempt of a job: the work, what the row and the audit log say of it.
import type { SecretSync } from "../control-plane/model.ts";
import type { World } from "../model.ts";
import { timestamp } from "../world.ts";
import { auditAttempt } from "./audit.ts";
import { isFinal, messageOf } from "./failure.ts";
import { importSecrets } from "./import.ts";
import { type Job, maxAttempts } from "./job.ts";
import { setRecord } from "./record.ts";
import { removeSecrets } from "./remove.ts";
import { openRun, type RunTools } from "./run.ts";
import { syncSecrets } from "./sync.ts";

/** Failures end up in the row; `retry` asks for another attempt. */
export async function attempt(tools: RunTools, job: Job, sync: SecretSync): Promise<"done" | "retry"> {
  const { world } = tools;
  const { kind } = job.task;
  setRecord(world, sync, kind, { status: "running" });
  let failure: { error: unknown } | undefined;
  try {
    await work(tools, job, sync);
  } catch (error) {
    failure = { error };
  }

  const message = failure ? messageOf(failure.error) : null;
  const status = failure ? "failed" : "succeeded";
  auditAttempt(world, job, sync, { status, message });
  if (failure && !isFinal(failure.error) && job.attempt < maxAttempts(job)) return "retry";
  const at = failure ? {} : { at: timestamp(world) };
  setRecord(world, sync, kind, { status, jobId: job.id, message, ...at });
  if (!failure) deleteRow(world, job, sync);
  return "done";
}

async function work(tools: RunTools, { task }: Job, sync: SecretSync): Promise<void> {
  const run = openRun(tools, sync);
  switch (task.kind) {
    case "sync":
      return syncSecrets(run);
    case "import":
      return importSecrets(run, task.behavior);
    case "remove":
      return removeSecrets(run);
  }
}

/** Control-plane §3.6: the row goes only after the removal succeeded. */
function deleteRow(world: World, { task }: Job, sync: SecretSync): void {
  if (task.kind === "remove" && task.deletesSync) world.syncs.delete(sync.id);
}
