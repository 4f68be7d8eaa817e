import { BridgeError } from "../../../errors.ts";
import type { Job, SyncRow } from "../../../infisical/control-plane/index.ts";
import type { Context } from "../../resource.ts";
import type { SyncProperties } from "../inputs.ts";
import { isSameJob, syncAtInstance } from "./at-instance.ts";
import { jobFailure } from "./failure.ts";
import { until, whenIdle } from "./follow.ts";
import { nativeSyncInputs } from "./inputs.ts";
import { endOf, jobOf } from "./jobs.ts";
import { planeOf } from "./plane.ts";
import { notThere } from "./predict.ts";
import { guardRemoval } from "./removal.ts";
import { refuseImport } from "./subfolders.ts";

/**
 * Asks the instance for a job of a sync, with auto-sync or without, and follows it to its end.
 *
 * @param outputs what is recorded of the sync
 * @param announced the sync as it was when somebody agreed
 * @returns the sync as it is afterwards
 * @throws BridgeError `run-failed` in the instance's own words, `timeout`, `not-found`; `owned-elsewhere` and
 *   `plan-changed` before anything is asked for
 */
export async function runJob(
  id: string,
  outputs: SyncProperties,
  job: Job,
  context: Context,
  announced?: SyncRow,
): Promise<SyncRow> {
  const plane = planeOf(context);
  const name = String(outputs.name);
  const { waitTimeoutSeconds } = nativeSyncInputs.pick({ waitTimeoutSeconds: true }).parse(outputs);
  const wait = { name, timeoutSeconds: waitTimeoutSeconds };

  if (job.kind === "remove") await guardRemoval(await syncAtInstance(id, outputs, context), context);
  const ask = async () => {
    // Read right before each request: what ends while another job holds this one off is not its end. A job of
    // the same kind that waits already may run first; it starts after the request, so its end is as good.
    const mark = await plane.readSync(id);
    if (!mark) throw notThere(name);
    if (job.kind === "import") refuseImport(mark);
    if (announced && !isSameJob(announced, mark)) throw changedSince(name);
    return (await plane.trigger(mark, job)) === "busy" ? "busy" : mark;
  };
  const mark = await whenIdle(ask, wait, context);

  let status: string | undefined;
  const look = async () => {
    const now = await plane.readSync(id);
    if (!now) throw deleted(name);
    status = jobOf(now, job.kind).status;
    const end = endOf(mark, now, job.kind);
    if (end === "failed") throw jobFailure(now, job.kind);
    return end && now;
  };
  return until(look, { ...wait, what: JOBS[job.kind], status: () => status }, context);
}

const JOBS: Record<Job["kind"], string> = {
  sync: "the instance's run",
  import: "the import",
  remove: "the removal",
};

const changedSince = (name: string) =>
  new BridgeError(
    "plan-changed",
    `Somebody has changed the Infisical Sync "${name}" since it was shown; nothing was asked for.`,
    { hint: "Run the command again to see what it would do now." },
  );

const deleted = (name: string) =>
  new BridgeError("not-found", `The Infisical Sync "${name}" was deleted while its job was waited for.`);
