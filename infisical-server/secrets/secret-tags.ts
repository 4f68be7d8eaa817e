import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { membershipOf, requireCan } from "../auth/permissions.ts";
import { pathOf } from "../folders/folders.ts";
import { notFound } from "../http/errors.ts";
import * as field from "../http/fields.ts";
import { folderAt, projectBySlug } from "../http/lookup.ts";
import { route } from "../http/route.ts";
import type { Project, Tag } from "../model.ts";
import { markChanged, timestamp } from "../world.ts";
import { byName, secretType } from "./secret-schemas.ts";
import { readView } from "./secret-view.ts";

const body = z.object({
  projectSlug: z.string().trim(),
  environment: field.environment,
  secretPath: field.secretPath.default("/"),
  type: secretType.default("shared"),
  tagSlugs: z.array(z.string().trim()).min(1),
});

/** Attaching and detaching tags of a v3 secret (contract §11). */
export function secretTagRoutes(app: FastifyInstance): void {
  for (const method of ["POST", "DELETE"] as const) {
    route(app, {
      method,
      url: "/api/v3/secrets/tags/:secretName",
      params: byName,
      body,
      handle: ({ params, body: { projectSlug, environment, secretPath, tagSlugs }, actor, context }) => {
        const project = projectBySlug(context.world, projectSlug);
        const membership = membershipOf(actor.identity, project);
        requireCan(membership, "edit", { environment, secretPath, secretKey: params.secretName });
        const secret = folderAt(project, environment, secretPath).secrets.get(params.secretName);
        if (!secret) throw notFound(`Secret with name '${params.secretName}' not found`);
        const named = tagSlugs.map((slug) => tagBySlug(project, slug));
        const others = secret.tags.filter((tag) => !named.includes(tag));
        secret.tags = method === "POST" ? [...others, ...named] : others;
        secret.updatedAt = timestamp(context.world);
        markChanged(project);
        return {
          secret: readView(secret, { path: pathOf(secret.folder), value: secret.value, isHidden: false }),
        };
      },
    });
  }
}

function tagBySlug(project: Project, slug: string): Tag {
  for (const tag of project.tags.values()) if (tag.slug === slug) return tag;
  throw notFound(`Tag with slug '${slug}' not found`);
}
