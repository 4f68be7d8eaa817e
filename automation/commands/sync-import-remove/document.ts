/** What `--json` prints for `sync`, `import` and `remove`: names and revisions, never a secret's value. */
import { z } from "zod";
import { envelopeShape, syncSchema } from "../../report/json.ts";
import { policySchema } from "../../review/policy-violation.ts";
import { errorSchema } from "../../terminal/failures.ts";
import { namesShape } from "../on-syncs.ts";
import { EXECUTIONS, JOB_COMMANDS } from "./options.ts";

const resultSchema = z.object({
  ...namesShape,
  execution: z.enum(EXECUTIONS),
  result: z.enum(["succeeded", "failed", "skipped"]),
  jobId: z.string().optional().meta({ description: "The instance's id of the job." }),
  plan: syncSchema.optional().meta({ description: "What a removal was about to take." }),
  warnings: z.array(z.string()),
  notes: z.array(z.string()).meta({ description: "What was told on the way." }),
  error: errorSchema.optional(),
});

export const jobsDocumentSchema = z
  .object({
    ...envelopeShape,
    command: z.enum(JOB_COMMANDS),
    policies: z.array(policySchema).meta({ description: "Rules that the job violates." }),
    syncs: z.array(resultSchema),
  })
  .meta({ title: "external-infisical jobs" });
export type JobsDocument = z.input<typeof jobsDocumentSchema>;
