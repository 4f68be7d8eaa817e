import {
  type CustomResourceOptions,
  getProject,
  getStack,
  type Input,
  mergeOptions,
  type Output,
  output,
  unsecret,
} from "@pulumi/pulumi";
import type { Execution, InitialSyncBehavior, OnUnreachable } from "../schema.ts";
import type { ExternalInfisicalConnection } from "./external-infisical-connection.ts";
import { LazyResource } from "./lazy-resource.ts";

/** Where a sync writes, on the connection's instance. */
export interface DestinationConfigArgs {
  /** Id of the destination project (the id, not the slug). It must be a Secret Manager project. */
  projectId: Input<string>;
  /** Slug of the destination environment. */
  environment: Input<string>;
  /** Folder at the destination, beginning with `/`. Missing folders are made by the first run. */
  secretPath: Input<string>;
}

/** How secrets are compared, imported and deleted. Changes take effect with the next run. */
export interface SyncOptionsArgs {
  /**
   * What the first run does about secrets that are at the destination already. `overwrite-destination` makes
   * the destination like the source. `import-prioritize-source` and `import-prioritize-destination` first copy
   * the destination's secrets into the source; on a conflict the named side wins. Later runs never import.
   * In engine execution a changed source or destination has a first run of its own.
   */
  initialSyncBehavior: Input<InitialSyncBehavior>;
  /**
   * Never delete secrets at the destination in a run.
   *
   * @default false
   */
  disableSecretDeletion?: Input<boolean>;
  /**
   * `expand` pushes values with their `${…}` references resolved, and the secrets of the folder's imports, as
   * the product does. `keep` copies the text as it stands, and no imported secrets.
   *
   * @default "expand"
   */
  references?: Input<"expand" | "keep">;
  /**
   * What to do with `${…}` text that the source could not resolve: `push` it as it is, with a warning, or `fail`.
   *
   * @default "push"
   */
  unresolvedReferences?: Input<"push" | "fail">;
  /**
   * What to do with destination keys that the source lacks and this sync did not write: `delete` them, as the
   * product does, `keep` them, or `fail`, which also refuses to overwrite such keys.
   *
   * @default "delete"
   */
  unownedKeys?: Input<"delete" | "keep" | "fail">;
  /**
   * Most deletions in one run, as a number or as a percentage of the keys at the destination (`"10%"`). A run
   * that would delete more is refused before it writes anything.
   *
   * @default no limit
   */
  maxDeletes?: Input<number | string>;
  /**
   * Mark what the sync has at the destination as its own, by an item `external-infisical` in the metadata of the
   * secrets, which names the sync, its source and this stack. No other sync overwrites or deletes marked keys, with
   * this option or without; a run that would is refused with `owned-elsewhere`. Engine execution only.
   *
   * @default false
   */
  ownershipMark?: Input<boolean>;
  /**
   * The owner, as the error `owned-elsewhere` names it, whose marked keys this sync takes over: itself under an
   * earlier name, or a sync that is no more.
   */
  takeOverFrom?: Input<string>;
  /**
   * What a run that fails half-way does about what it has written: `keep` it, so that the next run finishes the
   * work, or `restore` what was there before, within the same run; what somebody else has changed meanwhile
   * stays, and is told. Keys that were deleted come back as new secrets. Engine execution only.
   *
   * @default "keep"
   */
  onFailure?: Input<"keep" | "restore">;
  /**
   * Allow a run to delete secrets when the source holds none at all.
   *
   * @default false
   */
  allowEmptySource?: Input<boolean>;
  /**
   * Allow a run to delete although the source identity may not see all secrets of the source.
   *
   * @default false
   */
  allowPartialRead?: Input<boolean>;
  /**
   * Allow importing values that hold `${…}`: the source would resolve such a reference with its own rights and
   * push what it points at to the destination.
   *
   * @default false
   */
  allowImportedReferences?: Input<boolean>;
  /**
   * Allow source and destination with equal project id, environment and path on two different hosts, for a
   * restored copy of an instance.
   *
   * @default false
   */
  allowSameProjectId?: Input<boolean>;
}

