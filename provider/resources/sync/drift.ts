/** Whether both sides of a sync still are as its last run left them. */
import { drift, type KeyDrift } from "../../engine/drift.ts";
import type { GoneFolder } from "../../engine/gone-folders.ts";
import { guardReadable } from "../../engine/guard/readable.ts";
import { glance, type Observed, observe } from "../../engine/observe.ts";
import type { Plan } from "../../engine/plan.ts";
import { type ProjectNames, projectNames } from "../../engine/project-names.ts";
import { effectsOf } from "../../engine/record/effects.ts";
import { loadMemory } from "../../engine/record/memory.ts";
import { guardedPlan, planOf, type SyncInput } from "../../engine/sync.ts";
import { BridgeError, describeError, hasCode } from "../../errors.ts";
import type { SyncRow } from "../../infisical/control-plane/index.ts";
import { executionOf } from "../execution.ts";
import type { Context, Properties } from "../resource.ts";
import { isSamePair, type SyncProperties, secretSyncInputs } from "./inputs.ts";
import { type AtInstance, connectionChanges, isOutOfReach } from "./native/at-instance.ts";
import { type Difference, syncDifferences } from "./native/differences.ts";
import { nativeSyncInputs, withConnection } from "./native/inputs.ts";
import { planeOf } from "./native/plane.ts";
import { nativeRun, notThere, openPlannable } from "./native/predict.ts";
import { REWRITTEN, REWRITTEN_REMEDY, rewritten } from "./native/repairs.ts";
import { announcedKeys, type Recorded, recordedIn } from "./outputs.ts";
import { openWorld } from "./world.ts";

/** A key that is not as the last run left it, and what the next run does about it. */
interface DriftedKey extends KeyDrift {
  repair: Plan["changes"][number]["kind"] | undefined;
  /** What a comparison of revisions does not tell of the repair. */
  effect: string | undefined;
}

export interface SyncDrift {
  /** Arguments that the instance has otherwise than the last deployment left them; in native execution. */
  arguments: Difference[];
  /** Undefined where the destination cannot be looked at; why has been told. */
  keys: DriftedKey[] | undefined;
  /** Why the next run would be refused, if it would. */
  refusal: BridgeError | undefined;
  /** Folders of a tree that the next run leaves without a key, since the source has none there any more. */
  goneFolders?: readonly GoneFolder[];
  /** Of both sides, where keys are not as the last run left them. */
  projects?: ProjectNames;
}

/**
 * Reads both sides of a recorded sync: one request a side where nothing has changed, unless values hold
 * references. Asked again in one process, an instance says only whether its list is still current.
 *
 * @param connection outputs of the sync's connection, where the same deployment has it
 * @throws BridgeError among others `partial-read`, `not-found` for a sync that its instance has no more
 */
export async function readDrift(
  id: string,
  outputs: Properties,
  context: Context,
  connection?: Properties,
): Promise<SyncDrift> {
  const recorded = recordedIn(outputs);
  const row = await rowOf(id, outputs, context);
  const changed = row ? await changedArguments(row, outputs, context, connection) : [];
  const input = await runInput(outputs, recorded, row, context);
  if (!input) return { arguments: changed, keys: undefined, refusal: undefined };
  const memory = loadMemory(recorded.memory);
  const found = (observed: Observed) => {
    const planned = planOf(observed, input);
    return { planned, keys: drift(observed, memory, planned) };
  };
  const shared = await glance(input);
  if (shared && found(shared).keys.length === 0) return { arguments: changed, keys: [], refusal: undefined };
  const observed = await observe({ ...input, acceptCached: false });
  guardReadable(observed.source, observed.destination.secrets);
  const { planned, keys } = found(observed);
  if (keys.length === 0) return { arguments: changed, keys: [], refusal: undefined };

  const changes = new Map(planned.changes.map((change) => [change.label, change.kind]));
  const effects = new Map(Object.entries(effectsOf({ changes: planned.changes })));
  return {
    arguments: changed,
    keys: keys.map((key) => ({ ...key, repair: changes.get(key.label), effect: effects.get(key.label) })),
    refusal: await refusalOf(input),
    // In one folder, keys tell it all.
    ...(input.destination.place.isTree && { goneFolders: planned.emptied }),
    projects: await projectNames(input),
  };
}

