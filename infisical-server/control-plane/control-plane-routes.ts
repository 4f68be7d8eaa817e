import type { FastifyInstance } from "fastify";
import { browseRoutes } from "./browse-routes.ts";
import { anyAppConnectionRoutes, connectionListRoutes } from "./connection-list-routes.ts";
import { connectionRoutes } from "./connection-routes.ts";
import { anyDestinationSyncRoutes, syncListRoutes } from "./sync-list-routes.ts";
import { syncRoutes } from "./sync-routes.ts";
import { triggerRoutes } from "./trigger-routes.ts";

/** App Connections and Secret Syncs (control-plane §2.4, §3.3). */
export function controlPlaneRoutes(app: FastifyInstance): void {
  anyAppConnectionRoutes(app);
  anyDestinationSyncRoutes(app);
  connectionRoutes(app);
  connectionListRoutes(app);
  browseRoutes(app);
  syncRoutes(app);
  syncListRoutes(app);
  triggerRoutes(app);
}
