/** Whether both sides of a sync still are as its last run left them. */
import { drift, type KeyDrift } from "../engine/drift.ts";
import { effectsOf } from "../engine/effects.ts";
import { guardReadable } from "../engine/guard/guard.ts";
import { loadMemory } from "../engine/memory.ts";
import type { Plan } from "../engine/plan.ts";
import { observe, planOf, preview, type SyncInput } from "../engine/sync.ts";
import { BridgeError } from "../errors.ts";
import { executionOf } from "./execution.ts";
import { nativeSyncInputs, withConnection } from "./native/inputs.ts";
import { planeOf } from "./native/plane.ts";
import { nativeRun, notThere, openPlannable } from "./native/predict.ts";
import type { Context, Properties } from "./resource.ts";
import { secretSyncInputs } from "./secret-sync/inputs.ts";
import { announcedKeys, recordedIn } from "./secret-sync/outputs.ts";
import { openWorld } from "./secret-sync/world.ts";

/** A key that is not as the last run left it, and what the next run does about it. */
interface DriftedKey extends KeyDrift {
  repair: Plan["changes"][number]["kind"] | undefined;
  /** What a comparison of revisions does not tell of the repair. */
  effect: string | undefined;
}

export interface SyncDrift {
  keys: DriftedKey[];
  /** Why the next run would be refused, if it would. */
  refusal: BridgeError | undefined;
}

/**
 * Reads both sides of a recorded sync: one request a side where nothing has changed, unless values hold
 * references. Asked again in one process, an instance says only whether its list is still current.
 *
 * @returns undefined where the destination cannot be looked at; why has been told to `context.log`
 * @throws BridgeError among others `partial-read`, `not-found` for a sync that its instance has no more
 */
export async function readDrift(
  id: string,
  outputs: Properties,
  context: Context,
): Promise<SyncDrift | undefined> {
  const input = await runInput(id, outputs, context);
  if (!input) return undefined;
  const observed = await observe({ ...input, acceptCached: false });
  guardReadable(observed.source, observed.destination.secrets);
  const planned = planOf(observed, input);
  const keys = drift(observed, loadMemory(recordedIn(outputs).memory), planned);
  if (keys.length === 0) return { keys: [], refusal: undefined };

  const changes = new Map(planned.changes.map((change) => [change.label, change.kind]));
  const effects = new Map(Object.entries(effectsOf(planned.changes)));
  return {
    keys: keys.map((key) => ({ ...key, repair: changes.get(key.label), effect: effects.get(key.label) })),
    refusal: await refusalOf(input),
  };
}

/**
 * What the next run of a recorded sync would do now, whether or not it would be refused.
 *
 * @param importing the run of an import by the instance, which side wins there; undefined for a run that pushes
 * @returns undefined where the destination cannot be looked at; why has been told to `context.log`
 */
export async function foretell(
  id: string,
  outputs: Properties,
  context: Context,
  importing?: "prioritize-source" | "prioritize-destination",
): Promise<Plan | undefined> {
  const input = await runInput(id, outputs, context);
  if (!input) return undefined;
  const observed = await observe({ ...input, acceptCached: false });
  if (importing === undefined) return planOf(observed, input);
  const initialSyncBehavior = `import-${importing}` as const;
  return planOf(observed, { ...input, isFirstRun: true, options: { ...input.options, initialSyncBehavior } });
}

type RunInput = Omit<SyncInput, "acceptCached">;

/** What the next run of a recorded sync starts from. */
async function runInput(id: string, outputs: Properties, context: Context): Promise<RunInput | undefined> {
  const recorded = recordedIn(outputs);
  const announced = announcedKeys(recorded);
  const known = announced && new Map(Object.entries(announced));
  if (executionOf(outputs) === "engine") {
    const inputs = secretSyncInputs.parse(outputs);
    return {
      ...openWorld(inputs, context, recorded.formerOwners),
      options: inputs.syncOptions,
      known: known ?? new Map(),
      isFirstRun: known === undefined,
    };
  }
  const plane = planeOf(context);
  const row = await plane.readSync(id);
  if (!row) throw notThere(String(outputs["name"]));
  const inputs = await withConnection(nativeSyncInputs.parse(outputs), plane);
  const world = openPlannable(inputs, row, context);
  return world && nativeRun(world, inputs, row, known);
}

/** The lists have just been read, so the guards need no request of their own, or few. */
async function refusalOf(input: RunInput): Promise<BridgeError | undefined> {
  try {
    await preview({ ...input, acceptCached: true });
    return undefined;
  } catch (error) {
    if (error instanceof BridgeError) return error;
    throw error;
  }
}
