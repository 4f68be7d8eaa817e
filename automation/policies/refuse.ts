/** What may not be deployed. */
import { EngineError } from "../engines/engine.ts";
import type { PolicyViolation } from "../review/policy-violation.ts";

/** @throws EngineError `policy-violation` if any of them is mandatory */
export function refuseViolations(violations: readonly PolicyViolation[]): void {
  const count = violations.filter(({ enforcement }) => enforcement === "mandatory").length;
  if (count === 0) return;
  const told = count === 1 ? "a mandatory policy is violated" : `${count} violations of mandatory policies`;
  throw new EngineError("policy-violation", `This may not be deployed: ${told}. Nothing was written.`);
}

/** What a failure is where Pulumi's own policy packs have brought it about. */
export function namePolicyViolation(
  error: unknown,
  { policies, isPreview }: { policies: readonly PolicyViolation[]; isPreview: boolean },
): unknown {
  const count = policies.filter(({ enforcement }) => enforcement === "mandatory").length;
  const isOther = !(error instanceof EngineError) || error.code === "cancelled" || error.code === "timed-out";
  if (count === 0 || isOther) return error;
  const told = count === 1 ? "one mandatory rule is violated" : `${count} violations of mandatory rules`;
  return new EngineError("policy-violation", `A policy pack forbids this: ${told}.`, {
    ...(!isPreview && { hint: "What was deployed before it was found stays. A preview finds it first." }),
    diagnostics: error.diagnostics,
    cause: error,
  });
}
