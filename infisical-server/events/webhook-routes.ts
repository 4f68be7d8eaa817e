import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { membershipOf } from "../auth/permissions.ts";
import type { Context } from "../context.ts";
import { notFound } from "../http/errors.ts";
import * as field from "../http/fields.ts";
import { environmentBySlug, projectById } from "../http/lookup.ts";
import type { Actor } from "../http/request-state.ts";
import { route } from "../http/route.ts";
import { timestamp } from "../world.ts";
import { newWebhook, type Webhook } from "./webhooks.ts";

const URL_PATH = "/api/v1/webhooks";
const params = z.object({ id: z.string() });

/** Contract §14.2. Older versions of the product let nobody but people make them, and call `projectId` `workspaceId`. */
export function webhookRoutes(app: FastifyInstance): void {
  route(app, {
    method: "POST",
    url: URL_PATH,
    body: z.object({
      projectId: field.projectId,
      environment: z.string().trim(),
      secretPath: field.secretPath.default("/"),
      webhookUrl: z.url().trim(),
      webhookSecretKey: z.string().trim().optional(),
      type: z.literal("general").default("general"),
    }),
    handle: ({ body, actor, context }) => {
      const project = projectById(context.world, body.projectId);
      membershipOf(actor.identity, project);
      const webhook = newWebhook({
        environment: environmentBySlug(project, body.environment),
        secretPath: body.secretPath,
        url: body.webhookUrl,
        secretKey: body.webhookSecretKey || undefined,
        createdAt: timestamp(context.world),
      });
      context.webhooks.all.set(webhook.id, webhook);
      return { message: "Successfully created webhook", webhook: told(webhook) };
    },
  });
  route(app, {
    method: "GET",
    url: URL_PATH,
    query: z.object({ projectId: field.projectId }),
    handle: ({ query, actor, context }) => {
      const project = projectById(context.world, query.projectId);
      membershipOf(actor.identity, project);
      const its = [...context.webhooks.all.values()].filter(
        ({ environment }) => environment.project === project,
      );
      return { message: "Successfully fetched webhook", webhooks: its.map(told) };
    },
  });
  route(app, {
    method: "POST",
    url: `${URL_PATH}/:id/test`,
    params,
    handle: async ({ params: { id }, actor, context }) => {
      const webhook = webhookOf(context, actor, id);
      await context.webhooks.test(webhook);
      return { message: "Successfully updated webhook", webhook: told(webhook) };
    },
  });
  route(app, {
    method: "PATCH",
    url: `${URL_PATH}/:id`,
    params,
    body: z.object({ isDisabled: z.boolean().default(false) }),
    handle: ({ params: { id }, body, actor, context }) => {
      const webhook = webhookOf(context, actor, id);
      webhook.isDisabled = body.isDisabled;
      return { message: "Successfully updated webhook", webhook: told(webhook) };
    },
  });
  route(app, {
    method: "DELETE",
    url: `${URL_PATH}/:id`,
    params,
    handle: ({ params: { id }, actor, context }) => {
      const webhook = webhookOf(context, actor, id);
      context.webhooks.all.delete(id);
      return { message: "Successfully deleted webhook", webhook: told(webhook) };
    },
  });
}

function webhookOf({ webhooks }: Context, { identity }: Actor, id: string): Webhook {
  const webhook = webhooks.all.get(id);
  if (!webhook) throw notFound(`Webhook with ID '${id}' not found`);
  membershipOf(identity, webhook.environment.project);
  return webhook;
}

const told = ({ environment, url: _, secretKey: __, ...webhook }: Webhook) => ({
  ...webhook,
  type: "general",
  envId: environment.id,
  projectId: environment.project.id,
  environment: { id: environment.id, name: environment.name, slug: environment.slug },
});
