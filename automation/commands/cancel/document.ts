/** What `--json` prints for `cancel`. */
import { z } from "zod";
import { stackShape } from "../../report/json.ts";
import { errorSchema } from "../../terminal/failures.ts";

export const cancelDocumentSchema = z
  .object({
    version: z.literal(1),
    command: z.literal("cancel"),
    ...stackShape,
    result: z.enum(["succeeded", "failed", "cancelled"]),
    exitCode: z.number(),
    locks: z
      .array(z.string())
      .optional()
      .meta({ description: "Who held the stack, and since when; absent where the engine does not tell." }),
    error: errorSchema.optional(),
  })
  .meta({ title: "external-infisical cancel" });
export type CancelDocument = z.input<typeof cancelDocumentSchema>;

/** JSON Schema of the document. */
export const cancelJsonSchema = () => z.toJSONSchema(cancelDocumentSchema, { io: "input" });
