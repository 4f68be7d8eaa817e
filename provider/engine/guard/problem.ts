/** What a guard is asked about, and what it answers. */
import { BridgeError, type ErrorCode } from "../../errors.ts";
import type { SyncOptions } from "../../schema.ts";
import type { Change, Plan } from "../plan.ts";
import { some } from "../shortened.ts";
import type { ProjectFacts } from "../store.ts";

/** A run that is about to begin, or is planned from what is on record: what is not known of it refuses nothing. */
export interface GuardInput {
  plan: Plan;
  options: SyncOptions;
  /** Of the destination's project, where they had to be asked for. */
  facts?: ProjectFacts;
  /** Of the destination's instance, where the run marks keys. */
  takesMetadata?: boolean | undefined;
  /** Bytes a change would take in a request, and the most one may take that is alone there. */
  encodedBytes?: (change: Change) => number;
  limitBytes?: number;
  /** Keys whose values an instance sets by itself; those of the source matter to a run that imports. */
  rotated: { source?: ReadonlySet<string>; destination: ReadonlySet<string> };
}

/** Why it may not. */
export interface Problem {
  code: ErrorCode;
  path?: string;
  text: string;
  hint: string;
}

export type Guard = (input: GuardInput) => Problem | undefined;

/** @throws BridgeError with the code of the first problem and the text of all of them. */
export function raise(found: readonly (Problem | undefined)[]): void {
  const [first, ...rest] = found.filter((one) => one !== undefined);
  if (!first) return;
  const hint = [first.hint, ...rest.map((one) => `Also: ${one.text} ${one.hint}`)].join(" ");
  throw new BridgeError(first.code, first.text, { path: first.path, hint });
}

/** The problem of some keys, if there are any. */
export const problem = (labels: readonly string[], tell: (keys: string) => Problem): Problem | undefined =>
  labels.length === 0 ? undefined : tell(some(labels));

/** The labels of the changes that are meant. */
export const labelsOf = ({ plan }: GuardInput, isMeant: (change: Change) => boolean): string[] =>
  plan.changes.filter(isMeant).map(({ label }) => label);
