import type { FastifyInstance } from "fastify";
import type { Context } from "../context.ts";
import { timestamp } from "../world.ts";
import { openRoute } from "./route.ts";

/** Contract §15. */
export function statusRoutes(app: FastifyInstance, { world }: Context): void {
  openRoute(app, {
    method: "GET",
    url: "/api/status",
    handle: () => ({
      date: timestamp(world),
      message: "Ok",
      emailConfigured: false,
      inviteOnlySignup: false,
      redisConfigured: true,
      secretScanningConfigured: false,
      samlDefaultOrgSlug: null,
      auditLogStorageDisabled: false,
    }),
  });
}
