import { EXIT } from "../terminal/exit-codes.ts";
import type { Failure } from "../terminal/failures.ts";

interface OnSyncs {
  command: string;
  result: "succeeded" | "failed" | "cancelled";
  exitCode: number;
  syncs: readonly { result: string }[];
  error?: Failure | undefined;
}

/**
 * What people read of a command that acts on syncs one by one and has not done all. The failures themselves have been
 * told, each with its sync.
 *
 * @param afterStop what becomes of a sync's work that was not done when the command was stopped
 */
export function notDone(
  { command, result, exitCode, syncs, error }: OnSyncs,
  afterStop: string,
): Pick<Failure, "message" | "hint"> | undefined {
  if (error || result === "succeeded") return error;
  const open = syncs.filter((sync) => sync.result !== "succeeded" && sync.result !== "unchanged").length;
  const of = `${open} of ${syncs.length} syncs`;
  if (result === "failed") return { message: `${command} of ${of} failed` };
  const stopped = exitCode === EXIT.timeout ? "not done in time" : "cancelled";
  return { message: `${stopped} before the end of ${of}; ${afterStop}` };
}
