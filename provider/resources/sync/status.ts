import { executionOf } from "../execution.ts";
import type { Context, Properties } from "../resource.ts";
import type { SyncProperties } from "./inputs.ts";
import { planeOf } from "./native/plane.ts";
import { notThere } from "./native/predict.ts";
import { syncOutputs } from "./native/rows.ts";

/**
 * What is known of a sync's last run: of one that its instance runs, what the instance says now.
 *
 * @throws BridgeError among others `not-found` for a sync that its instance has no more
 */
export async function readStatus(id: string, outputs: SyncProperties, context: Context): Promise<Properties> {
  if (executionOf(outputs) === "engine") return outputs;
  const row = await planeOf(context).readSync(id);
  if (!row) throw notThere(String(outputs.name));
  return { ...outputs, ...syncOutputs(row) };
}
