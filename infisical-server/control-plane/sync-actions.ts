// What the writing sync routes do, in the order in which the product checks (control-plane §3.4 to §3.6).

import { membershipOf } from "../auth/permissions.ts";
import type { Context } from "../context.ts";
import { badRequest } from "../http/errors.ts";
import { projectById } from "../http/lookup.ts";
import type { Identity } from "../model.ts";
import { timestamp } from "../world.ts";
import { actorOf } from "./audit.ts";
import { connectionForSync } from "./connections.ts";
import { requireFreeDestination } from "./duplicate-destination.ts";
import type { SecretSync } from "./model.ts";
import { placeOf, requireSyncAction, type SyncPlace } from "./permissions.ts";
import { takesSubfolders } from "./sync-options.ts";
import type { CreateSync, UpdateSync } from "./sync-schemas.ts";
import { requireReadable, sourceFolder } from "./sync-source.ts";
import { requireIdle, requireSource } from "./sync-state.ts";
import { addSync, requireFreeSyncName, syncById } from "./syncs.ts";

export function createSync(context: Context, identity: Identity, body: CreateSync): SecretSync {
  const { world, settings } = context;
  requireRoomInPlan(context);
  const project = projectById(world, body.projectId);
  const membership = membershipOf(identity, project);
  const place = { environment: body.environment, secretPath: body.secretPath };
  requireSyncAction(membership, "create", place, body.connectionId);
  const folder = sourceFolder(project, place);
  requireReadable(membership, folder, place, takesSubfolders(body.syncOptions));
  if (settings.blockDuplicateSecretSyncDestinations) requireFreeDestination(world, body.destinationConfig);
  const connection = connectionForSync(world, identity, body.connectionId, project);
  requireFreeSyncName(world, body.name, project);
  const sync = addSync(world, { ...body, project, folder, connection });
  if (sync.isAutoSyncEnabled) context.jobs.queueSync(sync, actorOf(identity));
  return sync;
}

/** Queues a run after every update while auto-sync is on, even after one that changes nothing. */
export function updateSync(context: Context, identity: Identity, id: string, body: UpdateSync): SecretSync {
  const { world, settings } = context;
  const sync = syncById(world, id);
  const membership = membershipOf(identity, sync.project);
  requireSyncAction(membership, "edit", placeOf(sync), sync.connection.id);
  const connection =
    body.connectionId === undefined
      ? sync.connection
      : connectionForSync(world, identity, body.connectionId, sync.project);
  const moved = newPlace(sync, body);
  const place = moved ?? placeOf(sync);
  requireSyncAction(membership, "edit", place, connection.id);
  const folder = moved ? sourceFolder(sync.project, moved) : sync.folder;
  const syncOptions = body.syncOptions ?? sync.syncOptions;
  // Whatever it changes: one that leaves subfolders on is judged by what they are now.
  if (takesSubfolders(syncOptions)) {
    if (!folder || !place) throw badRequest("Must specify both source environment and secret path");
    requireReadable(membership, folder, place, true);
  }
  if (settings.blockDuplicateSecretSyncDestinations && body.destinationConfig) {
    requireFreeDestination(world, body.destinationConfig, sync.id);
  }
  if (body.name !== undefined) requireFreeSyncName(world, body.name, sync.project, sync);

  sync.name = body.name ?? sync.name;
  if (body.description !== undefined) sync.description = body.description;
  sync.connection = connection;
  sync.folder = folder;
  sync.isAutoSyncEnabled = body.isAutoSyncEnabled ?? sync.isAutoSyncEnabled;
  // Replaced whole, not merged; what jobs left in the row stays, so the next run is not taken for a first one.
  sync.syncOptions = syncOptions;
  sync.destinationConfig = body.destinationConfig ?? sync.destinationConfig;
  sync.updatedAt = timestamp(world);
  if (sync.isAutoSyncEnabled) context.jobs.queueSync(sync, actorOf(identity));
  return sync;
}

/** With `removesSecrets` the row goes only after the job has removed the secrets. */
export function deleteSync(
  context: Context,
  identity: Identity,
  id: string,
  removesSecrets: boolean,
): SecretSync {
  const { world, jobs } = context;
  const sync = syncById(world, id);
  const membership = membershipOf(identity, sync.project);
  requireSyncAction(membership, "delete", placeOf(sync), sync.connection.id);
  if (!removesSecrets) {
    world.syncs.delete(id);
    return sync;
  }
  requireSyncAction(membership, "remove-secrets", placeOf(sync), sync.connection.id);
  requireSource(sync);
  requireIdle(jobs, sync);
  jobs.queueRemove(sync, actorOf(identity), { deletesSync: true });
  return sync;
}

function requireRoomInPlan({ world, settings: { secretSyncLimit } }: Context): void {
  if (secretSyncLimit !== undefined && world.syncs.size >= secretSyncLimit) {
    throw badRequest("Failed to create Secret Sync: plan limit reached. Upgrade the plan to create more.");
  }
}

/** undefined when the source stays where it is; what is not given keeps its value. */
function newPlace(sync: SecretSync, { environment, secretPath }: UpdateSync): SyncPlace | undefined {
  if (environment === undefined && secretPath === undefined) return undefined;
  const current = placeOf(sync);
  const place = {
    environment: environment ?? current?.environment,
    secretPath: secretPath ?? current?.secretPath,
  };
  if (place.environment === undefined || place.secretPath === undefined) {
    throw badRequest("Must specify both source environment and secret path");
  }
  return { environment: place.environment, secretPath: place.secretPath };
}
