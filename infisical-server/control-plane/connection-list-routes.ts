// Lists and options of connections (control-plane §2.4).
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { membershipOf } from "../auth/permissions.ts";
import type { Context } from "../context.ts";
import { optionalText } from "../http/fields.ts";
import { projectById } from "../http/lookup.ts";
import { route } from "../http/route.ts";
import type { Identity } from "../model.ts";
import { actorOf, audit } from "./audit.ts";
import { APP, METHOD } from "./connection-schemas.ts";
import { availableConnectionView, listedConnectionView } from "./connection-view.ts";
import type { AppConnection } from "./model.ts";
import { type ConnectionAction, canConnection } from "./permissions.ts";

const BASE = "/api/v1/app-connections";
const ofProject = z.object({ projectId: optionalText });

/** These routes are there on every instance; one without the app knows no connections. */
export function anyAppConnectionRoutes(app: FastifyInstance): void {
  route(app, {
    method: "GET",
    url: `${BASE}/options`,
    query: z.object({ projectType: z.string().optional() }),
    handle: ({ context }) => ({
      appConnectionOptions: context.revision.withoutExternalInfisical
        ? []
        : [{ name: "Infisical", app: APP, methods: [METHOD] }],
    }),
  });
  listRoute(app, BASE, {});
}

export function connectionListRoutes(app: FastifyInstance): void {
  listRoute(app, `${BASE}/${APP}`, { app: APP });

  route(app, {
    method: "GET",
    url: `${BASE}/${APP}/available`,
    query: ofProject,
    handle: ({ query, actor, world, context }) => {
      const found = allowed(context, actor.identity, "connect", query.projectId).filter(
        ({ project }) => project === null || project.id === query.projectId,
      );
      auditList(context, actor.identity, "get-available-app-connections-details", query, found, { app: APP });
      return { appConnections: found.map((one) => availableConnectionView(world, one)) };
    },
  });
}

/** @param told what the audit entry says besides the connections */
function listRoute(app: FastifyInstance, url: string, told: { app?: string }): void {
  route(app, {
    method: "GET",
    url,
    query: ofProject,
    handle: ({ query, actor, context }) => {
      const found = allowed(context, actor.identity, "read", query.projectId).filter(
        ({ project }) => query.projectId === undefined || project?.id === query.projectId,
      );
      found.sort((one, other) => one.name.toLowerCase().localeCompare(other.name.toLowerCase()));
      auditList(context, actor.identity, "get-app-connections", query, found, told);
      return { appConnections: found.map((one) => listedConnectionView(context.world, one)) };
    },
  });
}

function allowed(
  { world }: Context,
  identity: Identity,
  action: ConnectionAction,
  projectId: string | undefined,
): AppConnection[] {
  if (projectId !== undefined) membershipOf(identity, projectById(world, projectId));
  return [...world.connections.values()].filter(({ project }) => canConnection(identity, action, project));
}

function auditList(
  { world }: Context,
  identity: Identity,
  type: string,
  { projectId }: { projectId?: string | undefined },
  found: readonly AppConnection[],
  told: { app?: string },
): void {
  audit(world, {
    type,
    projectId: projectId ?? null,
    actor: actorOf(identity),
    metadata: { ...told, count: found.length, connectionIds: found.map(({ id }) => id) },
  });
}
