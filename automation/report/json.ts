/** A review as one JSON document. It tells names and revisions, never a secret's value. */
import { z } from "zod";
import type { Review } from "./model.ts";

const placeSchema = z.object({ projectId: z.string(), environment: z.string(), secretPath: z.string() });

/** What an operation does to the secrets of one sync. */
export const syncSchema = z.object({
  source: placeSchema.optional(),
  destination: placeSchema.extend({ instanceUrl: z.string() }).optional(),
  changes: z
    .array(
      z.object({
        key: z.string(),
        action: z.enum(["create", "update", "delete"]),
        before: z.string().optional().meta({ description: "Revision before." }),
        after: z.string().optional().meta({ description: "Revision after." }),
      }),
    )
    .meta({ description: "Keys at the destination that appear, change or go." }),
  effects: z.array(z.object({ key: z.string(), text: z.string() })).meta({
    description:
      "What a comparison of keys does not show: overwriting, deleting or importing what the sync did not write, and restoring.",
  }),
  isUnknown: z.boolean().meta({ description: "The plan can be made only during the deployment." }),
  isBlind: z.literal(true).optional().meta({
    description: "The source instance deletes every key that the source has by then, whoever wrote it.",
  }),
  unchanged: z.number(),
  counts: z.record(z.string(), z.number()).optional().meta({ description: "What the run has done." }),
});

/** A failure. */
export const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const resourceSchema = z.object({
  urn: z.string(),
  type: z.string(),
  name: z.string(),
  parent: z.string(),
  operation: z.string(),
  status: z.enum(["planned", "running", "done", "failed"]),
  properties: z.array(
    z.object({
      path: z.string(),
      kind: z.enum(["add", "update", "delete"]),
      before: scalar.optional(),
      after: scalar.optional(),
    }),
  ),
  sync: syncSchema.optional(),
});

const policySchema = z.object({
  rule: z.string(),
  enforcement: z.enum(["advisory", "mandatory"]),
  sync: z.string().meta({ description: "Name of the sync's resource." }),
  key: z.string().optional(),
  message: z.string(),
});
/** A rule that the operation violates. */
export type PolicyViolation = z.output<typeof policySchema>;

/** What `--json` prints. */
export const documentSchema = z
  .object({
    version: z.literal(1),
    command: z.enum(["preview", "up", "refresh", "destroy"]),
    engine: z.object({ kind: z.enum(["pulumi", "local"]), version: z.string() }).optional(),
    project: z.string().optional(),
    stack: z.string().optional(),
    result: z.enum(["succeeded", "failed", "cancelled"]),
    exitCode: z.number(),
    hasChanges: z.boolean(),
    summary: z.record(z.string(), z.number()).meta({ description: "Resources by operation." }),
    durationSeconds: z.number(),
    policies: z.array(policySchema).meta({ description: "Rules that are violated." }),
    resources: z.array(resourceSchema),
    diagnostics: z.array(
      z.object({
        severity: z.enum(["info", "info#err", "warning", "error"]),
        message: z.string(),
        urn: z.string().optional(),
      }),
    ),
    error: errorSchema.optional(),
  })
  .meta({ title: "external-infisical report" });
export type ReportDocument = z.input<typeof documentSchema>;

/** JSON Schema of the document. */
export const reportJsonSchema = () => z.toJSONSchema(documentSchema, { io: "input" });

/** The parts of a document that a review gives. */
export function reviewPart(
  review: Review | undefined,
): Pick<ReportDocument, "summary" | "durationSeconds" | "resources" | "diagnostics"> {
  return {
    summary: review?.changes ?? {},
    durationSeconds: review?.durationSeconds ?? 0,
    resources: review?.resources ?? [],
    diagnostics: review?.diagnostics ?? [],
  };
}
