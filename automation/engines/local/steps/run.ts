/** What the parts of one operation share. */
import type { Declared, EngineErrorCode } from "../../engine.ts";
import { type PropertyMap, UnsupportedValueError } from "../../values.ts";
import { messageOf, type Provider, ProviderGoneError } from "../protocol/provider.ts";
import type { Sdk } from "../protocol/sdk.ts";
import type { StackConfig } from "../state/config.ts";
import type { Entry, Snapshot } from "../state/snapshot.ts";
import { type Binding, PlanChangedError } from "./bound-plan.ts";
import type { Events, Step } from "./events.ts";
import { UnsupportedError } from "./goal.ts";

export interface Run {
  readonly sdk: Sdk;
  readonly stack: string;
  readonly project: string;
  readonly isPreview: boolean;
  /** Where the program and its provider run. */
  readonly folder: string;
  readonly config: StackConfig;
  readonly events: Events;
  readonly snapshot: Snapshot;
  readonly provider: Provider;
  /** What the operation is held to, or what a preview keeps for that. */
  readonly binding: Binding | undefined;
  /** Says whether the operation goes on: not after an abort, and after a failure only if that is wanted. */
  readonly stop: AbortController;
  /**
   * A resource that fails ends nothing but what depends on it: for that older SDKs do not even ask, and newer ones with
   * values that are unknown. In a preview, which always goes on, what depends on it is looked at as if it had not failed.
   */
  readonly continueOnError: boolean;
  /** URNs of the only resources that anything is done about; undefined for all. */
  readonly targets: ReadonlySet<string> | undefined;
  /** What the program declares, in its order. */
  readonly declared: Declared[];
  /** What the program declares, and is not made since it is no target. */
  readonly skipped: Set<string>;
  /** What was not done because of a failure, of its own or of what it depends on. */
  readonly failed: Set<string>;
  /** The first failure. */
  failure: EngineErrorCode | undefined;
  /** A step was begun and failed, which is something else than a plan that is refused. */
  hasFailedStep: boolean;
  /** What the old state has, by URN; without what only waits to be deleted. */
  readonly olds: Map<string, Entry>;
  /** What this operation has registered, by URN. */
  readonly news: Map<string, Entry>;
  /** The step by which a component was registered: its outputs come later. */
  readonly steps: Map<string, Step>;
  /** What the program gives as the stack's outputs; taken over when all else is done. */
  stackOutputs: { urn: string; outputs: PropertyMap } | undefined;
  /** What was deleted to be made anew because of another resource, with the inputs that ask for it. */
  readonly deleted: Map<string, readonly string[]>;
  readonly replaced: Set<string>;
  /** Old URNs of renamed resources → their new ones. */
  readonly renamed: Map<string, string>;
  /** Checks are asked for side by side, planning goes one by one, in the order of the program, and doing side by side. */
  readonly checking: <T>(work: () => Promise<T>) => Promise<T>;
  readonly planning: <T>(work: () => Promise<T>) => Promise<T>;
  readonly doing: <T>(work: () => Promise<T>) => Promise<T>;
}

/** A failure that has been told as a diagnostic already. */
export class StepError extends Error {}

/** The resources that are worked on side by side. */
export const PARALLEL = 16;

/** Tells an error once, ends what has to end because of it, and gives what to throw. */
export function failStep(run: Run, urn: string, error: unknown, step?: Step): StepError {
  if (error instanceof StepError) return error;
  const isUnsupported = error instanceof UnsupportedError || error instanceof UnsupportedValueError;
  const message = isUnsupported
    ? `${error.message}, which the local engine does not do; use the Pulumi CLI for this stack`
    : messageOf(error);
  run.events.diagnose("error", message, urn);
  if (step) {
    run.events.fail(step);
    run.hasFailedStep = true;
  }
  const isPlanChanged = error instanceof PlanChangedError;
  // Without its provider's process every resource would fail alike.
  const of = error instanceof ProviderGoneError ? "" : urn;
  noteFailure(run, of, isUnsupported ? "unsupported" : isPlanChanged ? "plan-changed" : "resource-failed");
  return new StepError(message, { cause: error });
}

/** Of a failure that was told. Only that of one resource can be gone on from. */
export function noteFailure(run: Run, urn: string, code: EngineErrorCode): void {
  run.failure ??= code;
  if (!run.continueOnError || code !== "resource-failed" || urn === "") run.stop.abort();
}

/** Begins a step that the program asks for, unless the operation is held to another one. */
export function beginStep(run: Run, step: Step): void {
  try {
    run.binding?.pass(step);
  } catch (error) {
    throw failStep(run, (step.new ?? step.old)?.urn ?? "", error);
  }
  run.events.begin(step);
}

/** Throws if the operation is to end. */
export function throwIfStopped(run: Run): void {
  if (run.stop.signal.aborted) throw new StepError("the operation was stopped");
}

/** Lets `width` pieces of work run at a time, the others wait in order. */
export function createLane(width: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= width) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

export const now = (): string => new Date().toISOString();
