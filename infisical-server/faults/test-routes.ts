// The server's own API for tests that run in another process. Listens on loopback, so it asks for no token.
import type { FastifyInstance } from "fastify";
import { openRoute, parse } from "../http/route.ts";
import { seedSchemaFor } from "../seed/seed.ts";
import { faultSchema } from "./fault-schema.ts";

export function testRoutes(app: FastifyInstance): void {
  openRoute(app, {
    method: "POST",
    url: "/__test/faults",
    body: faultSchema,
    handle: ({ body, context }) => {
      context.faults.add(body);
      return {};
    },
  });
  openRoute(app, {
    method: "DELETE",
    url: "/__test/faults",
    handle: ({ context }) => {
      context.faults.clear();
      return {};
    },
  });
  openRoute(app, {
    method: "GET",
    url: "/__test/requests",
    handle: ({ context }) => ({ requests: context.requests }),
  });
  openRoute(app, {
    method: "GET",
    url: "/__test/audit-events",
    handle: ({ context }) => ({ auditEvents: context.world.auditEvents }),
  });
  openRoute(app, {
    method: "DELETE",
    url: "/__test/requests",
    handle: ({ context }) => {
      context.requests.length = 0;
      return {};
    },
  });
  openRoute(app, {
    method: "POST",
    url: "/__test/seed",
    handle: ({ body, context }) => context.seed(parse(seedSchemaFor(context), body)),
  });
}
