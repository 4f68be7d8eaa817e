/** The rows of the fleet's database, as they are read. Nothing in them is secret. */
import type { Properties } from "../../../provider/resources/index.ts";
import type { PlannedResource } from "../../review/planned.ts";
import type { FleetSettings } from "../../syncs/fleet-settings.ts";

/** A file that declares syncs. */
export interface ProjectRow {
  name: string;
  /** The file's name, for messages. */
  file: string;
  /** Where relative paths of `${file:…}` begin, on the workers. */
  folder: string;
  declared: DeclaredProject;
  applied_at: Date;
  applied_by: string;
}

/** What the syncs of a file have in common, as written: secrets are references. */
export interface DeclaredProject {
  source: Properties;
  connections: Readonly<Record<string, Properties>>;
  policies?: Properties;
  /** Who is told; its secret is a reference. */
  notify?: Properties;
  /** The source is asked to tell of changes. */
  eventSubscriptions?: true;
  sharedLooks: boolean;
}

export type Outcome = "none" | "unchanged" | "changed" | "failed" | "parked" | "rejected";

export interface SyncRow {
  /** Of a bigint, as PostgreSQL's clients give it. */
  id: string;
  project: string;
  name: string;
  /** The key of the place that it writes. */
  destination: string;
  declared: DeclaredSync;
  inputs: Properties | null;
  outputs: Properties | null;
  /** Inputs of a run that has begun to write and has not ended. */
  intent: Properties | null;
  /** How the last run ended. */
  outcome: Outcome;
  /** What the last run told. */
  message: string | null;
  /** Runs that failed, one after the other, since the last one that did not. */
  failures: number;
  checked_at: Date | null;
  changed_at: Date | null;
  next_at: Date | null;
  paused_at: Date | null;
  paused_by: string | null;
  removed_at: Date | null;
  /** Its removal needs no approval. */
  is_pruned: boolean;
}

export interface DeclaredSync {
  /** Arguments of the sync, without connection and wave. */
  args: Properties;
  /** Name of one of the file's connections. */
  connection: string;
  wave: number;
  settings: FleetSettings;
}

/** A plan that waits for somebody. */
export interface ParkedRow {
  sync: string;
  /** Names this plan, and no other. */
  id: string;
  /** What an approval is of. */
  inputs: Properties;
  planned: PlannedResource;
  reasons: readonly ParkedReason[];
  parked_at: Date;
  decision: "approved" | "rejected" | null;
  decided_at: Date | null;
  decided_by: string | null;
  comment: string | null;
}

export interface ParkedReason {
  /** A rule of `approve`, of the policies, or a guard's code. */
  rule: string;
  message: string;
  key?: string;
}

export interface HistoryRow {
  id: string;
  sync: string | null;
  project: string;
  name: string;
  at: Date;
  event: HistoryEvent;
  /** A worker, or who approved, paused, …. */
  done_by: string;
  detail: Properties;
}

export type HistoryEvent =
  | "declared"
  | "removed"
  | "adopted"
  | "exported"
  | "ran"
  | "failed"
  | "parked"
  | "approved"
  | "rejected"
  | "paused"
  | "resumed";
