/** What `--json` prints for `status`. */
import { z } from "zod";
import { envelopeShape } from "../../report/json.ts";
import { errorSchema } from "../../terminal/failures.ts";
import { lookPart, lookSchema } from "../drift/document.ts";
import { namesPart, namesShape } from "../on-syncs.ts";
import type { SyncStatus } from "./status-of.ts";

const syncSchema = z.object({
  ...namesShape,
  execution: z.enum(["engine", "native"]),
  lastSyncedAt: z.string().optional().meta({ description: "When a run last succeeded." }),
  syncStatus: z.string().optional().meta({ description: "Of the last run; absent before any." }),
  pausedSince: z.string().optional().meta({ description: "It was rolled back, and waits to be resumed." }),
  lastSyncMessage: z.string().optional().meta({ description: "Why the last run failed." }),
  keys: z.number().optional().meta({
    description: "Keys at the destination that are the sync's own; absent where the state cannot be read.",
  }),
  drift: z
    .object({
      status: lookSchema.shape.status,
      keys: z.number().meta({ description: "Keys that are not as the last run left them." }),
      arguments: lookSchema.shape.arguments,
      warnings: lookSchema.shape.warnings.optional(),
      error: errorSchema.optional(),
    })
    .optional()
    .meta({ description: "Absent with --offline." }),
});
export type StatusPart = z.output<typeof syncSchema>;

export const statusDocumentSchema = z
  .object({
    ...envelopeShape,
    command: z.literal("status"),
    syncs: z.array(syncSchema),
  })
  .meta({ title: "external-infisical status" });

export type StatusDocument = z.input<typeof statusDocumentSchema>;

/** What is told of one sync, as plain data. */
export function statusPart({ sync, look, ...status }: SyncStatus): StatusPart {
  const seen = look && lookPart(look);
  return {
    ...namesPart(sync),
    execution: sync.execution,
    ...status,
    ...(seen && {
      drift: {
        status: seen.status,
        keys: seen.keys.length,
        arguments: seen.arguments,
        ...(seen.warnings.length > 0 && { warnings: seen.warnings }),
        error: seen.error,
      },
    }),
  };
}
