// Lists, options and the look for duplicates (control-plane §3.3, §3.9).
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { membershipOf } from "../auth/permissions.ts";
import * as field from "../http/fields.ts";
import { projectById } from "../http/lookup.ts";
import { route } from "../http/route.ts";
import { actorOf, audit } from "./audit.ts";
import { APP } from "./connection-schemas.ts";
import { duplicateOf } from "./duplicate-destination.ts";
import { uuid } from "./fields.ts";
import { canSync, placeOf, requireSyncRead } from "./permissions.ts";
import { syncView } from "./sync-view.ts";

const BASE = "/api/v1/secret-syncs";

/** These routes are there on every instance; one without the destination knows no syncs. */
export function anyDestinationSyncRoutes(app: FastifyInstance): void {
  route(app, {
    method: "GET",
    url: `${BASE}/options`,
    handle: ({ context }) => ({
      secretSyncOptions: context.revision.withoutExternalInfisical ? [] : [OPTION],
    }),
  });
  listRoute(app, BASE, {});
}

const OPTION = {
  name: "Infisical",
  destination: APP,
  connection: APP,
  canImportSecrets: true,
  canRemoveSecretsOnDeletion: true,
  supportsKeySchema: false,
};

export function syncListRoutes(app: FastifyInstance): void {
  listRoute(app, `${BASE}/${APP}`, { destination: APP });

  route(app, {
    method: "POST",
    url: `${BASE}/${APP}/check-destination`,
    body: z.object({
      destinationConfig: z.record(z.string(), z.unknown()).optional(),
      projectId: uuid,
      excludeSyncId: uuid.optional(),
      // A later revision's; not confirmed that it makes a difference for this destination.
      connectionId: uuid.optional(),
    }),
    handle: ({ body, actor, world }) => {
      requireSyncRead(membershipOf(actor.identity, projectById(world, body.projectId)));
      const duplicate =
        body.destinationConfig && duplicateOf(world, body.destinationConfig, body.excludeSyncId);
      if (!duplicate) return { hasDuplicate: false };
      const isVisible = duplicate.project.memberships.has(actor.identity.id);
      return { hasDuplicate: true, ...(isVisible ? { duplicateProjectId: duplicate.project.id } : {}) };
    },
  });
}

/** @param told what the audit entry says besides the syncs */
function listRoute(app: FastifyInstance, url: string, told: { destination?: string }): void {
  route(app, {
    method: "GET",
    url,
    query: z.object({ projectId: field.projectId }),
    handle: ({ query, actor: { identity }, world }) => {
      const project = projectById(world, query.projectId);
      const membership = membershipOf(identity, project);
      requireSyncRead(membership);
      const found = [...world.syncs.values()].filter(
        (one) => one.project === project && canSync(membership, "read", placeOf(one)),
      );
      audit(world, {
        type: "get-secret-syncs",
        projectId: project.id,
        actor: actorOf(identity),
        metadata: { ...told, count: found.length, syncIds: found.map(({ id }) => id) },
      });
      return { secretSyncs: found.map(syncView) };
    },
  });
}
