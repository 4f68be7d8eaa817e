import type { Resolvable } from "../library.ts";
import type { OneOf } from "../table.ts";
import type { GivenConnection } from "./destination-connection.ts";

/** Where a sync writes, on the connection's instance. */
export interface DestinationConfig {
  /** Id of the destination project (the id, not the slug). It must be a Secret Manager project. */
  readonly projectId: string;
  /** Slug of the destination environment. */
  readonly environment: string;
  /** Folder at the destination, beginning with `/`. Missing folders are made by the first run. */
  readonly secretPath: string;
}

/**
 * How secrets are compared, imported and deleted. Changes take effect with the next run. What an option refuses is
 * refused before anything is written.
 */
export interface SyncOptions {
  /**
   * What the first run does about secrets that are at the destination already. `overwrite-destination` makes
   * the destination like the source. `import-prioritize-source` and `import-prioritize-destination` first copy
   * the destination's secrets into the source; on a conflict the named side wins. Later runs never import.
   * In engine execution a changed source or destination has a first run of its own.
   */
  readonly initialSyncBehavior: OneOf<
    "overwrite-destination" | "import-prioritize-source" | "import-prioritize-destination"
  >;
  /**
   * Never delete secrets at the destination in a run.
   *
   * @default false
   */
  readonly disableSecretDeletion?: boolean | Resolvable;
  /**
   * `expand` pushes values with their `${…}` references resolved, and the secrets of the folder's imports, as
   * the product does. `keep` copies the text as it stands, and no imported secrets.
   *
   * @default "expand"
   */
  readonly references?: OneOf<"expand" | "keep">;
  /**
   * What to do with `${…}` text that the source could not resolve: `push` it as it is, with a warning, or `fail`
   * with `unresolved-references`.
   *
   * @default "push"
   */
  readonly unresolvedReferences?: OneOf<"push" | "fail">;
  /**
   * What to do with destination keys that the source lacks and this sync did not write: `delete` them, as the
   * product does, `keep` them, or `fail` with `unowned-keys`, which also refuses to overwrite such keys.
   *
   * @default "delete"
   */
  readonly unownedKeys?: OneOf<"delete" | "keep" | "fail">;
  /**
   * Most deletions in one run, as a number or as a percentage of the keys at the destination (`"10%"`). A run
   * that would delete more is refused with `too-many-deletes`.
   *
   * @default no limit
   */
  readonly maxDeletes?: number | string;
  /**
   * Mark what the sync has at the destination as its own, by an item `external-infisical` in the metadata of the
   * secrets, which names the sync and its source. No other sync overwrites or deletes marked keys, with this option
   * or without; a run that would is refused with `owned-elsewhere`. Engine execution only.
   *
   * @default false
   */
  readonly ownershipMark?: boolean | Resolvable;
  /**
   * The owner, as the error `owned-elsewhere` names it, whose marked keys this sync takes over: itself under an
   * earlier name, or a sync that is no more.
   */
  readonly takeOverFrom?: string;
  /**
   * What a run that fails half-way does about what it has written: `keep` it, so that the next run finishes the
   * work, or `restore` what was there before, within the same run; what somebody else has changed meanwhile
   * stays, and is told. Keys that were deleted come back as new secrets. Engine execution only.
   *
   * @default "keep"
   */
  readonly onFailure?: OneOf<"keep" | "restore">;
  /**
   * Allow a run to delete secrets when the source holds none at all; else it is refused with `empty-source`.
   *
   * @default false
   */
  readonly allowEmptySource?: boolean | Resolvable;
  /**
   * Allow a run to delete although the source identity may not see all secrets of the source; else it is refused
   * with `partial-read`.
   *
   * @default false
   */
  readonly allowPartialRead?: boolean | Resolvable;
  /**
   * Allow importing values that hold `${…}`: the source would resolve such a reference with its own rights and
   * push what it points at to the destination. Else they are refused with `imported-references`.
   *
   * @default false
   */
  readonly allowImportedReferences?: boolean | Resolvable;
  /**
   * Allow source and destination with equal project id, environment and path on two different hosts, for a
   * restored copy of an instance; else they are refused with `same-place`.
   *
   * @default false
   */
  readonly allowSameProjectId?: boolean | Resolvable;
}

