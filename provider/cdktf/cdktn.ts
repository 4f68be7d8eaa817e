/** Constructs for CDK Terrain (cdktn 0.24, the fork of CDKTF that lives on). */
import * as cdktn from "cdktn";
import type {
  ConnectionArguments,
  PlanArguments,
  ProjectsArguments,
  ProviderArguments,
  SecretSyncArguments,
} from "./arguments.ts";
import { createConstructs } from "./constructs.ts";

const constructs = createConstructs(cdktn);

/** The source instance and how to log in there; what is left out comes from the environment. */
export class ExternalInfisicalProvider extends constructs.ExternalInfisicalProvider {}

/**
 * How to log in to another Infisical instance, with a machine identity's Universal Auth. Creating or changing one
 * proves the credentials by a real login there (in native execution from the source instance): it fails with
 * `unreachable`, `authentication` or `missing-credentials` otherwise.
 *
 * The counterpart of the product's "Infisical Connection"; a native one is imported by id, by name, or as
 * `<project id>::<name>`.
 */
export class ExternalInfisicalConnection extends constructs.ExternalInfisicalConnection {}

/**
 * Keeps the secrets of one folder of the source instance at one folder of another instance. The plan shows, key by
 * key, what will happen at the destination; what is not as planned at apply is refused with `plan-changed` before
 * anything is written.
 *
 * The counterpart of the product's "Infisical Sync". An engine sync is imported as
 * `<project id>/<environment><path>::<name>`, a native one by id or as `<project id>::<name>`.
 */
export class ExternalInfisicalSecretSync extends constructs.ExternalInfisicalSecretSync {}

/** Projects, environments and folders that an identity can see. */
export class DataExternalInfisicalProjects extends constructs.DataExternalInfisicalProjects {}

/** What a sync between two places would do now, key by key, without doing it. */
export class DataExternalInfisicalPlan extends constructs.DataExternalInfisicalPlan {}

/** Arguments of an {@link ExternalInfisicalProvider}. */
export interface ExternalInfisicalProviderConfig extends ProviderArguments {
  /** Name of this provider among several. */
  readonly alias?: string;
}
/** Arguments of an {@link ExternalInfisicalConnection}. */
export interface ExternalInfisicalConnectionConfig
  extends ConnectionArguments,
    cdktn.TerraformMetaArguments {}
/** Arguments of an {@link ExternalInfisicalSecretSync}. */
export interface ExternalInfisicalSecretSyncConfig
  extends SecretSyncArguments,
    cdktn.TerraformMetaArguments {}
/** Arguments of a {@link DataExternalInfisicalProjects}. */
export interface DataExternalInfisicalProjectsConfig
  extends ProjectsArguments,
    cdktn.TerraformMetaArguments {}
/** Arguments of a {@link DataExternalInfisicalPlan}. */
export interface DataExternalInfisicalPlanConfig extends PlanArguments, cdktn.TerraformMetaArguments {}
export type {
  DestinationConfig as ExternalInfisicalSecretSyncDestinationConfig,
  DestinationConnection as ExternalInfisicalSecretSyncDestinationConnection,
  SyncOptions as ExternalInfisicalSecretSyncSyncOptions,
} from "./arguments.ts";
