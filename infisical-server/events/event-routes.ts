import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { membershipOf } from "../auth/permissions.ts";
import { badRequest, forbidden } from "../http/errors.ts";
import * as field from "../http/fields.ts";
import { projectById } from "../http/lookup.ts";
import { route } from "../http/route.ts";
import { deniedRegistration, openEventStream, type Registration } from "./event-stream.ts";

const registration = z
  .object({
    event: z.enum(["secret:create", "secret:update", "secret:delete", "secret:import-mutation"]),
    conditions: z
      .object({ environmentSlug: z.string().optional(), secretPath: z.string().default("/") })
      .default({ secretPath: "/" }),
  })
  .transform(({ event, conditions }): Registration => ({ event, ...conditions }));

/** Contract §14.1. */
export function eventRoutes(app: FastifyInstance): void {
  route(app, {
    method: "POST",
    url: "/api/v1/events/subscribe/project-events",
    body: z.object({ projectId: field.projectId, register: z.array(registration).min(1).max(10) }),
    handle: ({ body, actor: { identity }, reply, context }) => {
      if (context.revision.withoutEventSubscriptions) {
        throw badRequest("Failed to subscribe to events due to plan restriction. Upgrade your plan.");
      }
      const project = projectById(context.world, body.projectId);
      membershipOf(identity, project);
      const subscription = { project, identity, register: body.register };
      const refused = deniedRegistration(context.world, subscription);
      if (refused) throw deniedSubscription(refused);

      const stream = openEventStream(context, subscription);
      context.streams.add(stream);
      stream.frames.once("close", () => context.streams.delete(stream));
      reply.headers({
        "content-type": "text/event-stream",
        "cache-control": "no-cache",
        "x-accel-buffering": "no",
      });
      reply.send(stream.frames);
      // The client is to know that it is subscribed before the first event.
      reply.raw.flushHeaders();
      return reply;
    },
  });
}

function deniedSubscription({ event, environmentSlug, secretPath }: Registration) {
  const conditions = { environment: environmentSlug, secretPath };
  return forbidden(`You are not allowed to subscribe on secret-events at ${secretPath}`, "PermissionDenied", [
    { action: `subscribe ${event}`, inverted: false, subject: "secret-events", conditions },
  ]);
}