/** Arguments of an `ExternalInfisicalSecretSync`. Changes update it in place, unless they say otherwise. */
export interface SecretSyncArguments {
  /** Name of the sync: lower-case letters, digits and single hyphens, at most 256 characters. */
  readonly name: string;
  /** What the sync is for; at most 256 characters. Changing it writes no secrets. */
  readonly description?: string;
  /**
   * Id of the source project (the id, not the slug). A change makes the next run a first run; in native execution
   * it replaces the sync.
   */
  readonly projectId: string;
  /** Slug of the source environment. A change makes the next run a first run. */
  readonly environment: string;
  /** Source folder, beginning with `/`; subfolders are not followed. A change makes the next run a first run. */
  readonly secretPath: string;
  /**
   * Where to log in at the destination: an `ExternalInfisicalConnection`, given whole, or its fields. In native
   * execution the id of an Infisical Connection that the source instance has already is enough.
   */
  readonly destinationConnection: GivenConnection;
  /**
   * Where the secrets go. A change makes the next run a first run; what was pushed to the old destination stays
   * there or is removed, as `onDestinationChange` says.
   */
  readonly destinationConfig: DestinationConfig | Resolvable;
  /** How secrets are compared, imported and deleted. */
  readonly syncOptions: SyncOptions | Resolvable;
  /**
   * Who runs the sync. `engine`: the provider, at each apply; needs nothing but rights on secrets, works with any
   * version. `native`: the source instance, as an Infisical Sync of its own, also whenever a secret of the source
   * changes. The connection must say the same. Changing it replaces the sync.
   *
   * @default that of the connection
   */
  readonly execution?: OneOf<"engine" | "native">;
  /**
   * Run at each apply, and in native execution also by itself when the source changes. With `false` nothing is
   * pushed until asked; in an apply, asking is changing `triggers`.
   *
   * @default true
   */
  readonly isAutoSyncEnabled?: boolean | Resolvable;
  /** Any texts; changing one asks for a run where `isAutoSyncEnabled` is false. */
  readonly triggers?: { readonly [name: string]: string } | Resolvable;
  /**
   * When the sync is deleted, also delete secrets at the destination. In engine execution those that it created,
   * never those that were there before. In native execution the instance does it, and it is blind: it deletes
   * **every key that the source has then**, whoever wrote it, all or none, and the sync stays if that fails.
   *
   * @default false
   */
  readonly removeSecretsOnDelete?: boolean | Resolvable;
  /**
   * When the destination changes: `keep` what was pushed to the old one, or `remove` what this sync created
   * there (engine execution only).
   *
   * @default "keep"
   */
  readonly onDestinationChange?: OneOf<"keep" | "remove">;
  /**
   * Take over the sync of that name if the source project has one already, instead of failing with
   * `already-exists`. `native` only.
   *
   * @default false
   */
  readonly adopt?: boolean | Resolvable;
  /**
   * Wait for the instance's run after a create or update, and fail with `run-failed` if the run does. `native` only.
   *
   * @default true
   */
  readonly waitForSync?: boolean | Resolvable;
  /**
   * Longest wait for a run or a removal, in seconds: 1 to 86400. `native` only.
   *
   * @default 600
   */
  readonly waitTimeoutSeconds?: number;
}

/** What an `ExternalInfisicalSecretSync` answers. */
export interface SecretSyncResults {
  /** Id of the sync. */
  readonly id: string;
  /**
   * Key → revision of all that the destination holds of this sync. A revision names a value without telling it:
   * version and end of the id of the source's secret. It is known in the plan, which therefore shows every key that
   * will change, and binds the apply to it: if the source has changed since, the apply is refused with
   * `plan-changed` and writes nothing.
   */
  readonly keys: { readonly [key: string]: string };
  /**
   * Key → what a run does that `keys` does not show: it deletes or overwrites what this sync did not write, or
   * imports into the source.
   */
  readonly takenOver: { readonly [key: string]: string };
  /** `succeeded` or `failed`: how the last run ended. */
  readonly status: string;
  /** When a run last succeeded, ISO 8601. */
  readonly lastSyncedAt: string;
}
