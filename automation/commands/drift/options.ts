/** What the command line asks of `drift` and `status`. */
import { z } from "zod";
import { durationMs } from "../duration.ts";
import { optionsSchema } from "../options.ts";

/** Below, an instance would be asked more often than its limits allow for. */
const SHORTEST_INTERVAL_MS = 1000;

const syncs = z.array(z.string().min(1)).default([]);

export const statusOptions = optionsSchema.extend({ sync: syncs, offline: z.boolean().default(false) });

export const driftOptions = optionsSchema
  .extend({
    sync: syncs,
    repair: z.boolean().default(false),
    watchInterval: durationMs
      .refine((ms) => ms >= SHORTEST_INTERVAL_MS, "must be a second or longer")
      .optional(),
  })
  .refine(({ repair, sync }) => !repair || sync.length === 0, {
    path: ["repair"],
    message: "deploys the whole stack, so it cannot be combined with --sync",
  });
export type DriftOptions = z.output<typeof driftOptions>;
