/** What is to be told of one sync. */
import { z } from "zod";
import type { Context } from "../../../provider/resources/resource.ts";
import { pauseIn } from "../../../provider/resources/sync/inputs.ts";
import { readStatus } from "../../../provider/resources/sync/status.ts";
import type { RecordedSync } from "../../stack/recorded-syncs.ts";
import type { Look } from "../drift/look.ts";

export interface SyncStatus extends ReturnType<typeof statusIn> {
  sync: RecordedSync;
  /** Undefined where no instance was asked. */
  look: Look | undefined;
}

const told = z.object({
  lastSyncedAt: z.string().optional().catch(undefined),
  syncStatus: z.string().optional().catch(undefined),
  lastSyncMessage: z.string().optional().catch(undefined),
  keys: z.record(z.string(), z.unknown()).default({}).nullable().catch(null),
});

/** From the state alone. */
export function recordedStatus(sync: RecordedSync): SyncStatus {
  return { sync, ...statusIn(sync.outputs), look: undefined };
}

/** From the state and from what was just looked at; a native sync is asked for its last run. */
export async function currentStatus(look: Look, context: Context): Promise<SyncStatus> {
  const { sync } = look;
  try {
    return { sync, ...statusIn(await readStatus(sync.id, sync.outputs, context)), look };
  } catch (error) {
    return { sync, ...statusIn(sync.outputs), look: { ...look, error: look.error ?? error } };
  }
}

/** As the document has it. */
function statusIn(outputs: Record<string, unknown>) {
  const { keys, lastSyncedAt, syncStatus, lastSyncMessage } = told.parse(outputs);
  const pausedSince = pauseIn(outputs)?.at;
  const count = keys ? Object.keys(keys).length : undefined;
  return { lastSyncedAt, syncStatus, lastSyncMessage, pausedSince, keys: count };
}