/** Arguments of an {@link ExternalInfisicalSecretSync}. Changes update it in place, unless they say otherwise. */
export interface ExternalInfisicalSecretSyncArgs {
  /** Name of the sync: lower-case letters, digits and single hyphens, at most 256 characters. */
  name: Input<string>;
  /** What the sync is for; at most 256 characters. Changing it writes no secrets. */
  description?: Input<string>;
  /**
   * Id of the source project (the id, not the slug). A change makes the next run a first run; in native execution
   * it replaces the sync.
   */
  projectId: Input<string>;
  /** Slug of the source environment. A change makes the next run a first run. */
  environment: Input<string>;
  /** Source folder, beginning with `/`; subfolders are not followed. A change makes the next run a first run. */
  secretPath: Input<string>;
  /** Where to log in at the destination. This or `connectionId` is needed. */
  connection?: ExternalInfisicalConnection;
  /**
   * Id of an Infisical Connection that the source instance has already, instead of `connection`; in native
   * execution only. For a preview by key its client secret must be in the configuration, see there.
   */
  connectionId?: Input<string>;
  /**
   * Who runs the sync. `engine`: this package, at each deployment; needs nothing but rights on secrets, works
   * with any version. `native`: the source instance, as an Infisical Sync of its own, also whenever a secret of
   * the source changes. The connection must say the same. Changing it replaces the sync.
   *
   * @default that of the connection
   */
  execution?: Input<Execution>;
  /**
   * Where the secrets go. A change makes the next run a first run; what was pushed to the old destination stays
   * there or is removed, as `onDestinationChange` says.
   */
  destinationConfig: Input<DestinationConfigArgs>;
  /** How secrets are compared, imported and deleted. */
  syncOptions: Input<SyncOptionsArgs>;
  /**
   * Run at each deployment, and in native execution also by itself when the source changes. With `false` nothing is pushed until asked; in a deployment, asking is changing
   * `triggers`.
   *
   * @default true
   */
  isAutoSyncEnabled?: Input<boolean>;
  /** Any values; changing one asks for a run where `isAutoSyncEnabled` is false. */
  triggers?: Input<Record<string, Input<unknown>>>;
  /**
   * When the sync is deleted, also delete secrets at the destination. In engine execution those that it created,
   * never those that were there before. In native execution the instance does it, and it is blind: it deletes
   * **every key that the source has then**, whoever wrote it, all or none, and the sync stays if that fails.
   *
   * @default false
   */
  removeSecretsOnDelete?: Input<boolean>;
  /**
   * When the destination changes: `keep` what was pushed to the old one, or `remove` what this sync created
   * there.
   *
   * @default "keep"
   */
  onDestinationChange?: Input<"keep" | "remove">;
  /**
   * When the destination's instance does not answer while the run is planned: `fail`, or `skip` the sync in this
   * deployment, with a warning, so that the others go on, those of later waves included. A sync that is skipped
   * stays as it is on record, changed arguments included; a new one is recorded without a run. The source must
   * answer, and a run that has begun fails as ever. In native execution only the keys are then unknown.
   *
   * @default that of the connection, else "fail"
   */
  onUnreachable?: Input<OnUnreachable>;
  /**
   * Take over the sync of that name if the source project has one already, instead of failing. `native` only.
   *
   * @default false
   */
  adopt?: Input<boolean>;
  /**
   * Wait for the instance's run after a create or update, and fail if the run does. `native` only.
   *
   * @default true
   */
  waitForSync?: Input<boolean>;
  /**
   * Longest wait for a run or a removal, in seconds. `native` only.
   *
   * @default 600
   */
  waitTimeoutSeconds?: Input<number>;
}

/** How a run, an import or a removal stands. */
export type JobStatus = "pending" | "running" | "succeeded" | "failed";

/** What a run did, in numbers of keys. */
export interface SyncCounts {
  create: number;
  update: number;
  delete: number;
  import: number;
  unchanged: number;
  kept: number;
  /** Equal keys that got a mark; absent where there were none. */
  mark?: number;
}

/**
 * Keeps the secrets of one folder of the source instance at one folder of another instance. Each deployment
 * shows before it runs, key by key, what it will do at the destination.
 *
 * The counterpart of the product's "Infisical Sync":
 * https://infisical.com/docs/integrations/secret-syncs/external-infisical
 */
