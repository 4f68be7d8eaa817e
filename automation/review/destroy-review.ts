/** What a destruction will delete, read from the stack's state. */
import type { Deployment } from "../engines/engine.ts";
import { type RecordedResource, recordedResources } from "../engines/recorded-resources.ts";
import { resourceName } from "../engines/urn.ts";
import type { ResourceReview, Review } from "./model.ts";
import { type PlannedResource, plannedDeletion } from "./planned.ts";
import { isSyncType, reviewSync } from "./sync-review.ts";

/** All resources as deletions, in the order in which they will go. */
export function reviewDestruction(deployment: Deployment): { review: Review; planned: PlannedResource[] } {
  const recorded = recordedResources(deployment);
  return {
    review: {
      command: "destroy",
      isPreview: true,
      resources: recorded.map(deletion),
      changes: recorded.length > 0 ? { delete: recorded.length } : {},
      diagnostics: [],
      policies: [],
      result: "succeeded",
      durationSeconds: 0,
    },
    planned: recorded.map(plannedDeletion),
  };
}

function deletion({ urn, type, parent, inputs, outputs }: RecordedResource): ResourceReview {
  const sync = isSyncType(type) && reviewSync({ before: { inputs, outputs }, after: undefined });
  return {
    urn,
    type,
    name: resourceName(urn),
    parent,
    operation: "delete",
    status: "planned",
    properties: [],
    ...(sync && { sync }),
  };
}
