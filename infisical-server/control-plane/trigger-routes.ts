// Asking for a job by hand, with or without auto-sync (control-plane §3.7).
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { membershipOf } from "../auth/permissions.ts";
import type { Context } from "../context.ts";
import { route } from "../http/route.ts";
import type { Identity } from "../model.ts";
import { actorOf } from "./audit.ts";
import { APP } from "./connection-schemas.ts";
import type { SecretSync } from "./model.ts";
import { placeOf, requireSyncAction, type SyncAction } from "./permissions.ts";
import { bySyncId } from "./sync-schemas.ts";
import { requireIdle, requireSource } from "./sync-state.ts";
import { syncView } from "./sync-view.ts";
import { syncById } from "./syncs.ts";

const BASE = `/api/v1/secret-syncs/${APP}/:syncId`;

export function triggerRoutes(app: FastifyInstance): void {
  route(app, {
    method: "POST",
    url: `${BASE}/sync-secrets`,
    params: bySyncId,
    handle: ({ params, actor: { identity }, context }) => {
      const sync = ready(context, identity, params.syncId, "sync-secrets");
      context.jobs.queueSync(sync, actorOf(identity));
      return { secretSync: syncView(sync) };
    },
  });

  route(app, {
    method: "POST",
    url: `${BASE}/import-secrets`,
    params: bySyncId,
    query: z.object({ importBehavior: z.enum(["prioritize-source", "prioritize-destination"]) }),
    handle: ({ params, query, actor: { identity }, context }) => {
      const sync = ready(context, identity, params.syncId, "import-secrets");
      context.jobs.queueImport(sync, query.importBehavior, actorOf(identity));
      return { secretSync: syncView(sync) };
    },
  });

  route(app, {
    method: "POST",
    url: `${BASE}/remove-secrets`,
    params: bySyncId,
    handle: ({ params, actor: { identity }, context }) => {
      const sync = ready(context, identity, params.syncId, "remove-secrets");
      context.jobs.queueRemove(sync, actorOf(identity), { deletesSync: false });
      return { secretSync: syncView(sync) };
    },
  });
}

function ready({ world, jobs }: Context, identity: Identity, id: string, action: SyncAction): SecretSync {
  const sync = syncById(world, id);
  requireSyncAction(membershipOf(identity, sync.project), action, placeOf(sync), sync.connection.id);
  requireSource(sync);
  requireIdle(jobs, sync);
  return sync;
}
