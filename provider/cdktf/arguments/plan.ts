import type { Resolvable } from "../library.ts";
import type { GivenConnection } from "./destination-connection.ts";
import type { DestinationConfig, SyncOptions } from "./secret-sync.ts";

/** Arguments of a `DataExternalInfisicalPlan`: the places and options of a sync, which need not exist. */
export interface PlanArguments {
  /** Where to log in at the destination: an `ExternalInfisicalConnection`, given whole, or its fields. */
  readonly destinationConnection: GivenConnection;
  /** Id of the source project (the id, not the slug). */
  readonly projectId: string;
  /** Slug of the source environment. */
  readonly environment: string;
  /** Source folder, beginning with `/`; subfolders are not followed. */
  readonly secretPath: string;
  /** Where the secrets would go. */
  readonly destinationConfig: DestinationConfig | Resolvable;
  /** How secrets would be compared, imported and deleted. */
  readonly syncOptions: SyncOptions | Resolvable;
  /**
   * Name of the sync, where this is to be its own plan: what carries another sync's mark is refused or kept, as in its
   * run. Without it, all marks of syncs from this source count as its own, and no marks are planned.
   */
  readonly name?: string;
  /**
   * Key → revision of what is on record as pushed: the `keys` of the sync's resource. Without it, the plan is that
   * of a first run.
   */
  readonly knownKeys?: { readonly [key: string]: string } | Resolvable;
}

/** What a `DataExternalInfisicalPlan` answers. */
export interface PlanResults {
  /** What a run would do, key by key. */
  readonly actions: readonly PlannedAction[];
  /** The same in numbers. */
  readonly counts: PlannedCounts;
}

/** What a run would do to one key. */
interface PlannedAction {
  /** Name of the key, with odd characters as `%XX`. */
  readonly key: string;
  /** `create`, `update`, `delete`, `import`, `mark`, `unchanged` or `kept`. */
  readonly action: string;
  /** What the revisions do not tell; null where they tell it all. */
  readonly why: string;
  /** Revision at the source, or on record. */
  readonly sourceRevision: string;
  /** Revision at the destination. */
  readonly destinationRevision: string;
}

/** Numbers of keys. */
interface PlannedCounts {
  /** Keys to be created. */
  readonly create: number;
  /** Keys to be updated. */
  readonly update: number;
  /** Keys to be deleted. */
  readonly delete: number;
  /** Keys to be written into the source. */
  readonly import: number;
  /** Equal keys to be marked as the sync's. */
  readonly mark: number;
  /** Keys that are equal on both sides. */
  readonly unchanged: number;
  /** Keys that stay although the source lacks them. */
  readonly kept: number;
}
