import { randomUUID } from "node:crypto";
import { membershipOf, requireCan, requireFolderWrite } from "../auth/permissions.ts";
import type { Context } from "../context.ts";
import { findFolder, pathOf } from "../folders/folders.ts";
import { badRequest, notFound } from "../http/errors.ts";
import { environmentBySlug, folderAt } from "../http/lookup.ts";
import type { Environment, Folder, Identity, Project, SecretImport, World } from "../model.ts";
import { removeImport } from "../remove.ts";
import { markChanged, tellWatchers, timestamp } from "../world.ts";

/** Contract §8. */
export const importView = (one: SecretImport) => ({
  id: one.id,
  version: one.version,
  importPath: one.path,
  importEnv: { id: one.environment.id, name: one.environment.name, slug: one.environment.slug },
  position: one.folder.imports.indexOf(one) + 1,
  folderId: one.folder.id,
  isReplication: one.isReplication,
  isReplicationSuccess: null,
  replicationStatus: null,
  lastReplicated: null,
  isReserved: false,
  createdAt: one.createdAt,
  updatedAt: one.updatedAt,
});

interface Place {
  environment: string;
  path: string;
}

/** Links the import; the caller has checked the rules. */
export function insertImport(
  world: World,
  folder: Folder,
  environment: Environment,
  path: string,
  isReplication = false,
): SecretImport {
  const at = timestamp(world);
  const one: SecretImport = {
    id: randomUUID(),
    version: 1,
    environment,
    path,
    isReplication,
    folder,
    createdAt: at,
    updatedAt: at,
  };
  folder.imports.push(one);
  world.imports.set(one.id, one);
  markChanged(folder.environment.project);
  return one;
}

export function addImport(
  { world, revision }: Pick<Context, "world" | "revision">,
  identity: Identity,
  project: Project,
  input: Place & { import: Place; isReplication: boolean },
): SecretImport {
  const folder = writable(identity, project, input);
  const { environment, path } = input.import;
  requireCan(membershipOf(identity, project), "describeSecret", { environment, secretPath: path });
  const source = environmentBySlug(project, environment);
  if (revision.takesAnyImport) refuseWayBack(folder, source, path);
  else refuseUseless(folder, source, path);
  const one = insertImport(world, folder, source, path, input.isReplication);
  tellOfImport(world, one);
  return one;
}

function refuseUseless(folder: Folder, source: Environment, path: string): void {
  const target = folderAt(source.project, source.slug, path);
  if (target === folder) throw badRequest("A folder cannot import itself");
  if (folder.imports.some((one) => one.environment === source && one.path === path))
    throw badRequest("Secret import already exists");
}

function refuseWayBack(folder: Folder, source: Environment, path: string): void {
  const back = findFolder(source, path)?.imports.some(
    (one) => one.environment === folder.environment && one.path === pathOf(folder),
  );
  if (back) throw badRequest("Cyclic import not allowed");
}

export function changeImport(
  world: World,
  identity: Identity,
  project: Project,
  input: Place & {
    id: string;
    import: { environment?: string | undefined; path?: string | undefined; position?: number | undefined };
  },
): SecretImport {
  const folder = writable(identity, project, input);
  const one = requireImport(world, input.id, folder);
  const { environment, path, position } = input.import;
  if (environment !== undefined) one.environment = environmentBySlug(project, environment);
  one.path = path ?? one.path;
  if (position !== undefined) {
    const others = folder.imports.filter((other) => other !== one);
    folder.imports = others.toSpliced(position - 1, 0, one);
  }
  one.version += 1;
  one.updatedAt = timestamp(world);
  markChanged(project);
  tellOfImport(world, one);
  return one;
}

export function dropImport(
  world: World,
  identity: Identity,
  project: Project,
  input: Place & { id: string },
) {
  const one = requireImport(world, input.id, writable(identity, project, input));
  // Viewed first: its position is that in the list it leaves.
  const view = importView(one);
  removeImport(world, one);
  tellOfImport(world, one);
  return view;
}

/** A replicating import acts through the copies that it makes, not by being there (control-plane §3.12). */
function tellOfImport(world: World, { folder, isReplication }: SecretImport): void {
  if (!isReplication) tellWatchers(world, { kind: "import-mutation", folder });
}

/** `folder`: where the import has to be. */
export function requireImport(world: World, id: string, folder?: Folder): SecretImport {
  const one = world.imports.get(id);
  if (!one || (folder && one.folder !== folder)) throw notFound(`Secret import with ID '${id}' not found`);
  return one;
}

function writable(identity: Identity, project: Project, { environment, path }: Place): Folder {
  const membership = membershipOf(identity, project);
  const folder = folderAt(project, environment, path);
  requireFolderWrite(membership, folder, path);
  return folder;
}
