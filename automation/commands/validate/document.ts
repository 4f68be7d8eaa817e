/** What `validate --json` prints. */
import { z } from "zod";
import { locatedProblemSchema } from "../../files/problems.ts";
import { envelopeShape } from "../../report/json.ts";

const place = z.object({
  instance: z.string().meta({ description: "Base URL." }),
  projectId: z.string(),
  environment: z.string(),
  secretPath: z.string(),
});

export const validationSchema = z
  .object({
    ...envelopeShape,
    command: z.literal("validate"),
    file: z.string().optional(),
    counts: z
      .object({ connections: z.number(), entries: z.number(), syncs: z.number() })
      .optional()
      .meta({ description: "`entries` as written, `syncs` after fan-out." }),
    syncs: z.array(
      z.object({
        name: z.string(),
        wave: z.number(),
        connection: z.string(),
        execution: z.enum(["engine", "native"]),
        source: place,
        destination: place,
      }),
    ),
    policies: z
      .array(z.string())
      .optional()
      .meta({ description: "Files of policies that were checked, too." }),
    problems: z.array(locatedProblemSchema.extend({ file: z.string() })),
  })
  .meta({ title: "external-infisical validate" });
/** A problem and the file it is in. */
export type FileProblem = z.output<typeof validationSchema>["problems"][number];
export type Validation = z.input<typeof validationSchema>;
