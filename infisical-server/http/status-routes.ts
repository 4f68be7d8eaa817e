import type { FastifyInstance } from "fastify";
import { timestamp } from "../world.ts";
import { openRoute } from "./route.ts";

/** Contract §15. */
export function statusRoutes(app: FastifyInstance): void {
  openRoute(app, {
    method: "GET",
    url: "/api/status",
    handle: ({ world }) => ({
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
