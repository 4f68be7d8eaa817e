/** How a command is stopped before its end: by Ctrl-C, by a signal, or by its deadline. */
import { BridgeError } from "../../provider/errors.ts";
import { EngineError } from "../engines/engine.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";

/** After a deadline, what is in flight has this long to end. */
const GRACE_MS = 30_000;

export interface Interruption extends Disposable {
  /** Aborted once it is to stop; the reason is an EngineError `cancelled` or `timed-out`. */
  readonly signal: AbortSignal;
  /** The first time, what is in flight may end; the second time, everything ends at once. */
  interrupt(): void;
}

interface Surroundings {
  tell(text: string): void;
  /** Ends the process at once. */
  exit(code: ExitCode): void;
  /** Calls back once, later; gives what calls it off. */
  after(ms: number, task: () => void): () => void;
}

/** @param timeoutMs the deadline of the whole command; none if undefined */
export function createInterruption(
  timeoutMs: number | undefined,
  { tell, exit, after }: Surroundings,
): Interruption {
  const abort = new AbortController();
  let callOff = () => {};
  const endAtOnce = (code: ExitCode) => {
    tell("Ended at once. What was in flight may be done or not: the next run looks, and tells what is left.");
    exit(code);
  };
  const expire = (ms: number) => {
    if (abort.signal.aborted) return;
    tell(
      `\nThe deadline of ${duration(ms)} (--timeout) has passed: what is in flight ends, and the state is kept.`,
    );
    callOff = after(GRACE_MS, () => endAtOnce(EXIT.timeout));
    abort.abort(new EngineError("timed-out", `Not done within ${duration(ms)} (--timeout).`));
  };
  if (timeoutMs !== undefined) callOff = after(timeoutMs, () => expire(timeoutMs));
  return {
    signal: abort.signal,
    interrupt() {
      if (abort.signal.aborted) return endAtOnce(exitCodeOfStop(EXIT.cancelled, abort.signal));
      callOff();
      tell("\nCancelling: what is in flight ends, and the state is kept. Press Ctrl-C again to end at once.");
      abort.abort(new EngineError("cancelled", "Cancelled."));
    },
    [Symbol.dispose]: () => callOff(),
  };
}

const isTimedOut = ({ reason }: AbortSignal) => reason instanceof EngineError && reason.code === "timed-out";

/** What a failure is where a deadline has brought it about: not a cancellation but a timeout. */
export function nameStop(error: unknown, signal: AbortSignal): unknown {
  if (!isTimedOut(signal)) return error;
  const isEngineError = error instanceof EngineError;
  if (!(isEngineError || error instanceof BridgeError) || error.code !== "cancelled") return error;
  const { message, hint } = error;
  const told = isEngineError && {
    diagnostics: error.diagnostics,
    stdout: error.stdout,
    stderr: error.stderr,
  };
  const detail = { ...(hint !== undefined && { hint }), ...told, cause: error };
  return new EngineError("timed-out", `${signal.reason.message} ${message}`, detail);
}

/** The same for an exit code. */
export const exitCodeOfStop = (code: ExitCode, signal: AbortSignal): ExitCode =>
  code === EXIT.cancelled && isTimedOut(signal) ? EXIT.timeout : code;

const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "m"],
  [1000, "s"],
] as const;

/** As it was written, or shorter: 90s, 10m. */
function duration(ms: number): string {
  const [unitMs, unit] = UNITS.find(([each]) => ms % each === 0) ?? [1, "ms"];
  return `${ms / unitMs}${unit}`;
}
