import { pathOf } from "../folders/folders.ts";
import { APP } from "./connection-schemas.ts";
import type { SecretSync } from "./model.ts";

/** Control-plane §3.2. */
export function syncView(sync: SecretSync) {
  const { folder, connection } = sync;
  return {
    id: sync.id,
    name: sync.name,
    description: sync.description,
    isAutoSyncEnabled: sync.isAutoSyncEnabled,
    version: 1,
    projectId: sync.project.id,
    folderId: folder?.id ?? null,
    connectionId: connection.id,
    createdAt: sync.createdAt,
    updatedAt: sync.updatedAt,
    syncStatus: sync.sync.status,
    lastSyncJobId: sync.sync.jobId,
    lastSyncMessage: sync.sync.message,
    lastSyncedAt: sync.sync.at,
    importStatus: sync.import.status,
    lastImportJobId: sync.import.jobId,
    lastImportMessage: sync.import.message,
    lastImportedAt: sync.import.at,
    removeStatus: sync.remove.status,
    lastRemoveJobId: sync.remove.jobId,
    lastRemoveMessage: sync.remove.message,
    lastRemovedAt: sync.remove.at,
    syncOptions: sync.syncOptions,
    connection: { app: APP, name: connection.name, id: connection.id },
    environment: folder && {
      id: folder.environment.id,
      slug: folder.environment.slug,
      name: folder.environment.name,
    },
    folder: folder && { id: folder.id, path: pathOf(folder) },
    destination: APP,
    destinationConfig: sync.destinationConfig,
  };
}
