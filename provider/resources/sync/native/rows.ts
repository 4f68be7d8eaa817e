import { type ConnectionRow, jobWords, type SyncRow } from "../../../infisical/control-plane/index.ts";
import { present } from "../../properties.ts";
import type { Properties } from "../../resource.ts";

/** What is recorded of an Infisical Sync beside its arguments, under the names of the product's API. */
export function syncOutputs(row: SyncRow): Properties {
  const { environment, connection, folder } = row;
  return present({
    syncId: row.id,
    version: row.version,
    destination: "external-infisical",
    connection,
    folderId: row.folderId,
    folder,
    // `environment` itself is the argument, a slug.
    sourceEnvironment: environment,
    syncStatus: row.syncStatus,
    lastSyncJobId: row.lastSyncJobId,
    lastSyncMessage: row.lastSyncMessage && jobWords(row.lastSyncMessage),
    lastSyncedAt: row.lastSyncedAt,
    importStatus: row.importStatus,
    lastImportJobId: row.lastImportJobId,
    lastImportMessage: row.lastImportMessage && jobWords(row.lastImportMessage),
    lastImportedAt: row.lastImportedAt,
    removeStatus: row.removeStatus,
    lastRemoveJobId: row.lastRemoveJobId,
    lastRemoveMessage: row.lastRemoveMessage && jobWords(row.lastRemoveMessage),
    lastRemovedAt: row.lastRemovedAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  });
}

/** What is recorded of an Infisical Connection beside its arguments. */
export function connectionOutputs(row: ConnectionRow): Properties {
  return present({
    connectionId: row.id,
    app: "external-infisical",
    method: "machine-identity-universal-auth",
    version: row.version,
    orgId: row.orgId,
    credentialsHash: row.credentialsHash,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  });
}
