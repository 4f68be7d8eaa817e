// Cascades: what goes when a folder, environment or project goes.
import type { Environment, Folder, Project, SecretImport, World } from "./model.ts";
import { markChanged } from "./world.ts";

export function removeFolder(world: World, folder: Folder): void {
  folder.parent?.children.delete(folder.name);
  forgetFolder(world, folder);
  markChanged(folder.environment.project);
}

export function removeEnvironment(world: World, environment: Environment): void {
  forgetFolder(world, environment.root);
  for (const one of world.imports.values()) if (one.environment === environment) removeImport(world, one);
  environment.project.environments.delete(environment.slug);
  markChanged(environment.project);
}

export function removeProject(world: World, project: Project): void {
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
  for (const secret of folder.secrets.values()) world.secrets.delete(secret.id);
  for (const one of folder.imports) world.imports.delete(one.id);
  world.folders.delete(folder.id);
}
