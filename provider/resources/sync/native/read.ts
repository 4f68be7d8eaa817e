import type { SyncRow } from "../../../infisical/control-plane/index.ts";
import { lookUp } from "../../../look-up.ts";
import { ADOPTS } from "../../adopts.ts";
import { isEqual, omit, pick } from "../../properties.ts";
import type { Context, Properties, Written } from "../../resource.ts";
import { lookAtDestination } from "../engine/read.ts";
import { ARGUMENTS, CHANGED_AT_INSTANCE, isSamePair, REPAIRS, type SyncProperties } from "../inputs.ts";
import { HALF_WAY, recordedIn } from "../outputs.ts";
import { syncArgumentsAt, syncDifferences } from "./differences.ts";
import { endedAs } from "./failure.ts";
import { nativeSyncInputs, withConnection } from "./inputs.ts";
import { isUnsuccessful } from "./jobs.ts";
import { planeOf } from "./plane.ts";
import { openPlannable } from "./predict.ts";
import { changedAtInstance } from "./repairs.ts";
import { syncOutputs } from "./rows.ts";

/** The sync as the instance has it, and what of it the destination holds; undefined where it is gone. */
export async function read(
  id: string,
  olds: Properties,
  context: Context,
): Promise<{ outputs: Properties; inputs: Properties } | undefined> {
  const plane = planeOf(context);
  const row = await plane.readSync(id);
  if (!row) return undefined;
  const changed = changedAtInstance(syncDifferences(row, olds));
  // The arguments stay those of the last deployment: what else is recorded is of its places.
  const outputs: Written<"lastSyncMessage"> = {
    ...omit(olds, [...HALF_WAY, CHANGED_AT_INSTANCE]),
    ...syncOutputs(row),
    ...changed,
  };
  if (isUnsuccessful(row.syncStatus))
    context.log(
      `${row.name}: the last run ${endedAs(row.syncStatus)}: ${outputs.lastSyncMessage ?? "without a message"}`,
    );
  const inputs = { ...pick(olds, ["effects", ADOPTS, REPAIRS]), ...inputsAt(olds, row), ...changed };
  const keys = isSamePair(olds, inputs) ? await observedKeys(olds, inputs, row, context) : undefined;
  return keys
    ? { outputs: { ...outputs, keys }, inputs: { ...inputs, keys } }
    : { outputs, inputs: { ...inputs, ...pick(olds, ["keys"]) } };
}

/** Undefined where nothing is recorded yet of what the destination holds, or it cannot be looked at. */
async function observedKeys(olds: Written<"memory">, inputs: Properties, row: SyncRow, context: Context) {
  const parsed = nativeSyncInputs.safeParse(inputs);
  if (!parsed.success || olds.memory === undefined) return undefined;
  const complete = await withConnection(parsed.data, planeOf(context));
  const world = openPlannable(complete, row, context);
  return world && (await lookAtDestination(world, complete, recordedIn(olds))).keys;
}

const anyInputs = nativeSyncInputs.partial();

/** The arguments that would leave the sync as it is, in the user's spelling where that means the same. */
function inputsAt(olds: SyncProperties, row: SyncRow): Properties {
  const { syncOptions, ...there } = syncArgumentsAt(row);
  const meant = anyInputs.safeParse(pick(olds, ARGUMENTS)).data;
  return {
    ...pick(olds, ARGUMENTS),
    ...unlike({ ...there, projectId: row.projectId }, meant),
    // Of the options the instance knows some; the others are ours.
    syncOptions: { ...((olds.syncOptions ?? {}) as Properties), ...unlike(syncOptions, meant?.syncOptions) },
  };
}

/** What is otherwise than it was meant. */
const unlike = (there: Properties, meant: Properties | undefined): Properties =>
  Object.fromEntries(
    Object.entries(there).filter(([name, value]) => !isEqual(value, lookUp<unknown>(meant, name))),
  );
