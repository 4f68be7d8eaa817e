/** The report of an operation as one JSON document. It tells names and revisions, never a secret's value. */
import { z } from "zod";
import { byName } from "../../provider/natural.ts";
import { PARTS, type Part } from "../../provider/schema.ts";
import { inOrderOf } from "../engines/urn.ts";
import { type KeyEntry, keyEntries, keySchema, totalsOf } from "../review/key-entries.ts";
import type { Review } from "../review/model.ts";
import { named } from "../review/named-projects.ts";
import type { Command } from "../review/operations.ts";
import { policySchema } from "../review/policy-violation.ts";
import { OUTCOMES, type SyncReview } from "../review/sync-review.ts";
import { errorSchema } from "../terminal/failures.ts";

const placeSchema = z.object({
  projectId: z.string(),
  projectName: z.string().optional().meta({ description: "Where it was looked up." }),
  environment: z.string(),
  secretPath: z.string(),
  isTree: z.literal(true).optional().meta({
    description: "With the folders beneath. Where the destination is one, keys are named with their folder.",
  }),
  instanceUrl: z.string().optional(),
});

const ofPart = z.number().optional().meta({ description: "Keys of which this is among `parts`." });

const keyTotals = {
  create: z.number(),
  update: z.number(),
  delete: z.number(),
  import: z.number(),
  foreign: z.number().meta({ description: "Those that are isForeign; counted in their action too." }),
  ...(Object.fromEntries(PARTS.map((part) => [part, ofPart])) as Record<Part, typeof ofPart>),
};

/** What an operation does to the secrets of one sync. */
export const syncSchema = z.object({
  source: placeSchema.optional(),
  destination: placeSchema.extend({ instanceUrl: z.string() }).optional(),
  keys: z.array(keySchema).meta({ description: "The keys that something happens to." }),
  totals: z.object(keyTotals),
  isUnknown: z.boolean().meta({ description: "The plan can be made only during the deployment." }),
  isBlind: z.literal(true).optional().meta({
    description: "The source instance deletes every key that the source has by then, whoever wrote it.",
  }),
  skipped: z.literal("unreachable").optional().meta({
    description: "The destination's instance does not answer: nothing is done about this sync.",
  }),
  paused: z.object({ run: z.string(), at: z.string() }).optional().meta({
    description: "It was rolled back to this run then, and nothing is pushed until it is resumed.",
  }),
  outcome: z.enum(OUTCOMES).optional().meta({
    description:
      "Where the run failed. none: nothing was written. half-way: isDone tells each key. unknown: keys and totals are as planned, and nobody knows what was done.",
  }),
  goneFolders: z
    .array(
      z.object({
        folder: z.string().meta({ description: "From the sync's own folder on, which is /." }),
        keys: z.number().meta({ description: "Keys that go with it." }),
        equal: z.object({ folder: z.string(), keys: z.number() }).optional().meta({
          description: "Where the same secrets are new, so that it may have been renamed.",
        }),
      }),
    )
    .optional()
    .meta({ description: "Folders of a tree that are gone or empty at the source." }),
  unchanged: z.number(),
  kept: z.number().optional().meta({
    description:
      "Keys at the destination alone that stay there; told of runs that change something, since no sync has them on record.",
  }),
  forgotten: z.number().optional().meta({
    description:
      "Keys that are gone from both sides: the run writes nothing of them, and the sync remembers them no more.",
  }),
  counts: z.record(z.string(), z.number()).optional().meta({ description: "What the run has done." }),
});

/** What the documents of all commands have. The stack is the one that a document is about, as far as it was found. */
export const envelopeShape = {
  version: z.literal(1),
  engine: z.object({ kind: z.enum(["pulumi", "local"]), version: z.string() }).optional(),
  project: z.string().optional(),
  stack: z.string().optional(),
  result: z.enum(["succeeded", "failed", "cancelled"]),
  exitCode: z.number(),
  error: errorSchema.optional().meta({ description: "Why it was not done." }),
};

const scalar = z.union([z.string(), z.number(), z.boolean()]);

