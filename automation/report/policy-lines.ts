/** Violations of policies as lines for people. */
import { firstLines } from "../../provider/engine/shortened.ts";
import type { PolicyViolation } from "../review/policy-violation.ts";
import type { Paint } from "../terminal/paint.ts";

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

const textOf = ({ rule, sync, key, message }: PolicyViolation): string =>
  [rule, sync, key, message.replaceAll(/\s*\n\s*/g, " ")].filter((part) => part !== undefined).join(": ");
