// Cascades: what goes when a folder, environment or project goes.
import type { SecretSync } from "./control-plane/model.ts";
import type { Environment, Folder, Project, SecretImport, World } from "./model.ts";
import { markChanged, tellWatchers, timestamp } from "./world.ts";

export function removeFolder(world: World, folder: Folder): void {
  folder.parent?.children.delete(folder.name);
  forgetFolder(world, folder);
  markChanged(folder.environment.project);
  if (folder.parent) tellWatchers(world, { kind: "folders", folder: folder.parent });
}

export function removeEnvironment(world: World, environment: Environment): void {
  forgetFolder(world, environment.root);
  for (const one of world.imports.values()) if (one.environment === environment) removeImport(world, one);
  environment.project.environments.delete(environment.slug);
  markChanged(environment.project);
}

/** Syncs and connections go with their project; secrets at the destinations stay (control-plane §6). */
export function removeProject(world: World, project: Project): void {
  for (const sync of world.syncs.values()) if (sync.project === project) world.syncs.delete(sync.id);
  for (const one of world.connections.values()) if (one.project === project) world.connections.delete(one.id);
  for (const environment of project.environments.values()) removeEnvironment(world, environment);
  world.projects.delete(project.id);
  world.projectsBySlug.delete(project.slug);
}

export function removeImport(world: World, one: SecretImport): void {
  one.folder.imports = one.folder.imports.filter((other) => other !== one);
  world.imports.delete(one.id);
  markChanged(one.folder.environment.project);
}

function forgetFolder(world: World, folder: Folder): void {
  for (const child of folder.children.values()) forgetFolder(world, child);
  for (const secret of [...folder.secrets.values(), ...(folder.doubles ?? [])])
    world.secrets.delete(secret.id);
  for (const one of folder.imports) world.imports.delete(one.id);
  world.folders.delete(folder.id);
  for (const sync of world.syncs.values()) if (sync.folder === folder) loseSource(world, sync);
}

/** A sync outlives its source folder. */
function loseSource(world: World, sync: SecretSync): void {
  sync.folder = null;
  sync.updatedAt = timestamp(world);
}
