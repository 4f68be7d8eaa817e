// The syncs of an instance: finding, adding and the rule for names.
import { randomUUID } from "node:crypto";
import { badRequest, notFound } from "../http/errors.ts";
import type { Folder, Project, World } from "../model.ts";
import { timestamp } from "../world.ts";
import type { AppConnection, JobRecord, SecretSync } from "./model.ts";

export interface SyncInput
  extends Pick<SecretSync, "isAutoSyncEnabled" | "syncOptions" | "destinationConfig"> {
  id?: string | undefined;
  name: string;
  description?: string | null | undefined;
  project: Project;
  folder: Folder;
  connection: AppConnection;
}

/** Queues nothing. */
export function addSync(world: World, input: SyncInput): SecretSync {
  const at = timestamp(world);
  const sync: SecretSync = {
    id: input.id ?? randomUUID(),
    name: input.name,
    description: input.description ?? null,
    isAutoSyncEnabled: input.isAutoSyncEnabled,
    project: input.project,
    folder: input.folder,
    connection: input.connection,
    syncOptions: input.syncOptions,
    destinationConfig: input.destinationConfig,
    sync: neverRun(),
    import: neverRun(),
    remove: neverRun(),
    createdAt: at,
    updatedAt: at,
  };
  world.syncs.set(sync.id, sync);
  return sync;
}

const neverRun = (): JobRecord => ({ status: null, jobId: null, message: null, at: null });

export function syncById(world: World, id: string): SecretSync {
  const sync = world.syncs.get(id);
  if (!sync) throw notFound(`Could not find Infisical Sync with ID "${id}"`);
  return sync;
}

export function syncByName(world: World, name: string, projectId: string): SecretSync {
  for (const one of world.syncs.values()) {
    if (one.name === name && one.project.id === projectId) return one;
  }
  throw notFound(`Could not find Infisical Sync with name "${name}"`);
}

/** Unique in the source project. */
export function requireFreeSyncName(world: World, name: string, project: Project, self?: SecretSync): void {
  for (const one of world.syncs.values()) {
    if (one !== self && one.name === name && one.project === project)
      throw badRequest(`A Secret Sync with the name "${name}" already exists for the project ${project.id}`);
  }
}
