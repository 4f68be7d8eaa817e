/** What `--json` prints for `cancel`. */
import { z } from "zod";
import { envelopeShape } from "../../report/json.ts";

export const cancelDocumentSchema = z
  .object({
    ...envelopeShape,
    command: z.literal("cancel"),
    locks: z
      .array(z.string())
      .optional()
      .meta({ description: "Who held the stack, and since when; absent where the engine does not tell." }),
  })
  .meta({ title: "external-infisical cancel" });
export type CancelDocument = z.input<typeof cancelDocumentSchema>;
