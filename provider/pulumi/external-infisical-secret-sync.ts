import {
  type CustomResource,
  type CustomResourceOptions,
  getProject,
  getStack,
  type Input,
  mergeOptions,
  type Output,
  output,
  type Inputs as PulumiInputs,
  unsecret,
} from "@pulumi/pulumi";
import type { DestinationConfigInput, SecretSyncInput, SyncOptionsInput } from "./arguments.ts";
import type { ExternalInfisicalConnection } from "./external-infisical-connection.ts";
import type { Inputs } from "./inputs.ts";
import { LazyResource } from "./lazy-resource.ts";

/** Where a sync writes, on the connection's instance. */
export interface DestinationConfigArgs extends Inputs<DestinationConfigInput> {}

/** How secrets are compared, imported and deleted. Changes take effect with the next run. */
export interface SyncOptionsArgs extends Inputs<SyncOptionsInput> {}

/** Arguments of an {@link ExternalInfisicalSecretSync}. Changes update it in place, unless they say otherwise. */
export interface ExternalInfisicalSecretSyncArgs extends Inputs<SecretSyncInput> {
  /** Where to log in at the destination. This or `connectionId` is needed. */
  connection?: ExternalInfisicalConnection;
  /**
   * Id of an Infisical Connection that the source instance has already, instead of `connection`; in native
   * execution only. For a preview by key its client secret must be in the configuration, see there.
   */
  connectionId?: Input<string>;
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
    super(
      ...KIND,
      name,
      {
        ...inputsOf(args),
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
      optionsOf(options),
    );
  }
}

/** The same, for a program that reads nothing of it: the SDK makes four promises for each output that can be read. */
export const declareSecretSync = (
  name: string,
  args: ExternalInfisicalSecretSyncArgs,
  options: CustomResourceOptions = {},
): CustomResource => new LazyResource(...KIND, name, inputsOf(args), optionsOf(options));

const KIND = ["secretSync", "ExternalInfisicalSecretSync"] as const;

const optionsOf = (options: CustomResourceOptions): CustomResourceOptions =>
  mergeOptions(options, { additionalSecretOutputs: ["machineIdentityClientSecret"] });

function inputsOf(args: ExternalInfisicalSecretSyncArgs): PulumiInputs {
  const { connection, connectionId, ...rest } = args;
  const onUnreachable = args.onUnreachable ?? connection?.onUnreachable;
  return {
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
          // Where none was given there is no such property, nor in the states of earlier versions.
          ...(connection.auth !== undefined && { auth: connection.auth }),
          allowInsecureHttp: connection.allowInsecureHttp,
          connectionExecution: connection.execution,
        }
      : { connectionId }),
  };
}

/** Part of the mark; where nothing is marked, nothing is added to the state. */
function stackOf(options: Input<SyncOptionsArgs> | undefined): Output<string | undefined> {
  const name = `${getProject()}/${getStack()}`;
  // Left out against its type, it is missed by the check, which tells everything at once.
  return unsecret(output(options)).apply((given) => (given?.ownershipMark === true ? name : undefined));
}
