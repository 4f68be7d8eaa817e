// What a source must be when a sync is configured (control-plane §3.4, steps 6 to 8).

import { requireCan } from "../auth/permissions.ts";
import { findFolder, type PlacedFolder, walkFolders } from "../folders/folders.ts";
import { badRequest } from "../http/errors.ts";
import { mergeImported, sourceOf } from "../imports/secret-imports.ts";
import type { Folder, Membership, Project } from "../model.ts";
import type { SyncPlace } from "./permissions.ts";

export function sourceFolder(project: Project, { environment, secretPath }: SyncPlace): Folder {
  const found = project.environments.get(environment);
  const folder = found && findFolder(found, secretPath);
  if (!folder) {
    throw badRequest(
      `Could not find folder with path "${secretPath}" in environment "${environment}" for project with ID "${project.id}"`,
    );
  }
  return folder;
}

/** In every folder that the sync would read. */
export function requireDescribable(
  membership: Membership,
  folder: Folder,
  { environment, secretPath }: SyncPlace,
  isRecursive: boolean,
): void {
  const read: PlacedFolder[] = isRecursive ? walkFolders(folder, secretPath) : [{ folder, path: secretPath }];
  for (const { path } of read) requireCan(membership, "describeSecret", { environment, secretPath: path });
}

/** A recursive sync makes one list of the subtree. */
export function requireDistinctKeys(folder: Folder): void {
  const seen = new Set<string>();
  for (const { folder: at } of walkFolders(folder, "/")) {
    for (const key of keysOf(at)) {
      if (seen.has(key)) throw badRequest(`Secret "${key}" is in several folders of a recursive Secret Sync`);
      seen.add(key);
    }
  }
}

/** Its own secrets and what it imports, replication aside. */
function keysOf(folder: Folder): Set<string> {
  const keys = new Set(folder.secrets.keys());
  for (const one of folder.imports) {
    const source = one.isReplication ? undefined : sourceOf(one);
    if (source) for (const key of mergeImported(source).keys()) keys.add(key);
  }
  return keys;
}
