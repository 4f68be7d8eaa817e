/** A rollback as any other preview shows what happens to the secrets of a sync. */
import { effectsOf, parseEffect } from "../../../provider/engine/record/effects.ts";
import type { PreparedRollback } from "../../../provider/resources/sync/engine/rollback.ts";
import { type KeyChange, readFrom, reviewSync, type SyncReview } from "../../review/sync-review.ts";
import type { RecordedSync } from "../../stack/recorded-syncs.ts";

/** @param sourceUrl base URL of the source instance */
export function reviewRollback(
  { outputs }: RecordedSync,
  { plan, destinationName: projectName }: PreparedRollback,
  sourceUrl: string | undefined,
): SyncReview {
  const state = { inputs: outputs, outputs };
  const { counts: _ofTheLastRun, destination, ...review } = reviewSync({ before: state, after: state });
  const now = new Map(Object.entries((outputs["keys"] ?? {}) as Record<string, string>));
  const changes = plan.changes.flatMap((change): KeyChange[] => {
    // The source stays as it is, and so do marks.
    if (change.kind === "import" || change.kind === "mark") return [];
    const before = now.get(change.label);
    return [
      {
        key: change.label,
        action: change.kind === "copy" ? "update" : change.kind,
        ...(before !== undefined && { before }),
        ...("revision" in change && { after: change.revision }),
      },
    ];
  });
  return readFrom(sourceUrl, {
    ...review,
    ...(destination && {
      destination: { ...destination, ...(projectName !== undefined && { projectName }) },
    }),
    changes,
    effects: Object.entries(effectsOf({ changes: plan.changes })).map(([key, text]) => ({
      key,
      ...parseEffect(text),
    })),
    unchanged: plan.counts.unchanged,
  });
}
