/** Pulumi resources: `import { ExternalInfisicalConnection, ExternalInfisicalSecretSync } from "external-infisical"`. */
import { requireNode } from "../node-version.ts";

export {
  ExternalInfisicalConnection,
  type ExternalInfisicalConnectionArgs,
  type Organization,
} from "./external-infisical-connection.ts";
export {
  type DestinationConfigArgs,
  ExternalInfisicalSecretSync,
  type ExternalInfisicalSecretSyncArgs,
  type JobStatus,
  type SyncCounts,
  type SyncOptionsArgs,
} from "./external-infisical-secret-sync.ts";

requireNode();
