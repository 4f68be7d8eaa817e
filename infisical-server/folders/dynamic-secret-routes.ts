import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { membershipOf, requireCan } from "../auth/permissions.ts";
import * as field from "../http/fields.ts";
import { folderAt, projectBySlug } from "../http/lookup.ts";
import { route } from "../http/route.ts";

/** Of dynamic secrets only that there are any is modelled. */
export function dynamicSecretRoutes(app: FastifyInstance): void {
  route(app, {
    method: "GET",
    url: "/api/v1/dynamic-secrets",
    query: z.object({
      projectSlug: z.string().trim().min(1),
      environmentSlug: field.environment,
      path: field.secretPath.default("/"),
    }),
    handle: ({ query, actor, world }) => {
      const project = projectBySlug(world, query.projectSlug);
      const place = { environment: query.environmentSlug, secretPath: query.path };
      requireCan(membershipOf(actor.identity, project), "readValue", place);
      const { dynamicSecrets = [] } = folderAt(project, place.environment, place.secretPath);
      return { dynamicSecrets: dynamicSecrets.map((name) => ({ name })) };
    },
  });
}
