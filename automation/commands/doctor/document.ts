/** What `--json` prints for `doctor`. */
import { z } from "zod";
import { envelopeShape } from "../../report/json.ts";

const findingSchema = z.object({
  side: z.enum(["source", "destination", "both"]),
  check: z.string().meta({ description: "What was looked at." }),
  status: z.enum(["ok", "warning", "error", "not-tested"]),
  text: z
    .string()
    .optional()
    .meta({ description: "What was found, where it is more than that all is well." }),
  remedy: z.string().optional().meta({ description: "What to do about it." }),
});
export type Finding = z.output<typeof findingSchema>;

/** Without a text: that all is well. */
export const finding = (
  side: Finding["side"],
  check: string,
  status: Finding["status"] = "ok",
  text?: string,
  remedy?: string,
): Finding => ({
  side,
  check,
  status,
  ...(text !== undefined && { text }),
  ...(remedy !== undefined && { remedy }),
});

export const doctorDocumentSchema = z
  .object({
    ...envelopeShape,
    command: z.literal("doctor"),
    syncs: z.array(z.object({ name: z.string(), findings: z.array(findingSchema) })),
  })
  .meta({ title: "external-infisical doctor" });

export type DoctorDocument = z.input<typeof doctorDocumentSchema>;
