import type { Ownership } from "../../../engine/ownership/ownership.ts";
import type { Change, Plan } from "../../../engine/plan.ts";
import { effectsOf } from "../../../engine/record/effects.ts";
import { preview } from "../../../engine/sync.ts";
import type { Context } from "../../resource.ts";
import type { SecretSyncInputs } from "../inputs.ts";
import { openWorld } from "../world.ts";

/** What a run does about one key, as a table shows it. */
export interface Action {
  /** The key's label. */
  key: string;
  action: Change["kind"] | "unchanged" | "kept";
  /** What a comparison of revisions does not tell. */
  why: string | undefined;
  sourceRevision: string | undefined;
  destinationRevision: string | undefined;
}

/**
 * What a run would do now. Writes nothing.
 *
 * @param keys what is on record as pushed; without it the run is a first one
 * @param ownership of the sync, where it is not that of the inputs
 */
export async function previewActions(
  inputs: SecretSyncInputs,
  keys: Readonly<Record<string, string>> | undefined,
  context: Context,
  ownership?: Ownership,
): Promise<{ plan: Plan; actions: Action[] }> {
  const plan = await preview({
    ...openWorld(inputs, context),
    ...(ownership && { ownership }),
    options: inputs.syncOptions,
    known: new Map(Object.entries(keys ?? {})),
    isFirstRun: keys === undefined,
    acceptCached: true,
  });
  const effects = new Map(Object.entries(effectsOf({ changes: plan.changes })));
  const standing = (action: "unchanged" | "kept") => (one: Plan["kept"][number]) => ({
    key: one.label,
    action,
    why: one.owner === undefined ? undefined : `marked as another sync's: ${one.owner}`,
    sourceRevision: action === "unchanged" ? one.revision : undefined,
    destinationRevision: one.destination,
  });
  const actions = [
    ...plan.changes.map((change) => ({
      key: change.label,
      action: change.kind,
      why: effects.get(change.label),
      sourceRevision: "revision" in change ? change.revision : undefined,
      destinationRevision: "destination" in change ? change.destination : undefined,
    })),
    ...plan.unchanged.map(standing("unchanged")),
    ...plan.kept.map(standing("kept")),
  ];
  return { plan, actions: actions.sort((a, b) => (a.key < b.key ? -1 : 1)) };
}
