/** What a preview has found, kept in memory so that an update does that and nothing else. */

import { lookUp } from "../../../../provider/look-up.ts";
import { UNKNOWN } from "../../../../provider/marked-values.ts";
import { isEqual } from "../../../../provider/resources/properties.ts";
import { type BoundPlan, EngineError } from "../../engine.ts";
import { isMap, type PropertyMap, type PropertyValue, unwrapAll } from "../../values.ts";
import type { Step, StepOp } from "./events.ts";

/** Called with each step before it begins. */
export interface Binding {
  /** @throws PlanChangedError for a step that was not planned so */
  pass(step: Step): void;
  /** The program has registered everything. @throws PlanChangedError if something is missing */
  finish(): void;
}

/** The message never holds a value: an input that differs may be a secret. */
export class PlanChangedError extends Error {}

interface PlannedStep {
  urn: string;
  op: StepOp;
  /** With their secrets opened. */
  inputs: PropertyMap;
  oldInputs: PropertyMap;
}

/** The steps stay private: they hold secrets. */
class LocalPlan implements BoundPlan {
  readonly engine = "local";
  readonly #stack: object;
  readonly #steps = new Map<string, PlannedStep>();

  constructor(stack: object) {
    this.#stack = stack;
  }

  isOf(stack: object): boolean {
    return this.#stack === stack && this.#steps.size > 0;
  }

  get steps(): Map<string, PlannedStep> {
    return this.#steps;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#steps.clear();
  }
}

/** A plan to be filled by a preview. @param stack whose it is: the very object, for comparison only */
export function createLocalPlan(stack: object): { plan: BoundPlan; binding: Binding } {
  const plan = new LocalPlan(stack);
  return {
    plan,
    binding: {
      pass: (step) => void plan.steps.set(keyOf(step), planned(step)),
      finish: () => {},
    },
  };
}

/** Holds an operation to a plan. @throws EngineError `invalid-plan` for one of another stack or engine */
export function bindingOf(plan: BoundPlan, stack: object): Binding {
  if (!(plan instanceof LocalPlan) || !plan.isOf(stack)) {
    throw new EngineError("invalid-plan", "The plan is of another stack or engine, or is used up.", {
      hint: "Preview again with `bind`, and use the plan of that preview.",
    });
  }
  const { steps } = plan;
  const seen = new Set<string>();
  return {
    pass(step) {
      seen.add(planned(step).urn);
      const problem = problemOf(steps, step);
      if (problem !== undefined) throw new PlanChangedError(`${problem}; the preview had found otherwise`);
    },
    finish() {
      const missing = [...steps.values()].find(({ urn, op }) => !op.startsWith("delete") && !seen.has(urn));
      if (missing) throw new PlanChangedError(`"${missing.urn}" is not there; the preview had found it`);
    },
  };
}

const keyOf = (step: Step) => `${step.op} ${planned(step).urn}`;

function planned({ op, old, new: next }: Step): PlannedStep {
  return {
    urn: (next ?? old)?.urn ?? "",
    op,
    inputs: unwrapAll(next?.inputs ?? {}),
    oldInputs: unwrapAll(old?.inputs ?? {}),
  };
}

function problemOf(steps: ReadonlyMap<string, PlannedStep>, step: Step): string | undefined {
  const now = planned(step);
  const then = steps.get(keyOf(step)) ?? sameAfterAll(steps, now);
  if (!then) return `the operation is now "${step.op}"`;
  if (!isEqual(then.oldInputs, now.oldInputs)) return "the state has changed";
  const changed = Object.keys({ ...then.inputs, ...now.inputs }).filter(
    (name) => !isAsPlanned(lookUp(then.inputs, name), lookUp(now.inputs, name)),
  );
  return changed.length > 0 ? `inputs have changed: ${changed.join(", ")}` : undefined;
}

/** What was unknown in the preview may turn out to be what it was. */
function sameAfterAll(
  steps: ReadonlyMap<string, PlannedStep>,
  { op, urn }: PlannedStep,
): PlannedStep | undefined {
  const update = op === "same" ? steps.get(`update ${urn}`) : undefined;
  return update && Object.values(update.inputs).some(holdsUnknown) ? update : undefined;
}

const holdsUnknown = (value: PropertyValue): boolean =>
  value === UNKNOWN ||
  (Array.isArray(value) ? value.some(holdsUnknown) : isMap(value) && Object.values(value).some(holdsUnknown));

/** Equal, where the preview knew. */
function isAsPlanned(then: PropertyValue | undefined, now: PropertyValue | undefined): boolean {
  if (then === undefined || now === undefined) return then === now;
  if (then === UNKNOWN) return true;
  if (Array.isArray(then) && Array.isArray(now))
    return then.length === now.length && then.every((each, index) => isAsPlanned(each, now[index]));
  if (!isMap(then) || !isMap(now)) return isEqual(then, now);
  return Object.keys({ ...then, ...now }).every((name) => isAsPlanned(lookUp(then, name), lookUp(now, name)));
}
