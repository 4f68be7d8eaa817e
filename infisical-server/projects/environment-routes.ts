import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { membershipOf, type ProjectAction, requireProject } from "../auth/permissions.ts";
import { folderView } from "../folders/folder-view.ts";
import { walkFolders } from "../folders/folders.ts";
import { badRequest, notFound } from "../http/errors.ts";
import { slug } from "../http/fields.ts";
import { environmentBySlug, projectById } from "../http/lookup.ts";
import type { Actor } from "../http/request-state.ts";
import { route } from "../http/route.ts";
import type { Environment, Project, World } from "../model.ts";
import { removeEnvironment } from "../remove.ts";
import { addEnvironment, markChanged, timestamp } from "../world.ts";
import { environmentView } from "./projects.ts";

export const environmentName = z.string().trim().min(1);
export const environmentSlug = slug(1, 64);
const position = z.number().int().min(1);
const createBody = z.object({ name: environmentName, slug: environmentSlug, position: position.optional() });
const updateBody = z.object({
  name: environmentName.optional(),
  slug: environmentSlug.optional(),
  position: position.optional(),
});
const byId = z.object({ projectId: z.string(), id: z.string() });

/** Contract §6.3 and §6.4: the current routes and the deprecated twins, which differ in their wrappers. */
export function environmentRoutes(app: FastifyInstance): void {
  writeRoutes(app, "/api/v1/projects", (message, environment, project) => ({
    message,
    projectId: project.id,
    environment: environmentView(environment),
  }));
  writeRoutes(app, "/api/v1/workspace", (message, environment, project) => ({
    message,
    workspace: project.id,
    environment: environmentView(environment),
  }));

  route(app, {
    method: "GET",
    url: "/api/v1/projects/:projectId/environments/:id",
    params: byId,
    handle: ({ params, actor, world }) => {
      const project = allowed(world, actor, params.projectId, "read");
      return { environment: environmentView(environmentById(project, params.id)) };
    },
  });

  // The server side is not confirmed; the shape is what the Terraform provider reads.
  route(app, {
    method: "GET",
    url: "/api/v1/projects/:projectId/environments/slug/:slug",
    params: z.object({ projectId: z.string(), slug: z.string() }),
    handle: ({ params, actor, world }) =>
      environmentView(environmentBySlug(allowed(world, actor, params.projectId, "read"), params.slug)),
  });

  route(app, {
    method: "GET",
    url: "/api/v1/workspace/environments/:envId",
    params: z.object({ envId: z.string() }),
    handle: ({ params, actor, world }) => {
      for (const project of world.projects.values()) {
        const found = [...project.environments.values()].find(({ id }) => id === params.envId);
        if (!found) continue;
        allowed(world, actor, project.id, "read");
        return { environment: environmentView(found) };
      }
      throw notFound(`Environment with ID '${params.envId}' not found`);
    },
  });

  route(app, {
    method: "GET",
    url: "/api/v1/projects/:projectId/environment-folder-tree",
    params: z.object({ projectId: z.string() }),
    handle: ({ params, actor, world }) => {
      const project = projectById(world, params.projectId);
      membershipOf(actor.identity, project);
      return Object.fromEntries([...project.environments.values()].map((one) => [one.slug, treeOf(one)]));
    },
  });
}

function writeRoutes(
  app: FastifyInstance,
  base: string,
  answer: (message: string, environment: Environment, project: Project) => unknown,
): void {
  route(app, {
    method: "POST",
    url: `${base}/:projectId/environments`,
    params: z.object({ projectId: z.string() }),
    body: createBody,
    handle: ({ params, body, actor, world }) => {
      const project = allowed(world, actor, params.projectId, "write");
      requireFree(project, body.slug);
      markChanged(project);
      return answer("Successfully created new environment", addEnvironment(world, project, body), project);
    },
  });

  route(app, {
    method: "PATCH",
    url: `${base}/:projectId/environments/:id`,
    params: byId,
    body: updateBody,
    handle: ({ params, body, actor, world }) => {
      const project = allowed(world, actor, params.projectId, "write");
      const environment = environmentById(project, params.id);
      if (body.slug !== undefined && body.slug !== environment.slug) {
        requireFree(project, body.slug);
        project.environments.delete(environment.slug);
        project.environments.set(body.slug, environment);
        environment.slug = body.slug;
      }
      environment.name = body.name ?? environment.name;
      environment.position = body.position ?? environment.position;
      environment.updatedAt = timestamp(world);
      markChanged(project);
      return answer("Successfully updated environment", environment, project);
    },
  });

  route(app, {
    method: "DELETE",
    url: `${base}/:projectId/environments/:id`,
    params: byId,
    handle: ({ params, actor, world }) => {
      const project = allowed(world, actor, params.projectId, "write");
      const environment = environmentById(project, params.id);
      removeEnvironment(world, environment);
      return answer("Successfully deleted environment", environment, project);
    },
  });
}

function allowed(world: World, { identity }: Actor, projectId: string, action: ProjectAction): Project {
  const project = projectById(world, projectId);
  requireProject(membershipOf(identity, project), action, "environments");
  return project;
}

function environmentById(project: Project, id: string): Environment {
  for (const environment of project.environments.values()) if (environment.id === id) return environment;
  throw notFound(`Environment with ID '${id}' not found`);
}

function requireFree(project: Project, taken: string): void {
  if (project.environments.has(taken)) throw badRequest(`Environment with slug '${taken}' already exists`);
}

const treeOf = (environment: Environment) => ({
  ...environmentView(environment),
  folders: walkFolders(environment.root, "/").map(({ folder, path }) => ({ ...folderView(folder), path })),
});
