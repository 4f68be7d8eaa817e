// Finding things by what a request names, with the product's answers when they are missing.

import { findFolder } from "../folders/folders.ts";
import type { Environment, Folder, Project, World } from "../model.ts";
import { badRequest, notFound } from "./errors.ts";

export interface ProjectRef {
  id?: string | undefined;
  slug?: string | undefined;
}

export function requireProjectRef(world: World, { id, slug }: ProjectRef): Project {
  if (id !== undefined) return projectById(world, id);
  if (slug !== undefined) return projectBySlug(world, slug);
  // Contract §11: missing project identification is a broken business rule, not a schema error.
  throw badRequest("Please provide either workspaceId or workspaceSlug/projectSlug");
}

export function projectById(world: World, id: string): Project {
  const project = world.projects.get(id);
  if (!project) throw notFound(`Project with ID '${id}' not found`);
  return project;
}

/** The project, where its secrets are asked for: nobody but people can read those of the old encryption (contract §20). */
export function secretsOf(project: Project): Project {
  if (project.version === 1)
    throw notFound(`Bot not found for project with ID ${project.id}`, "bot_not_found_error");
  return project;
}

export function projectBySlug(world: World, slug: string): Project {
  const project = world.projectsBySlug.get(slug);
  if (!project) throw notFound(`Project with slug '${slug}' not found`);
  return project;
}

export function environmentBySlug(project: Project, slug: string, error?: string): Environment {
  const environment = project.environments.get(slug);
  if (!environment) throw notFound(`Environment with slug '${slug}' not found`, error);
  return environment;
}

export function folderAt(
  project: Project,
  environment: string,
  path: string,
  error = "SecretPathNotFound",
): Folder {
  const found = project.environments.get(environment);
  const folder = found && findFolder(found, path);
  if (!folder) {
    throw notFound(`Folder with path '${path}' in environment with slug '${environment}' not found`, error);
  }
  return folder;
}
