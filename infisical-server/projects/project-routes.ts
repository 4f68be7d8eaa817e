import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { setMembership } from "../auth/identities.ts";
import { membershipOf, requireProject } from "../auth/permissions.ts";
import { badRequest, forbidden } from "../http/errors.ts";
import { projectById, projectBySlug } from "../http/lookup.ts";
import type { Actor } from "../http/request-state.ts";
import { route } from "../http/route.ts";
import type { Identity, Project, World } from "../model.ts";
import { removeProject } from "../remove.ts";
import { addProject, timestamp } from "../world.ts";
import { createBody, projectType, searchBody, updateBody } from "./project-schemas.ts";
import { projectView } from "./projects.ts";

const byId = z.object({ projectId: z.string() });
const bySlug = z.object({ slug: z.string() });
const listQuery = z.object({ type: projectType.optional() });

/** Contract §6.2: the current routes and the deprecated twins, which differ in their wrappers. */
export function projectRoutes(app: FastifyInstance): void {
  for (const [url, wrapper] of [
    ["/api/v1/projects", "projects"],
    ["/api/v1/workspace", "workspaces"],
  ] as const) {
    route(app, {
      method: "GET",
      url,
      query: listQuery,
      handle: ({ query, actor, world }) => ({
        [wrapper]: mine(world, actor.identity, query.type).map(projectView),
      }),
    });
  }

  route(app, {
    method: "POST",
    url: "/api/v1/projects/search",
    body: searchBody,
    handle: ({ body, actor, world }) => {
      const found = mine(world, actor.identity, body.type).filter(
        ({ id, name }) =>
          (!body.projectIds || body.projectIds.includes(id)) &&
          (!body.name || name.toLowerCase().includes(body.name.toLowerCase())),
      );
      found.sort((one, other) => one.name.localeCompare(other.name));
      if (body.orderDirection === "desc") found.reverse();
      const page = found.slice(body.offset, body.offset + body.limit);
      return {
        projects: page.map((one) => ({ ...projectView(one), isMember: true })),
        totalCount: found.length,
      };
    },
  });

  for (const { url, slugLimit } of [
    { url: "/api/v1/projects", slugLimit: 36 },
    { url: "/api/v2/workspace", slugLimit: 64 },
  ]) {
    route(app, {
      method: "POST",
      url,
      body: createBody(slugLimit),
      handle: ({ body, actor, world }) => {
        if (actor.identity.role === "no-access")
          throw forbidden("You are not allowed to create a project", "PermissionDenied");
        requireFreeSlug(world, body.slug);
        const project = addProject(world, {
          ...body,
          name: body.projectName,
          description: body.projectDescription,
          environments: body.shouldCreateDefaultEnvs ? undefined : [],
        });
        setMembership(world, project, actor.identity, "admin");
        return { project: projectView(project) };
      },
    });
  }

  route(app, {
    method: "GET",
    url: "/api/v1/projects/slug/:slug",
    params: bySlug,
    handle: ({ params, actor, world }) => readable(actor, projectBySlug(world, params.slug)),
  });

  for (const [base, wrapper] of [
    ["/api/v1/projects", "project"],
    ["/api/v1/workspace", "workspace"],
  ] as const) {
    const url = `${base}/:projectId`;
    route(app, {
      method: "GET",
      url,
      params: byId,
      handle: ({ params, actor, world }) => ({
        [wrapper]: readable(actor, projectById(world, params.projectId)),
      }),
    });
    route(app, {
      method: "PATCH",
      url,
      params: byId,
      body: updateBody,
      handle: ({ params, body, actor, world }) => ({
        [wrapper]: update(world, actor, projectById(world, params.projectId), body),
      }),
    });
    route(app, {
      method: "DELETE",
      url,
      params: byId,
      handle: ({ params, actor, world }) => ({
        [wrapper]: remove(world, actor, projectById(world, params.projectId)),
      }),
    });
  }

  bySlugRoutes(app);
}

/** The v2 twins name the project by slug and answer it at top level. */
function bySlugRoutes(app: FastifyInstance): void {
  const url = "/api/v2/workspace/:slug";
  route(app, {
    method: "GET",
    url,
    params: bySlug,
    handle: ({ params, actor, world }) => readable(actor, projectBySlug(world, params.slug)),
  });
  route(app, {
    method: "PATCH",
    url,
    params: bySlug,
    body: updateBody,
    handle: ({ params, body, actor, world }) => update(world, actor, projectBySlug(world, params.slug), body),
  });
  route(app, {
    method: "DELETE",
    url,
    params: bySlug,
    handle: ({ params, actor, world }) => remove(world, actor, projectBySlug(world, params.slug)),
  });
  route(app, {
    method: "PUT",
    url: "/api/v1/workspace/:slug/audit-logs-retention",
    params: bySlug,
    body: z.object({ auditLogsRetentionDays: z.number().int().min(0) }),
    handle: ({ params, body, actor, world }) => {
      const project = projectBySlug(world, params.slug);
      requireProject(membershipOf(actor.identity, project), "manage", "project");
      project.auditLogsRetentionDays = body.auditLogsRetentionDays;
      return {
        message: "Successfully updated project's audit logs retention period",
        workspace: projectView(project),
      };
    },
  });
}

function mine(world: World, identity: Identity, type?: string): Project[] {
  return [...world.projects.values()].filter(
    (project) => project.memberships.has(identity.id) && (type === undefined || project.type === type),
  );
}

function readable({ identity }: Actor, project: Project) {
  membershipOf(identity, project);
  return projectView(project);
}

function update(world: World, { identity }: Actor, project: Project, body: z.infer<typeof updateBody>) {
  requireProject(membershipOf(identity, project), "write", "settings");
  if (body.slug !== undefined && body.slug !== project.slug) {
    requireFreeSlug(world, body.slug);
    world.projectsBySlug.delete(project.slug);
    world.projectsBySlug.set(body.slug, project);
  }
  const given = Object.entries(body).filter(([, value]) => value !== undefined);
  Object.assign(project, Object.fromEntries(given), { updatedAt: timestamp(world) });
  if (body.autoCapitalization !== undefined) project.enforceCapitalization = body.autoCapitalization;
  return projectView(project);
}

/** Not confirmed: 403 while delete protection is on. */
function remove(world: World, { identity }: Actor, project: Project) {
  requireProject(membershipOf(identity, project), "manage", "project");
  if (project.hasDeleteProtection) throw forbidden("Project delete protection is enabled");
  removeProject(world, project);
  return projectView(project);
}

/** Not confirmed: 400, like every other duplicate. */
function requireFreeSlug(world: World, slug: string | undefined): void {
  if (slug !== undefined && world.projectsBySlug.has(slug))
    throw badRequest(`Project with slug '${slug}' already exists`);
}
