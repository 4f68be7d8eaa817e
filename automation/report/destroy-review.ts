/** What a destruction will delete, read from the stack's state. */
import { z } from "zod";
import type { Deployment } from "../engines/engine.ts";
import type { ResourceReview, Review } from "./model.ts";
import { isSyncType, reviewSync } from "./sync-review.ts";

const properties = z.record(z.string(), z.unknown()).default({});
const resourceSchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  parent: z.string().default(""),
  inputs: properties,
  outputs: properties,
});
const deploymentSchema = z.looseObject({ resources: z.array(resourceSchema).nullish() });

/** A review of all resources as deletions, in the order in which they will go. */
export function destroyReview({ deployment }: Deployment): Review {
  const resources = (deploymentSchema.parse(deployment).resources ?? [])
    .filter(({ type }) => !type.startsWith("pulumi:providers:"))
    .map(({ urn, type, parent, inputs, outputs }): ResourceReview => {
      const before = { inputs, outputs };
      return {
        urn,
        type,
        name: urn.slice(urn.lastIndexOf("::") + 2),
        parent,
        operation: "delete",
        status: "planned",
        properties: [],
        ...(isSyncType(type) && { sync: reviewSync({ before, after: undefined }) }),
      };
    });
  return {
    command: "destroy",
    isPreview: true,
    resources,
    changes: resources.length > 0 ? { delete: resources.length } : {},
    diagnostics: [],
    hasPolicyViolation: false,
    result: "succeeded",
    durationSeconds: 0,
  };
}
