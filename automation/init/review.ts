/** What the first run would do, as every other preview shows it. */
import { effectsOf } from "../../provider/engine/effects.ts";
import { keptForOthers } from "../../provider/engine/owners.ts";
import type { Context } from "../../provider/resources/resource.ts";
import type { SecretSyncInputs } from "../../provider/resources/secret-sync/inputs.ts";
import { previewActions } from "../../provider/resources/secret-sync/preview.ts";
import type { Paint } from "../report/paint.ts";
import { syncLines } from "../report/sync-lines.ts";
import { reviewSync, type SyncReview } from "../report/sync-review.ts";

export interface FirstRun {
  sync: SyncReview;
  warnings: string[];
}

/** Reads both sides and writes nothing. @throws BridgeError where a first run would be refused, too */
export async function reviewFirstRun(inputs: SecretSyncInputs, context: Context): Promise<FirstRun> {
  const { plan, actions } = await previewActions(inputs, undefined, context);
  const equal = new Set(actions.flatMap(({ key, action }) => (action === "unchanged" ? [key] : [])));
  const keys = Object.entries(plan.keys);
  // Keys that are equal on both sides are as if they had been pushed already.
  const before = { keys: Object.fromEntries(keys.filter(([key]) => equal.has(key))) };
  const after = { ...inputs, keys: Object.fromEntries(keys), effects: effectsOf(plan.changes) };
  return {
    sync: reviewSync({ before: { inputs: before, outputs: {} }, after: { inputs: after, outputs: {} } }),
    warnings: keptForOthers(plan),
  };
}

/** @param isFull all keys, however many */
export function firstRunText(
  name: string,
  { sync, warnings }: FirstRun,
  { paint, isFull }: { paint: Paint; isFull: boolean },
): string {
  const review = { command: "preview", isPreview: true } as const;
  const lines = syncLines({ operation: "create", sync }, review, { paint, isFull });
  const told = lines.length > 0 ? lines : ["nothing to do: the destination has all of the source already"];
  return [
    `  ${paint("bold", name)}`,
    ...told.map((line) => `    ${line}`),
    ...warnings.map((text) => `    ${paint("yellow", "warning:")} ${text}`),
  ].join("\n");
}
