import { confirm } from "../../../engine/confirm.ts";
import { pushedKeys, storeMemory } from "../../../engine/record/memory.ts";
import { preview } from "../../../engine/sync.ts";
import type { SyncRow } from "../../../infisical/control-plane/index.ts";
import type { Context, Properties } from "../../resource.ts";
import { nativeSyncInputs, withConnection } from "./inputs.ts";
import { planeOf } from "./plane.ts";
import { nativeRun, openPlannable } from "./predict.ts";

/**
 * What the destination holds already of a sync that nothing is recorded of: it was found there. Undefined where it cannot
 * be looked at, or where runs are made on request alone.
 */
export async function standingOf(
  inputs: Properties,
  row: SyncRow,
  context: Context,
): Promise<{ keys: Record<string, string>; memory: Record<string, string> } | undefined> {
  const complete = await withConnection(nativeSyncInputs.parse(inputs), planeOf(context));
  const world = complete.isAutoSyncEnabled ? openPlannable(complete, row, context) : undefined;
  if (!world) return undefined;
  const plan = await preview({ ...nativeRun(world, complete, row), acceptCached: false });
  const listing = await world.destination.list({ values: true, expand: false, imports: false });
  const { memory } = confirm(plan, new Map(), listing.secrets);
  return { keys: pushedKeys(memory), memory: storeMemory(memory) };
}
