/** Brings an Infisical Sync of the instance to what is declared (control-plane §3.4, §3.5). */
import type { ControlPlane, SyncBody, SyncChanges, SyncRow } from "../../../infisical/control-plane/index.ts";
import { pick } from "../../properties.ts";
import { PRODUCT_OPTIONS, syncDifferences } from "./differences.ts";
import type { NativeSyncInputs } from "./inputs.ts";

export interface Declared {
  row: SyncRow;
  /** The instance queued a run by itself, as it does after each change of a sync with auto-sync. */
  isQueued: boolean;
}

/** Creates the sync, or changes what is different, or does nothing. */
export async function declare(
  plane: ControlPlane,
  inputs: NativeSyncInputs,
  row: SyncRow | undefined,
): Promise<Declared> {
  const isQueued = inputs.isAutoSyncEnabled;
  if (!row) return { row: await plane.createSync(bodyOf(inputs)), isQueued };
  const changes = changesOf(row, inputs);
  if (Object.keys(changes).length === 0) return { row, isQueued: false };
  return { row: await plane.updateSync(row, changes), isQueued };
}

function bodyOf(inputs: NativeSyncInputs): SyncBody {
  const { name, projectId, connectionId, environment, secretPath, isAutoSyncEnabled } = inputs;
  return {
    name,
    description: inputs.description ?? null,
    projectId,
    connectionId,
    environment,
    secretPath,
    isAutoSyncEnabled,
    syncOptions: pick(inputs.syncOptions, PRODUCT_OPTIONS),
    destinationConfig: inputs.destinationConfig,
  };
}

/** What an update sends; nothing where the sync is as declared. It replaces objects whole, so what else stands in them goes along. */
export function changesOf(row: SyncRow, inputs: NativeSyncInputs): SyncChanges {
  const changed = new Set(syncDifferences(row, { ...inputs }).map(({ argument }) => argument.split(".")[0]));
  const { environment, secretPath, ...body } = bodyOf(inputs);
  const isElsewhere = changed.has("environment") || changed.has("secretPath");
  return {
    ...pick(
      { ...body },
      ["name", "connectionId", "isAutoSyncEnabled"].filter((name) => changed.has(name)),
    ),
    ...(changed.has("description") && { description: body.description }),
    ...(changed.has("syncOptions") && { syncOptions: { ...row.syncOptions, ...body.syncOptions } }),
    ...(changed.has("destinationConfig") && {
      destinationConfig: { ...row.destinationConfig, ...body.destinationConfig },
    }),
    ...(isElsewhere && { environment, secretPath }),
  };
}
