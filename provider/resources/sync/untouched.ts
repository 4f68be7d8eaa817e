import { NOTHING_WRITTEN, saysNothingWritten } from "../../engine/record/progress.ts";
import { BridgeError } from "../../errors.ts";

/** The same failure, which tells people and reports that neither side has been touched. */
export function untouched(error: unknown): unknown {
  if (!(error instanceof BridgeError) || saysNothingWritten(error.message)) return error;
  const { code, message, path, hint } = error;
  const told = [...(hint === undefined ? [] : [hint]), NOTHING_WRITTEN].join(" ");
  return new BridgeError(code, message.split("\n"), { path, hint: told, cause: error });
}
