// Single syncs (control-plane §3.3).
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { membershipOf } from "../auth/permissions.ts";
import type { Context } from "../context.ts";
import * as field from "../http/fields.ts";
import { route } from "../http/route.ts";
import type { Identity, World } from "../model.ts";
import { actorOf, audit } from "./audit.ts";
import { APP } from "./connection-schemas.ts";
import type { SecretSync } from "./model.ts";
import { placeOf, requireSyncAction } from "./permissions.ts";
import { createSync, deleteSync, updateSync } from "./sync-actions.ts";
import { bySyncId, createSyncBody, updateSyncBody } from "./sync-schemas.ts";
import { syncView } from "./sync-view.ts";
import { syncById, syncByName } from "./syncs.ts";

const BASE = `/api/v1/secret-syncs/${APP}`;
const byId = `${BASE}/:syncId`;

export function syncRoutes(app: FastifyInstance): void {
  route(app, {
    method: "GET",
    url: byId,
    params: bySyncId,
    handle: ({ params, actor, world }) => read(world, actor.identity, syncById(world, params.syncId)),
  });

  route(app, {
    method: "GET",
    url: `${BASE}/sync-name/:syncName`,
    params: z.object({ syncName: z.string().trim().min(1) }),
    query: z.object({ projectId: field.projectId }),
    handle: ({ params, query, actor, world }) =>
      read(world, actor.identity, syncByName(world, params.syncName, query.projectId)),
  });

  route(app, {
    method: "POST",
    url: BASE,
    body: createSyncBody,
    handle: ({ body, actor, request, context, world }) => {
      noteIsEnabled(context, request);
      return answer(
        world,
        actor.identity,
        createSync(context, actor.identity, body),
        "create-secret-sync",
        body,
      );
    },
  });

  route(app, {
    method: "PATCH",
    url: byId,
    params: bySyncId,
    body: updateSyncBody,
    handle: ({ params, body, actor, request, context, world }) => {
      noteIsEnabled(context, request);
      const sync = updateSync(context, actor.identity, params.syncId, body);
      return answer(world, actor.identity, sync, "update-secret-sync", body);
    },
  });

  route(app, {
    method: "DELETE",
    url: byId,
    params: bySyncId,
    query: z.object({ removeSecrets: z.enum(["true", "false"]).default("false") }),
    handle: ({ params, query, actor, context, world }) => {
      const removeSecrets = query.removeSecrets === "true";
      const sync = deleteSync(context, actor.identity, params.syncId, removeSecrets);
      return answer(world, actor.identity, sync, "delete-secret-sync", { removeSecrets }, null);
    },
  });
}

function answer(
  world: World,
  identity: Identity,
  sync: SecretSync,
  type: string,
  metadata: object = {},
  projectId: string | null = sync.project.id,
) {
  audit(world, {
    type,
    projectId,
    actor: actorOf(identity),
    metadata: { ...metadata, syncId: sync.id, destination: APP },
  });
  return { secretSync: syncView(sync) };
}

function read(world: World, identity: Identity, sync: SecretSync) {
  requireSyncAction(membershipOf(identity, sync.project), "read", placeOf(sync), sync.connection.id);
  return answer(world, identity, sync, "get-secret-sync");
}

/** The published samples send this name; the field is `isAutoSyncEnabled` (control-plane §3.2). */
function noteIsEnabled({ log }: Context, { method, url, body }: FastifyRequest): void {
  if (typeof body === "object" && body !== null && "isEnabled" in body)
    log(
      `${method} ${url}: isEnabled is not a field of a sync and is ignored; it is called isAutoSyncEnabled`,
    );
}
