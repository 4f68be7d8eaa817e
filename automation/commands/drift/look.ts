/** Looks at the recorded syncs, a few at a time; one that cannot be looked at does not hold up the others. */
import { mapPool } from "../../../provider/engine/pool.ts";
import type { Context } from "../../../provider/resources/resource.ts";
import { readDrift, type SyncDrift } from "../../../provider/resources/sync/drift.ts";
import { pauseIn, waitsForTriggers } from "../../../provider/resources/sync/inputs.ts";
import type { RecordedSync } from "../../stack/recorded-syncs.ts";

/** What was found, or why nothing was. */
export interface Look {
  sync: RecordedSync;
  drift?: SyncDrift;
  error?: unknown;
  /** What was told on the way. */
  notes: string[];
  /** Base URL of the source instance. */
  sourceUrl: string;
}

/** Syncs that are looked at side by side; each is mostly waiting for two instances. */
const WIDTH = 8;

/** @returns in the order of the syncs */
export const lookAt = (syncs: readonly RecordedSync[], context: Context): Promise<Look[]> =>
  mapPool(syncs, WIDTH, (sync) => look(sync, context));

async function look(sync: RecordedSync, context: Context): Promise<Look> {
  const notes: string[] = [];
  const sourceUrl = context.config.host;
  try {
    const noting = { ...context, log: (line: string) => void notes.push(line) };
    const drift = await readDrift(sync.id, sync.outputs, noting, sync.connection);
    return { sync, notes, drift, sourceUrl };
  } catch (error) {
    return { sync, notes, error, sourceUrl };
  }
}

/** What a deployment waits for before it pushes this sync; undefined where it waits for nothing. */
export function waitsFor({ sync }: Look): "resume" | "triggers" | undefined {
  if (pauseIn(sync.outputs)) return "resume";
  return sync.execution === "engine" && waitsForTriggers(sync.outputs) ? "triggers" : undefined;
}

/**
 * The side whose keys are not as the last run left them. What both have alike by now was carried over, by the source's
 * instance or by hand: a deployment only takes note of it.
 */
export function movedOf({ drift }: Look): "source" | "destination" | "both" | undefined {
  const keys = drift?.keys ?? [];
  const isCarriedOver = ({ source, repair }: (typeof keys)[number]) =>
    source !== undefined && repair === undefined;
  const source = keys.some((key) => key.source !== undefined);
  const destination = keys.some((key) => key.destination !== undefined && !isCarriedOver(key));
  if (source && destination) return "both";
  return source ? "source" : destination ? "destination" : undefined;
}

/** True if nothing has changed but the source: a deployment is due, and nobody has to be asked why. */
export const isDueOnly = (look: Look): boolean =>
  movedOf(look) === "source" && look.drift?.arguments.length === 0;

/** True if a side of the sync is not as its last run left it, or what the instance has of it. */
export const hasDrifted = ({ drift }: Look): boolean =>
  drift !== undefined && drift.arguments.length + (drift.keys?.length ?? 0) > 0;