export class ExternalInfisicalSecretSync extends LazyResource {
  /** Name of the sync. */
  declare readonly name: Output<string>;
  /** What the sync is for. */
  declare readonly description: Output<string | undefined>;
  /** Id of the source project. */
  declare readonly projectId: Output<string>;
  /** Slug of the source environment. */
  declare readonly environment: Output<string>;
  /** Source folder. */
  declare readonly secretPath: Output<string>;
  /** Where the secrets go. */
  declare readonly destinationConfig: Output<{ projectId: string; environment: string; secretPath: string }>;
  /** The connection in use. */
  declare readonly connection: Output<{ app: string; name: string; id: string }>;
  /** Id of the connection in use. */
  declare readonly connectionId: Output<string>;
  /** Id of the sync. */
  declare readonly syncId: Output<string>;
  /** Always 1, as in the product. */
  declare readonly version: Output<number>;
  /** Always `external-infisical`. */
  declare readonly destination: Output<string>;
  /**
   * Key → revision of all that the destination holds of this sync. A revision names a value without telling it:
   * version and end of the id of the source's secret. Do not export it from a stack: it would be printed twice.
   */
  declare readonly keys: Output<Record<string, string> | undefined>;
  /** Key → what the last run did that `keys` does not show: unowned keys deleted or overwritten, imports, restores. */
  declare readonly effects: Output<Record<string, string> | undefined>;
  /** Key → what is remembered of it: created or adopted, the revision pushed, the destination's own revision. */
  declare readonly memory: Output<Record<string, string> | undefined>;
  /** The last ten runs that changed something, newest first, by revisions alone: what `rollback` goes by. */
  declare readonly runs: Output<Record<string, unknown>[] | undefined>;
  /** Since when nothing is pushed, and the run that the destination was put back to. Ended by `resume`. */
  declare readonly paused: Output<{ run: string; at: string } | undefined>;
  /** `unreachable` for a sync that has been skipped ever since it was created. */
  declare readonly skipped: Output<"unreachable" | undefined>;
  /** What the last run did. */
  declare readonly counts: Output<SyncCounts | undefined>;
  /** How the last run stands; absent before the first. `pending` and `running` are of native execution. */
  declare readonly syncStatus: Output<JobStatus | undefined>;
  /** True where the destination was read back after the last run and is as planned; absent otherwise. */
  declare readonly verified: Output<boolean | undefined>;
  /** Id of the last run. */
  declare readonly lastSyncJobId: Output<string | undefined>;
  /** Why the last run failed. */
  declare readonly lastSyncMessage: Output<string | undefined>;
  /** When a run last succeeded, ISO 8601. */
  declare readonly lastSyncedAt: Output<string | undefined>;
  /** How the instance's last import on request stands; this and what follows are of native execution. */
  declare readonly importStatus: Output<JobStatus | undefined>;
  /** Id of the last import. */
  declare readonly lastImportJobId: Output<string | undefined>;
  /** Why the last import failed. */
  declare readonly lastImportMessage: Output<string | undefined>;
  /** When an import last succeeded, ISO 8601. */
  declare readonly lastImportedAt: Output<string | undefined>;
  /** How the instance's last removal stands. */
  declare readonly removeStatus: Output<JobStatus | undefined>;
  /** Id of the last removal. */
  declare readonly lastRemoveJobId: Output<string | undefined>;
  /** Why the last removal failed. */
  declare readonly lastRemoveMessage: Output<string | undefined>;
  /** When a removal last succeeded, ISO 8601. */
  declare readonly lastRemovedAt: Output<string | undefined>;
  /** Id of the source folder. */
  declare readonly folderId: Output<string | undefined>;
  /** The source folder, as the instance follows it through renames. */
  declare readonly folder: Output<{ id: string; path: string } | undefined>;
  /** The source environment; `environment` itself is the argument, a slug. */
  declare readonly sourceEnvironment: Output<{ id: string; slug: string; name: string } | undefined>;
  /** When the sync was created, ISO 8601. */
  declare readonly createdAt: Output<string>;
  /** When the sync was last created or updated, ISO 8601. */
  declare readonly updatedAt: Output<string>;

  constructor(name: string, args: ExternalInfisicalSecretSyncArgs, options: CustomResourceOptions = {}) {
    const { connection, connectionId, ...rest } = args;
    const onUnreachable = args.onUnreachable ?? connection?.onUnreachable;
    super(
      "secretSync",
      "ExternalInfisicalSecretSync",
      name,
      {
        ...rest,
        ...(onUnreachable !== undefined && { onUnreachable }),
        stack: stackOf(args.syncOptions),
        // One by one: a secret among them must not make all of them secret. The resource's own id stays known
        // in an update, where a computed output would not.
        ...(connection
          ? {
              connectionId: connection.id,
              connectionName: connection.name,
              instanceUrl: connection.instanceUrl,
              machineIdentityClientId: connection.machineIdentityClientId,
              machineIdentityClientSecret: connection.machineIdentityClientSecret,
              allowInsecureHttp: connection.allowInsecureHttp,
              connectionExecution: connection.execution,
            }
          : { connectionId }),
        connection: undefined,
        syncId: undefined,
        version: undefined,
        destination: undefined,
        keys: undefined,
        effects: undefined,
        memory: undefined,
        runs: undefined,
        paused: undefined,
        skipped: undefined,
        counts: undefined,
        syncStatus: undefined,
        verified: undefined,
        lastSyncJobId: undefined,
        lastSyncMessage: undefined,
        lastSyncedAt: undefined,
        importStatus: undefined,
        lastImportJobId: undefined,
        lastImportMessage: undefined,
        lastImportedAt: undefined,
        removeStatus: undefined,
        lastRemoveJobId: undefined,
        lastRemoveMessage: undefined,
        lastRemovedAt: undefined,
        folderId: undefined,
        folder: undefined,
        sourceEnvironment: undefined,
        createdAt: undefined,
        updatedAt: undefined,
      },
      mergeOptions(options, { additionalSecretOutputs: ["machineIdentityClientSecret"] }),
    );
  }
}

/** Part of the mark; where nothing is marked, nothing is added to the state. */
function stackOf(options: Input<SyncOptionsArgs> | undefined): Output<string | undefined> {
  const name = `${getProject()}/${getStack()}`;
  // Left out against its type, it is missed by the check, which tells everything at once.
  return unsecret(output(options)).apply((given) => (given?.ownershipMark === true ? name : undefined));
}
