import { EngineError } from "../../engine.ts";

/** The refusal of a stack that has what the local engine does not know, and the Pulumi CLI does. */
export const unsupported = (message: string, hint = "Use the Pulumi CLI for this stack."): EngineError =>
  new EngineError("unsupported", message, { hint });
