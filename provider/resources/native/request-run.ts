import type { ControlPlane, Job, SyncRow } from "../../infisical/control-plane/index.ts";
import type { Context } from "../resource.ts";
import { until } from "./follow.ts";

/** Asks the instance for a job; waits while another one of the sync runs (control-plane §3.7). */
export function requestRun(
  plane: ControlPlane,
  row: SyncRow,
  job: Job,
  { waitTimeoutSeconds }: { waitTimeoutSeconds: number },
  context: Context,
): Promise<SyncRow> {
  const ask = async () => {
    const answer = await plane.trigger(row, job);
    return answer === "busy" ? undefined : answer;
  };
  const wait = { name: row.name, what: "the job that is running", timeoutSeconds: waitTimeoutSeconds };
  return until(ask, wait, context);
}
