import type { FastifyInstance } from "fastify";
import type { Context } from "../context.ts";
import { browseRoutes } from "./browse-routes.ts";
import { anyAppConnectionRoutes, connectionListRoutes } from "./connection-list-routes.ts";
import { connectionRoutes } from "./connection-routes.ts";
import { anyDestinationSyncRoutes, syncListRoutes } from "./sync-list-routes.ts";
import { syncRoutes } from "./sync-routes.ts";
import { triggerRoutes } from "./trigger-routes.ts";

/** App Connections and Secret Syncs (control-plane §2.4, §3.3). */
export function controlPlaneRoutes(app: FastifyInstance, context: Context): void {
  anyAppConnectionRoutes(app, context);
  anyDestinationSyncRoutes(app, context);
  if (context.revision.withoutExternalInfisical) return;
  connectionRoutes(app, context);
  connectionListRoutes(app, context);
  browseRoutes(app, context);
  syncRoutes(app, context);
  syncListRoutes(app, context);
  triggerRoutes(app, context);
}
