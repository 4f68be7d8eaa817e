import { type SyncResource, syncPart as syncOfReport } from "../../report/json.ts";
import type { PlannedResource } from "../../review/planned.ts";
import type { SyncReview } from "../../review/sync-review.ts";

/** A plan as the report of a preview would have it. */
export function plannedAsReported({ urn, type, name, operation, sync }: PlannedResource): SyncResource[] {
  if (!sync) return [];
  const { keys = {}, present: _, left, unforeseen: __, isBlind, ...review } = sync;
  const touched = new Set([...review.changes, ...review.effects].map(({ key }) => key));
  const unchanged = Object.keys(keys).filter((key) => !touched.has(key)).length;
  const resource = (name: string, operation: string, told: SyncReview): SyncResource => ({
    ...{ urn, type, name, operation },
    parent: "",
    status: "planned",
    properties: [],
    sync: syncOfReport(told, { operation, command: "preview" }),
  });
  return [
    resource(name, operation, { ...review, unchanged, ...(isBlind && { isBlind: true }) }),
    ...(left ? [resource(`${name}: where it was`, "delete", { effects: [], unchanged: 0, ...left })] : []),
  ];
}
