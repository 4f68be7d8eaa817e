/** What `--json` prints for `doctor`. */
import { z } from "zod";
import { stackShape } from "../../report/json.ts";
import { errorSchema } from "../../terminal/failures.ts";

const findingSchema = z.object({
  side: z.enum(["source", "destination", "both"]),
  check: z.string(),
  status: z.enum(["ok", "warning", "error", "not-tested"]),
  text: z.string().optional(),
  remedy: z.string().optional().meta({ description: "What to do about it." }),
});

export const doctorDocumentSchema = z
  .object({
    version: z.literal(1),
    command: z.literal("doctor"),
    ...stackShape,
    exitCode: z.number(),
    syncs: z.array(z.object({ name: z.string(), findings: z.array(findingSchema) })),
    error: errorSchema.optional(),
  })
  .meta({ title: "external-infisical doctor" });

/** JSON Schema of the document. */
export const doctorJsonSchema = () => z.toJSONSchema(doctorDocumentSchema, { io: "input" });
