/** Violations of policies as lines for people. */
import { firstLines } from "../../provider/engine/shortened.ts";
import { EngineError } from "../engines/engine.ts";
import type { PolicyViolation } from "../report/json.ts";
import type { Paint } from "../report/paint.ts";

/** A block with a line for each violation; empty without any. */
export function policyLines(violations: readonly PolicyViolation[], paint: Paint): string[] {
  if (violations.length === 0) return [];
  return [
    "Policies:",
    ...firstLines(
      violations.map((violation) => {
        const isMandatory = violation.enforcement === "mandatory";
        return `${paint(isMandatory ? "red" : "yellow", violation.enforcement)} ${textOf(violation)}`;
      }),
    ).map((line) => `  ${line}`),
  ];
}

/** @throws EngineError `policy-violation` if any of them is mandatory */
export function refuseViolations(violations: readonly PolicyViolation[]): void {
  const count = violations.filter(({ enforcement }) => enforcement === "mandatory").length;
  if (count === 0) return;
  const told = count === 1 ? "a mandatory policy is violated" : `${count} violations of mandatory policies`;
  throw new EngineError("policy-violation", `This may not be deployed: ${told}. Nothing was written.`);
}

const textOf = ({ rule, sync, key, message }: PolicyViolation): string =>
  [rule, sync, key, message].filter((part) => part !== undefined).join(": ");
