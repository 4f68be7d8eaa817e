// What a source must be when a sync is configured (control-plane §3.4, steps 6 to 8, §3.15).
import { can } from "../auth/permissions.ts";
import { findFolder, type PlacedFolder, walkFolders } from "../folders/folders.ts";
import { badRequest, forbidden } from "../http/errors.ts";
import { mergeImported, sourceOf } from "../imports/secret-imports.ts";
import { twinsText } from "../jobs/twins.ts";
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

/** What a sync would read: every folder must be readable to who configures it, and all must be one list of secrets. */
export function requireReadable(
  membership: Membership,
  folder: Folder,
  { environment, secretPath }: SyncPlace,
  isWithSubfolders: boolean,
): void {
  const read: PlacedFolder[] = isWithSubfolders
    ? walkFolders(folder, secretPath)
    : [{ folder, path: secretPath }];
  for (const { path } of read) {
    if (!can(membership, "describeSecret", { environment, secretPath: path }))
      throw forbidden(
        `You do not have permission to read secrets at path "${path}" in environment "${environment}".`,
      );
  }
  const secrets = read.flatMap(({ folder: at, path }) => [...keysOf(at)].map((key) => ({ key, path })));
  const twins = twinsText(secrets);
  if (twins !== undefined) throw badRequest(twins);
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
