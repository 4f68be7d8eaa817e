// The server's own API for tests that run in another process. Listens on loopback, so it asks for no token.
import type { FastifyInstance } from "fastify";
import type { Context } from "../context.ts";
import { openRoute } from "../http/route.ts";
import { type Seed, type SeedResult, seedSchemaFor } from "../seed/seed.ts";
import { faultSchema } from "./fault-schema.ts";

export function testRoutes(app: FastifyInstance, context: Context, seed: (input: Seed) => SeedResult): void {
  openRoute(app, {
    method: "POST",
    url: "/__test/faults",
    body: faultSchema,
    handle: ({ body }) => {
      context.faults.add(body);
      return {};
    },
  });
  openRoute(app, {
    method: "DELETE",
    url: "/__test/faults",
    handle: () => {
      context.faults.clear();
      return {};
    },
  });
  openRoute(app, { method: "GET", url: "/__test/requests", handle: () => ({ requests: context.requests }) });
  openRoute(app, {
    method: "GET",
    url: "/__test/audit-events",
    handle: () => ({ auditEvents: context.world.auditEvents }),
  });
  openRoute(app, {
    method: "DELETE",
    url: "/__test/requests",
    handle: () => {
      context.requests.length = 0;
      return {};
    },
  });
  openRoute(app, {
    method: "POST",
    url: "/__test/seed",
    body: seedSchemaFor(context),
    handle: ({ body }) => seed(body),
  });
}
