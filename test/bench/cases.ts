/** What is measured, and on what. */
import type { RequestRecord } from "../../infisical-server/index.ts";

/**
 * In this order: the first push leaves the state that the others start from. `unchanged`: a plan between equal
 * sides. `change`: one key in a hundred has a new value at the source.
 */
export const CASES = ["push", "unchanged", "change"] as const;
export type Case = (typeof CASES)[number];

export const CASE_TITLES: Record<Case, string> = {
  push: "first push",
  unchanged: "unchanged plan",
  change: "1 % change",
};

/** How much there is. */
export interface Size {
  keys: number;
  /** Folders beneath that they are spread over, with the same names in each; left out, they are in one folder. */
  folders?: number;
}

export const sizeText = ({ keys, folders }: Size): string =>
  `${keys.toLocaleString("en")} keys${folders === undefined ? "" : ` in ${folders.toLocaleString("en")} folders`}`;

/** Who does it; each is a script of its own, run in a process of its own. */
export const SUBJECTS = ["floor", "product", "engine", "resource"] as const;
export type Subject = (typeof SUBJECTS)[number];

/** Those that know trees: the product flattens one. */
export const TREE_SUBJECTS = ["floor", "engine", "resource"] as const satisfies readonly Subject[];

export const subjectsOf = ({ folders }: Size): readonly Subject[] =>
  folders === undefined ? SUBJECTS : TREE_SUBJECTS;

/** Those of the subjects that are ours. */
export const OURS = ["engine", "resource"] as const satisfies readonly Subject[];

/** One side of the sync, as a client needs it. */
export interface Side {
  url: string;
  clientId: string;
  clientSecret: string;
  projectId: string;
  environment: string;
  secretPath: string;
}

/** What a measured process is told. */
export interface Task {
  case: Case;
  source: Side;
  destination: Side;
  /** With all folders beneath. */
  isTree: boolean;
  /** File with the paths of the folders that the push makes, one a line, for the floor. */
  folders: string;
  /** File with the request bodies of the push, one a line, for the floor. */
  bodies: string;
  /** File with the values of the source, for the product: it has a source instance of its own. */
  values: string;
  /** File with the resource's state; the first push of the resource writes it. */
  state: string;
}

/** What a measured process tells. */
export interface Measured extends Cost, Outcome {}

export interface Cost {
  /** From the start of the process until its modules were loaded. */
  loadMs: number;
  /** From then on until the result was there, logins included. */
  workMs: number;
  /** Time of the processor for that work. */
  cpuMs: number;
  peakBytes: number;
}

export interface Outcome {
  /** Keys found different, to see that all subjects did the same; the product tells nobody. */
  differences?: number;
  /** The product's failure is a result; anybody else's ends the bench. */
  failure?: Failure;
  /** What the product's own source instance was asked for. */
  sourceRequests?: RequestRecord[];
}

/** Why a run came to nothing. */
export interface Failure {
  attempts: number;
  /** Of the last attempt. */
  message: string;
}
