/** A rule that is violated, in all documents. */
import { z } from "zod";

export const policySchema = z.object({
  rule: z.string(),
  enforcement: z.enum(["advisory", "mandatory"]),
  sync: z
    .string()
    .meta({ description: "Name of the sync's resource; of any resource, for a policy pack's." }),
  key: z.string().optional(),
  message: z.string(),
});
/** A rule that the operation violates. */
export type PolicyViolation = z.output<typeof policySchema>;
