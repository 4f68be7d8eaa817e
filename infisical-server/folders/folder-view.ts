import type { Folder } from "../model.ts";

/** Contract §7.1. */
export const folderView = (folder: Folder) => ({
  id: folder.id,
  name: folder.name,
  version: folder.version,
  createdAt: folder.createdAt,
  updatedAt: folder.updatedAt,
  envId: folder.environment.id,
  parentId: folder.parent?.id ?? null,
  isReserved: false,
  description: folder.description,
  lastSecretModified: folder.lastSecretModified,
});