export const resourceSchema = z.object({
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

/** What `--json` prints, and all other reports are made from. */
export const documentSchema = z
  .object({
    ...envelopeShape,
    command: z.enum(["preview", "up", "refresh", "destroy", "drift"]),
    isPreview: z.boolean().meta({ description: "Tells what would be done, not what was done." }),
    madeAt: z.iso.datetime(),
    hasChanges: z.boolean(),
    targets: z.array(z.string()).optional().meta({
      description:
        "URNs of the only resources that were looked at: what was named, and what it needs. Absent for the whole stack.",
    }),
    summary: z.record(z.string(), z.number()).meta({ description: "Resources by operation." }),
    totals: z
      .object({
        ...keyTotals,
        syncs: z.number().meta({ description: "All syncs of the stack, or of the targets." }),
        changingSyncs: z.number().meta({ description: "Those with keys that something happens to." }),
      })
      .meta({ description: "Keys by action, over all syncs; of those that failed, as planned." }),
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
  })
  .meta({ title: "external-infisical report" });
export type ReportDocument = z.output<typeof documentSchema>;
type ReportedResource = ReportDocument["resources"][number];
export type ReportedSync = NonNullable<ReportedResource["sync"]>;
/** A resource that is a sync. */
export type SyncResource = ReportedResource & { sync: ReportedSync };

/** JSON Schema of the document. */
export const reportJsonSchema = () => z.toJSONSchema(documentSchema, { io: "input" });

/** The syncs of a document. */
export const syncsOf = ({ resources }: Pick<ReportDocument, "resources">): SyncResource[] =>
  resources.filter((resource): resource is SyncResource => resource.sync !== undefined);

/** The parts of a document that a review gives. */
export function reviewPart(
  review: Review | undefined,
): Pick<
  ReportDocument,
  "isPreview" | "targets" | "summary" | "totals" | "durationSeconds" | "resources" | "diagnostics"
> {
  const resources = (review?.resources ?? [])
    .toSorted(inOrderOf(review?.order))
    .map(({ sync, ...resource }): ReportedResource => {
      const { operation } = resource;
      if (!sync || !review) return resource;
      return { ...resource, sync: located(syncPart(sync, { operation, command: review.command }), review) };
    });
  const syncs = syncsOf({ resources });
  return {
    isPreview: review?.isPreview ?? false,
    ...(review?.targets && { targets: [...review.targets] }),
    summary: Object.fromEntries(Object.entries(review?.changes ?? {}).sort(([a], [b]) => byName(a, b))),
    totals: {
      ...totalsOf(syncs.flatMap(({ sync }) => sync.keys)),
      syncs: countOf(syncs),
      changingSyncs: countOf(syncs.filter(({ sync }) => sync.keys.length > 0 || sync.isUnknown)),
    },
    durationSeconds: review?.durationSeconds ?? 0,
    resources,
    diagnostics: review?.diagnostics ?? [],
  };
}

/** What of a document is known when an operation has ended, and the console shows. */
export type Reviewed = ReturnType<typeof reviewPart> &
  Pick<ReportDocument, "command" | "result" | "policies">;

export const reviewed = (review: Review): Reviewed => {
  const { command, result, policies } = review;
  return { command, result, policies, ...reviewPart(review) };
};

/** One that is replaced may be there twice, with what is deleted of its former self. */
const countOf = (syncs: readonly SyncResource[]): number => new Set(syncs.map(({ urn }) => urn)).size;

/** With what is known of its places beside what its arguments say. */
export function located(
  sync: ReportedSync,
  { sourceUrl, projects }: Pick<Review, "sourceUrl" | "projects">,
): ReportedSync {
  const told = named(sync, projects);
  const { source } = told;
  return {
    ...told,
    ...(source && { source: { ...source, ...(sourceUrl !== undefined && { instanceUrl: sourceUrl }) } }),
  };
}

/** A sync as the documents have it. */
export function syncPart(
  { changes, effects, notDone, goneFolders, ...sync }: SyncReview,
  circumstances: { operation: string; command: Command },
): ReportedSync {
  const keys: KeyEntry[] = keyEntries(
    { changes, effects, ...(sync.isBlind && { isBlind: true }), ...(notDone && { notDone }) },
    circumstances,
  );
  // In one folder, keys tell it all; and a refresh does not look at the source.
  const isTold = goneFolders && sync.destination?.isTree && circumstances.command !== "refresh";
  return { ...sync, ...(isTold && { goneFolders: [...goneFolders] }), keys, totals: totalsOf(keys) };
}
