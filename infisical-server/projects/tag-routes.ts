import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { membershipOf, type ProjectAction, requireProject } from "../auth/permissions.ts";
import { badRequest, notFound } from "../http/errors.ts";
import { projectById } from "../http/lookup.ts";
import type { Actor } from "../http/request-state.ts";
import { route } from "../http/route.ts";
import type { Project, Tag, World } from "../model.ts";
import { requireTag } from "../secrets/secret-rules.ts";
import { markChanged, timestamp } from "../world.ts";

export const tagSlug = z.string().trim().min(1).max(64);
export const tagColor = z.string().trim();
const ofProject = z.object({ projectId: z.string() });
const byId = z.object({ projectId: z.string(), tagId: z.string() });

/** Contract §6.5: the current routes and the deprecated twins, which wrap under other names. */
export function tagRoutes(app: FastifyInstance): void {
  routesAt(app, "/api/v1/projects/:projectId/tags", { one: "tag", many: "tags" });
  routesAt(app, "/api/v1/workspace/:projectId/tags", { one: "workspaceTag", many: "workspaceTags" });
}

function routesAt(app: FastifyInstance, url: string, { one, many }: { one: string; many: string }): void {
  route(app, {
    method: "GET",
    url,
    params: ofProject,
    handle: ({ params, actor, world }) => {
      const project = allowed(world, actor, params.projectId, "read");
      return { [many]: [...project.tags.values()].map((tag) => tagView(project, tag)) };
    },
  });
  route(app, {
    method: "POST",
    url,
    params: ofProject,
    body: z.object({ slug: tagSlug, color: tagColor.nullish() }),
    handle: ({ params, body, actor, world }) => {
      const project = allowed(world, actor, params.projectId, "write");
      requireFree(project, body.slug);
      return { [one]: namedView(project, addTag(world, project, body.slug, body.color ?? null)) };
    },
  });
  route(app, {
    method: "GET",
    url: `${url}/slug/:slug`,
    params: z.object({ projectId: z.string(), slug: z.string() }),
    handle: ({ params, actor, world }) => {
      const project = allowed(world, actor, params.projectId, "read");
      for (const tag of project.tags.values())
        if (tag.slug === params.slug) return { [one]: namedView(project, tag) };
      throw notFound(`Tag with slug '${params.slug}' not found`);
    },
  });
  route(app, {
    method: "GET",
    url: `${url}/:tagId`,
    params: byId,
    handle: ({ params, actor, world }) => {
      const project = allowed(world, actor, params.projectId, "read");
      return { [one]: namedView(project, requireTag(project, params.tagId)) };
    },
  });
  route(app, {
    method: "PATCH",
    url: `${url}/:tagId`,
    params: byId,
    body: z.object({ slug: tagSlug.optional(), color: tagColor.nullish() }),
    handle: ({ params, body, actor, world }) => {
      const project = allowed(world, actor, params.projectId, "write");
      const tag = requireTag(project, params.tagId);
      if (body.slug !== undefined && body.slug !== tag.slug) requireFree(project, body.slug);
      tag.slug = body.slug ?? tag.slug;
      tag.color = body.color === undefined ? tag.color : body.color;
      tag.updatedAt = timestamp(world);
      return { [one]: namedView(project, tag) };
    },
  });
  route(app, {
    method: "DELETE",
    url: `${url}/:tagId`,
    params: byId,
    handle: ({ params, actor, world }) => {
      const project = allowed(world, actor, params.projectId, "write");
      const tag = requireTag(project, params.tagId);
      project.tags.delete(tag.id);
      for (const secret of world.secrets.values()) {
        if (secret.tags.includes(tag)) secret.tags = secret.tags.filter((other) => other !== tag);
      }
      markChanged(project);
      return { [one]: namedView(project, tag) };
    },
  });
}

export function addTag(world: World, project: Project, slug: string, color: string | null): Tag {
  const at = timestamp(world);
  const tag: Tag = { id: randomUUID(), slug, color, createdAt: at, updatedAt: at };
  project.tags.set(tag.id, tag);
  return tag;
}

const tagView = (project: Project, tag: Tag) => ({ ...tag, projectId: project.id });
const namedView = (project: Project, tag: Tag) => ({ ...tagView(project, tag), name: tag.slug });

function requireFree(project: Project, slug: string): void {
  for (const tag of project.tags.values()) {
    if (tag.slug === slug) throw badRequest(`Tag with slug '${slug}' already exists`);
  }
}

function allowed(world: World, { identity }: Actor, projectId: string, action: ProjectAction): Project {
  const project = projectById(world, projectId);
  requireProject(membershipOf(identity, project), action, "tags");
  return project;
}
