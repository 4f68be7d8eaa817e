/** What a destruction will delete, read from the stack's state. */
import type { Deployment } from "../engines/engine.ts";
import { recordedResources, resourceName } from "../engines/recorded-resources.ts";
import type { ResourceReview, Review } from "./model.ts";
import { isSyncType, reviewSync } from "./sync-review.ts";

/** A review of all resources as deletions, in the order in which they will go. */
export function destroyReview(deployment: Deployment): Review {
  const resources = recordedResources(deployment).map(
    ({ urn, type, parent, inputs, outputs }): ResourceReview => {
      const before = { inputs, outputs };
      return {
        urn,
        type,
        name: resourceName(urn),
        parent,
        operation: "delete",
        status: "planned",
        properties: [],
        ...(isSyncType(type) && { sync: reviewSync({ before, after: undefined }) }),
      };
    },
  );
  return {
    command: "destroy",
    isPreview: true,
    resources,
    changes: resources.length > 0 ? { delete: resources.length } : {},
    diagnostics: [],
    policies: [],
    result: "succeeded",
    durationSeconds: 0,
  };
}
