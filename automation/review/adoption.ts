/** What takes over an object of the instance: an engine creates the resource, and what happens is an import. */
import { changedByAdoption } from "../../provider/resources/adopts.ts";
import { wholeOperation } from "./operations.ts";
import type { PropertyChange } from "./property-changes.ts";
import { isOurType } from "./sync-review.ts";

interface Step {
  type: string;
  op: string;
  new?: { inputs: Readonly<Record<string, unknown>> } | undefined;
}

/** The operation of a step as the reader has it. */
export const operationOf = (step: Step): string => (adoption(step) ? "import" : wholeOperation(step.op));

/** The arguments of what is taken over that are changed at the instance, undefined for any other step. */
export function adoption({ type, op, new: next }: Step): PropertyChange[] | undefined {
  const names = op === "create" && isOurType(type) ? changedByAdoption(next?.inputs ?? {}) : undefined;
  return names?.map((path) => ({ path, kind: "update" }));
}
