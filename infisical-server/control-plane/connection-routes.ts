// Single connections (control-plane §2.4); lists are in connection-list-routes.ts.
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { badRequest } from "../http/errors.ts";
import { optionalText } from "../http/fields.ts";
import { route } from "../http/route.ts";
import type { Identity, World } from "../model.ts";
import { actorOf, audit } from "./audit.ts";
import { createConnection, deleteConnection, updateConnection } from "./connection-actions.ts";
import {
  APP,
  byConnectionId,
  createConnectionBody,
  METHOD,
  updateConnectionBody,
} from "./connection-schemas.ts";
import { connectionView } from "./connection-view.ts";
import { connectionById, connectionByName } from "./connections.ts";
import type { AppConnection } from "./model.ts";
import { requireConnectionAction } from "./permissions.ts";

const BASE = `/api/v1/app-connections/${APP}`;
const byId = `${BASE}/:connectionId`;

export function connectionRoutes(app: FastifyInstance): void {
  route(app, {
    method: "GET",
    url: byId,
    params: byConnectionId,
    handle: ({ params, actor, world }) =>
      read(world, actor.identity, connectionById(world, params.connectionId)),
  });

  route(app, {
    method: "GET",
    url: `${BASE}/connection-name/:connectionName`,
    params: z.object({ connectionName: z.string().trim().min(1) }),
    query: z.object({ projectId: optionalText }),
    handle: ({ params, query, actor, world }) =>
      read(world, actor.identity, connectionByName(world, params.connectionName, query.projectId)),
  });

  route(app, {
    method: "POST",
    url: BASE,
    body: createConnectionBody,
    handle: async ({ body, actor, context, world }) =>
      answer(
        world,
        actor.identity,
        await createConnection(context, actor.identity, body),
        "create-app-connection",
        {
          name: body.name,
          method: METHOD,
          app: APP,
          isPlatformManagedCredentials: false,
        },
      ),
  });

  route(app, {
    method: "PATCH",
    url: byId,
    params: byConnectionId,
    body: updateConnectionBody,
    handle: async ({ params, body, actor, context, world }) =>
      answer(
        world,
        actor.identity,
        await updateConnection(context, actor.identity, params.connectionId, body),
        "update-app-connection",
        {
          name: body.name,
          description: body.description,
          credentialsUpdated: body.credentials !== undefined,
          isPlatformManagedCredentials: body.isPlatformManagedCredentials,
        },
      ),
  });

  route(app, {
    method: "DELETE",
    url: byId,
    params: byConnectionId,
    handle: ({ params, actor, world }) =>
      answer(
        world,
        actor.identity,
        deleteConnection(world, actor.identity, params.connectionId),
        "delete-app-connection",
      ),
  });

  // Every app of a later revision has this route. Not confirmed: how it fails for one without rotation.
  route(app, {
    method: "POST",
    url: `${byId}/rotate-credentials`,
    params: byConnectionId,
    handle: ({ params, actor, world }) => {
      const connection = connectionById(world, params.connectionId);
      requireConnectionAction(actor.identity, "edit", connection.project, connection.id);
      throw badRequest("Credential rotation is not supported for Infisical Connections");
    },
  });
}

function answer(
  world: World,
  identity: Identity,
  connection: AppConnection,
  type: string,
  metadata: Record<string, unknown> = {},
) {
  audit(world, {
    type,
    projectId: connection.project?.id ?? null,
    actor: actorOf(identity),
    metadata: { ...metadata, connectionId: connection.id },
  });
  return { appConnection: connectionView(world, connection) };
}

function read(world: World, identity: Identity, connection: AppConnection) {
  requireConnectionAction(identity, "read", connection.project, connection.id);
  return answer(world, identity, connection, "get-app-connection");
}
