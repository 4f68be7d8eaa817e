// What the folder routes of v1 and v2 do; contract §7.

import { membershipOf, requireFolderWrite } from "../auth/permissions.ts";
import { type Fault, findFault } from "../faults/faults.ts";
import { badRequest, notFound } from "../http/errors.ts";
import { environmentBySlug, folderAt } from "../http/lookup.ts";
import type { Actor } from "../http/request-state.ts";
import type { Folder, Project, World } from "../model.ts";
import { removeFolder } from "../remove.ts";
import { timestamp } from "../world.ts";
import { folderView } from "./folder-view.ts";
import {
  ensureFolder,
  findFolder,
  isInside,
  joinPath,
  pathOf,
  renameFolder,
  walkFolders,
} from "./folders.ts";

interface Place {
  environment: string;
  path: string;
}

/** Idempotent; missing parents come with the folder. */
export function createFolder(
  world: World,
  { identity }: Actor,
  project: Project,
  { environment, path, name, description }: Place & { name: string; description?: string | null | undefined },
) {
  const membership = membershipOf(identity, project);
  const found = environmentBySlug(project, environment);
  const full = joinPath(path, name);
  requireFolderWrite(membership, found.root, full);
  const isNew = findFolder(found, full) === undefined;
  const folder = ensureFolder(world, found, full);
  if (isNew) folder.description = description ?? null;
  return { folder: { ...folderView(folder), path: full } };
}

/** Every member of the project may list folders, whatever the role. A path that does not exist gives an empty list. */
export function listFolders(
  { identity }: Actor,
  project: Project,
  query: Place & { recursive: boolean; lastSecretModified?: string | undefined },
) {
  membershipOf(identity, project);
  const parent = findFolder(environmentBySlug(project, query.environment), query.path);
  if (!parent) return { folders: [] };
  const since = query.lastSecretModified && new Date(query.lastSecretModified).toISOString();
  const isRecent = ({ lastSecretModified }: Folder) => !since || (lastSecretModified ?? "") >= since;
  if (!query.recursive) return { folders: [...parent.children.values()].filter(isRecent).map(folderView) };
  // Walked from "/", so that each path is relative to the listed folder.
  const below = walkFolders(parent, "/").slice(1);
  return {
    folders: below
      .filter(({ folder }) => isRecent(folder))
      .map(({ folder, path }) => ({ ...folderView(folder), relativePath: path })),
  };
}

export function getFolder(world: World, { identity }: Actor, id: string) {
  const folder = world.folders.get(id);
  if (!folder) throw notFound(`Folder with ID '${id}' not found`);
  const { environment } = folder;
  membershipOf(identity, environment.project);
  return {
    folder: {
      ...folderView(folder),
      environment: { envId: environment.id, envName: environment.name, envSlug: environment.slug },
      path: pathOf(folder),
      projectId: environment.project.id,
    },
  };
}

export interface FolderUpdate extends Place {
  id: string;
  name: string;
  description?: string | null | undefined;
}

export function updateFolder(world: World, actor: Actor, project: Project, update: FolderUpdate) {
  const folder = prepareUpdate(world, actor, project, update);
  renameFolder(world, folder, update.name, description(folder, update));
  return { folder: { ...folderView(folder), path: pathOf(folder) } };
}

export function batchUpdate(world: World, actor: Actor, project: Project, updates: readonly FolderUpdate[]) {
  const folders = updates.map((update) => ({ update, folder: prepareUpdate(world, actor, project, update) }));
  for (const { update, folder } of folders)
    renameFolder(world, folder, update.name, description(folder, update));
  return { folders: folders.map(({ folder }) => ({ ...folderView(folder), path: pathOf(folder) })) };
}

function prepareUpdate(world: World, { identity }: Actor, project: Project, update: FolderUpdate): Folder {
  const membership = membershipOf(identity, project);
  const parent = folderAt(project, update.environment, update.path, "UpdateFolder");
  requireFolderWrite(membership, parent, update.path);
  const folder = world.folders.get(update.id);
  if (folder?.parent !== parent) throw notFound(`Folder with ID '${update.id}' not found`, "UpdateFolder");
  const taken = parent.children.get(update.name);
  if (taken && taken !== folder)
    throw badRequest(`Folder with name '${update.name}' already exists`, "UpdateFolder");
  return folder;
}

const description = (folder: Folder, update: FolderUpdate) =>
  update.description === undefined ? folder.description : update.description;

export function deleteFolder(
  world: World,
  faults: readonly Fault[],
  { identity }: Actor,
  project: Project,
  { idOrName, environment, path, forceDelete }: Place & { idOrName: string; forceDelete: boolean },
) {
  const membership = membershipOf(identity, project);
  const parent = folderAt(project, environment, path);
  const byId = world.folders.get(idOrName);
  const folder =
    byId && isInside(project, byId) && byId.parent === parent ? byId : parent.children.get(idOrName);
  if (!folder) throw notFound(`Folder '${idOrName}' not found`);
  requireFolderWrite(membership, folder, joinPath(path, folder.name));
  if (findFault(faults, "approval")) {
    throw badRequest("Folder is protected by a change policy", "DeleteFolderProtectedByPolicy");
  }
  // Whether or not the identity may see what it holds; imports are not looked for.
  if (!forceDelete && holdsResources(folder)) {
    throw badRequest(
      `Cannot delete folder "${folder.name}" because it contains resources. Use forceDelete=true to delete it forcefully.`,
      "deleteFolder",
    );
  }
  removeFolder(world, folder);
  parent.updatedAt = timestamp(world);
  return { folder: { ...folderView(folder), path: joinPath(path, folder.name) } };
}

const holdsResources = ({ children, secrets, dynamicSecrets }: Folder) =>
  children.size > 0 || secrets.size > 0 || (dynamicSecrets?.length ?? 0) > 0;
