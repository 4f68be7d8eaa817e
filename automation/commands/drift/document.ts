/** What `--json` prints for `drift`: names and revisions, never a secret's value. */
import { z } from "zod";
import { pauseIn } from "../../../provider/resources/sync/inputs.ts";
import { envelopeShape, syncSchema } from "../../report/json.ts";
import { placesIn } from "../../review/sync-review.ts";
import { errorPart, errorSchema } from "../../terminal/failures.ts";
import { namesPart, namesShape } from "../on-syncs.ts";
import { hasDrifted, type Look, movedOf, waitsFor } from "./look.ts";

const side = z.enum(["added", "changed", "removed"]).optional();

const keySchema = z.object({
  key: z.string(),
  source: side.meta({ description: "What happened at the source since the last run." }),
  destination: side.meta({ description: "What happened at the destination since the last run." }),
  sourceRevision: z.string().optional(),
  destinationRevision: z.string().optional(),
  repair: z.enum(["create", "update", "delete", "import", "mark", "copy"]).optional().meta({
    description: "What the next run does about it; absent where it only takes note.",
  }),
  effect: z.string().optional().meta({ description: "What revisions do not tell of the repair." }),
});

/** Where keys are not as the last run left them. */
const moved = z.enum(["source", "destination", "both"]);
export type Moved = z.output<typeof moved>;

const value = z.union([z.string(), z.number(), z.boolean()]).optional();

const argumentSchema = z.object({
  argument: z.string().meta({ description: "Its name; of an object, that of one of its parts." }),
  instance: value.meta({ description: "What the instance has; absent where it has none." }),
  declared: value.meta({ description: "What the last deployment left there." }),
});

const syncStatus = z.enum(["in-sync", "drifted", "unreadable", "failed"]);

export const lookSchema = z.object({
  ...namesShape,
  execution: z.enum(["engine", "native"]),
  source: syncSchema.shape.source,
  destination: syncSchema.shape.destination,
  waitsFor: z.enum(["resume", "triggers"]).optional().meta({
    description: "Deployments push nothing until then: it is paused, or isAutoSyncEnabled is false.",
  }),
  paused: syncSchema.shape.paused,
  status: syncStatus.meta({ description: "`unreadable`: the destination cannot be looked at from here." }),
  arguments: z.array(argumentSchema).meta({
    description: "Arguments that the instance has otherwise than the last deployment left them.",
  }),
  keys: z.array(keySchema).meta({ description: "Keys that are not as the last run left them." }),
  goneFolders: syncSchema.shape.goneFolders,
  moved: moved.optional().meta({
    description:
      "Which side's keys are not as the last run left them. With `source` alone a deployment is due.",
  }),
  refusal: errorSchema.optional().meta({ description: "Why the next run would be refused." }),
  warnings: z.array(z.string()),
  error: errorSchema.optional(),
});

export const driftDocumentSchema = z
  .object({
    ...envelopeShape,
    command: z.literal("drift"),
    checkedAt: z.iso.datetime(),
    result: z.enum(["in-sync", "drifted", "repaired", "failed"]),
    deploymentDue: z.boolean().optional().meta({
      description:
        "Only sources have changed: a deployment carries that over, and nobody has changed anything else.",
    }),
    syncs: z.array(lookSchema),
  })
  .meta({ title: "external-infisical drift" });
export type DriftDocument = z.input<typeof driftDocumentSchema>;

/** What was found of one sync. */
export type LookPart = z.output<typeof lookSchema>;
export type KeyPart = z.output<typeof keySchema>;
export type ArgumentPart = z.output<typeof argumentSchema>;

/** What was found, as plain data. */
export function lookPart(look: Look): LookPart {
  const { sync, drift, error, notes, sourceUrl } = look;
  const { execution, outputs } = sync;
  const { source, destination } = placesIn(outputs);
  const paused = pauseIn(outputs);
  return {
    ...namesPart(sync),
    execution,
    source: source && { ...source, ...projectPart(drift?.projects?.source), instanceUrl: sourceUrl },
    destination: destination && { ...destination, ...projectPart(drift?.projects?.destination) },
    ...(paused && { paused }),
    waitsFor: waitsFor(look),
    status: statusOf(look),
    arguments: (drift?.arguments ?? []).map(({ argument, ...values }) => ({
      argument,
      instance: value.safeParse(values.instance).data,
      declared: value.safeParse(values.declared).data,
    })),
    keys: (drift?.keys ?? []).map(({ label, ...key }) => ({ key: label, ...key })),
    ...(drift?.goneFolders?.length && { goneFolders: [...drift.goneFolders] }),
    moved: movedOf(look),
    ...(drift?.refusal && { refusal: errorPart(drift.refusal) }),
    warnings: notes,
    ...(error !== undefined && { error: errorPart(error) }),
  };
}

const projectPart = (projectName: string | undefined) => projectName !== undefined && { projectName };

function statusOf(look: Look): z.output<typeof syncStatus> {
  if (look.error !== undefined) return "failed";
  if (hasDrifted(look)) return "drifted";
  return look.drift?.keys === undefined ? "unreadable" : "in-sync";
}
