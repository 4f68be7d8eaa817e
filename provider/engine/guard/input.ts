/** What the guards judge, and what they find. */
import type { ErrorCode } from "../../errors.ts";
import type { SyncOptions } from "../../schema.ts";
import type { Change, Plan } from "../plan.ts";
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
  rotated: Rotated;
}

/** Keys whose values an instance sets by itself. */
export interface Rotated {
  /** Only a run that imports writes there. */
  source?: ReadonlySet<string>;
  destination: ReadonlySet<string>;
}

/** Why it may not. */
export interface Problem {
  code: ErrorCode;
  path?: string;
  text: string;
  hint: string;
}