/**
 * What the next run of a sync that its instance runs would do now, whether or not it would be refused.
 *
 * @param outputs what is recorded of it
 * @param importing the run of an import by the instance, which side wins there; undefined for a run that pushes
 * @returns undefined where the destination cannot be looked at; why has been told to `context.log`
 */
export async function predict(
  at: AtInstance,
  outputs: Properties,
  context: Context,
  importing?: "prioritize-source" | "prioritize-destination",
): Promise<Plan | undefined> {
  const { inputs, row } = at;
  const world = isOutOfReach(at, context) ? undefined : openPlannable(inputs, row, context);
  if (!world) return undefined;
  const known = isSamePair(outputs, inputs) ? knownKeys(recordedIn(outputs)) : undefined;
  const input = nativeRun(world, inputs, row, known);
  const observed = await observe({ ...input, acceptCached: false });
  if (importing === undefined) return planOf(observed, input);
  const initialSyncBehavior = `import-${importing}` as const;
  return planOf(observed, { ...input, isFirstRun: true, options: { ...input.options, initialSyncBehavior } });
}

function knownKeys(recorded: Recorded): Map<string, string> | undefined {
  const announced = announcedKeys(recorded);
  return announced && new Map(Object.entries(announced));
}

type RunInput = Omit<SyncInput, "acceptCached">;

/** What the next run of a recorded sync starts from. @param row of a sync that its instance runs */
async function runInput(
  outputs: Properties,
  recorded: Recorded,
  row: SyncRow | undefined,
  context: Context,
): Promise<RunInput | undefined> {
  const known = knownKeys(recorded);
  if (!row) {
    const inputs = secretSyncInputs.parse(outputs);
    return {
      ...openWorld(inputs, context, recorded.formerOwners),
      options: inputs.syncOptions,
      known: known ?? new Map(),
      isFirstRun: known === undefined,
    };
  }
  const inputs = await withConnection(nativeSyncInputs.parse(outputs), planeOf(context));
  const world = openPlannable(inputs, row, context);
  return world && nativeRun(world, inputs, row, known);
}

async function rowOf(id: string, outputs: SyncProperties, context: Context): Promise<SyncRow | undefined> {
  if (executionOf(outputs) === "engine") return undefined;
  const row = await planeOf(context).readSync(id);
  if (!row) throw notThere(String(outputs.name));
  return row;
}

/** What of the instance's objects is not as the last deployment left it. */
async function changedArguments(
  row: SyncRow,
  outputs: Properties,
  context: Context,
  recorded: Properties | undefined,
): Promise<Difference[]> {
  const ofSync = syncDifferences(row, outputs);
  try {
    const connection = await planeOf(context).readConnection(row.connectionId);
    if (!connection) return ofSync;
    if (recorded && rewritten(recorded, connection).length > 0)
      context.log(`${row.name}: ${REWRITTEN}. ${REWRITTEN_REMEDY}`);
    return [...ofSync, ...connectionChanges(connection, outputs, recorded)];
  } catch (error) {
    if (!hasCode(error, "forbidden")) throw error;
    context.log(`${row.name}: its connection at the instance is not compared: ${describeError(error)}`);
    return ofSync;
  }
}

/** The lists have just been read, so the guards need no request of their own, or few. */
async function refusalOf(input: RunInput): Promise<BridgeError | undefined> {
  try {
    await guardedPlan({ ...input, acceptCached: true });
    return undefined;
  } catch (error) {
    if (error instanceof BridgeError) return error;
    throw error;
  }
}
