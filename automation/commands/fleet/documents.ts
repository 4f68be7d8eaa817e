/** The form of what `--json` prints. Of a failure there is the envelope alone. */
import { z } from "zod";
import { adoptContent } from "../../fleet/acts/adopt.ts";
import { declareContent } from "../../fleet/acts/declare.ts";
import { driftContent } from "../../fleet/acts/drift.ts";
import { exportContent } from "../../fleet/acts/export.ts";
import { historyContent } from "../../fleet/acts/history.ts";
import { showContent } from "../../fleet/acts/show.ts";
import { statusContent } from "../../fleet/acts/status-document.ts";
import { envelopeShape } from "../../report/json.ts";

const documentOf = <Name extends string, Shape extends z.ZodRawShape>(
  name: Name,
  content: z.ZodObject<Shape>,
) =>
  z
    .object({ ...envelopeShape, command: z.literal(`fleet ${name}`), ...content.partial().shape })
    .meta({ title: `external-infisical fleet ${name}` });

const name = z.object({ project: z.string(), name: z.string() });
const names = z.array(name);
const decided = z.object({
  decided: z.array(name.extend({ plan: z.string(), decision: z.enum(["approved", "rejected"]) })),
});

export const planDocument = documentOf("plan", declareContent);
export const applyDocument = documentOf("apply", declareContent);
export const statusDocument = documentOf("status", statusContent);
export const historyDocument = documentOf("history", historyContent);
export const showDocument = documentOf("show", showContent);
export const driftDocument = documentOf("drift", driftContent);
export const runDocument = documentOf("run", z.object({ triggered: names }));
export const pauseDocument = documentOf("pause", z.object({ paused: names }));
export const resumeDocument = documentOf("resume", z.object({ resumed: names }));
export const approveDocument = documentOf("approve", decided);
export const rejectDocument = documentOf("reject", decided);
export const adoptDocument = documentOf("adopt", adoptContent);
export const exportDocument = documentOf(
  "export",
  exportContent.extend({
    to: z.string().optional().meta({ description: "Who runs them from now on, in words." }),
    next: z.string().optional().meta({ description: "What is to be done there." }),
  }),
);
export const migrateDocument = documentOf(
  "migrate",
  z.object({
    database: z.string(),
    steps: z.number().meta({ description: "How many were made; none where all were there." }),
  }),
);
