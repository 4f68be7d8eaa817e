/** What `--json` prints for `cancel`. */
import { z } from "zod";
import { errorSchema } from "../report/json.ts";

export const cancelDocumentSchema = z
  .object({
    version: z.literal(1),
    command: z.literal("cancel"),
    engine: z.object({ kind: z.enum(["pulumi", "local"]), version: z.string() }).optional(),
    stack: z.string().optional(),
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
