/** What `init --json` and `adopt --json` print. */
import { z } from "zod";
import { envelopeShape, syncSchema } from "../../report/json.ts";

export const declaredSchema = z
  .object({
    ...envelopeShape,
    command: z.enum(["init", "adopt"]),
    files: z.array(z.string()).optional().meta({ description: "The files that were written." }),
    variables: z
      .array(z.string())
      .optional()
      .meta({ description: "Environment variables that hold the secrets when what was written is run." }),
    backend: z.string().optional().meta({
      description:
        "Where the state of the stack would be kept; absent where nothing says so, and for Terraform.",
    }),
    next: z.array(z.string()).optional().meta({ description: "The commands to run next." }),
    counts: z
      .object({ connections: z.number(), syncs: z.number() })
      .optional()
      .meta({ description: "How many are declared." }),
    omitted: z
      .array(z.string())
      .optional()
      .meta({ description: "What the instance has and the declaration has not, each with its reason." }),
    firstRun: syncSchema
      .extend({ name: z.string(), warnings: z.array(z.string()) })
      .optional()
      .meta({ description: "What the first run of the sync that init declares would do." }),
  })
  .meta({ title: "external-infisical init, adopt" });
export type DeclaredDocument = z.input<typeof declaredSchema>;
