/** What `--json` prints for `rollback` and `resume`: names and revisions, never a secret's value. */
import { z } from "zod";
import { PARTS } from "../../../provider/schema.ts";
import { envelopeShape, syncSchema } from "../../report/json.ts";
import { errorSchema } from "../../terminal/failures.ts";
import { namesShape } from "../on-syncs.ts";
import { ROLLBACK_COMMANDS } from "./options.ts";

const runSchema = z.object({
  id: z.string(),
  at: z.string().meta({ description: "When it ended, ISO 8601." }),
  counts: z.record(z.string(), z.number()).meta({ description: "Changes by kind." }),
  isPartial: z.boolean().meta({ description: "It stopped before its end." }),
  rollbackTo: z.string().optional().meta({ description: "It was a rollback to this run." }),
  canGoBackTo: z.boolean().meta({ description: "What was done since is remembered whole." }),
});

const historySchema = z.object({
  ...namesShape,
  paused: z.object({ run: z.string(), at: z.string() }).optional(),
  runs: z.array(runSchema).meta({ description: "Newest first." }),
});

const resultSchema = z.object({
  ...namesShape,
  result: z
    .enum(["succeeded", "failed", "unchanged", "skipped", "planned"])
    .meta({ description: "`planned` with --preview." }),
  to: z.string().optional().meta({ description: "The run whose state it goes back to." }),
  jobId: z.string().optional().meta({ description: "Id of the run that the rollback itself was." }),
  plan: syncSchema.optional(),
  left: z
    .array(z.object({ key: z.string(), why: z.string() }))
    .optional()
    .meta({ description: "Keys that later runs had changed, and that stay as they are." }),
  untold: z
    .array(z.object({ key: z.string(), parts: z.array(z.enum(PARTS)) }))
    .optional()
    .meta({ description: "Keys that are put back without these: the instance does not tell how they were." }),
  error: errorSchema.optional(),
});

export const rollbackDocumentSchema = z
  .object({
    ...envelopeShape,
    command: z.enum(ROLLBACK_COMMANDS),
    history: z.array(historySchema).optional().meta({ description: "Without --to: what is remembered." }),
    syncs: z.array(resultSchema),
  })
  .meta({ title: "external-infisical rollback" });
export type RollbackDocument = z.input<typeof rollbackDocumentSchema>;
