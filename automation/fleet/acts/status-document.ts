/** What is told of a sync in few words: a line of a list, and the head of its page. */
import { z } from "zod";
import { STATUSES } from "../rows/status.ts";

const place = z.object({
  projectId: z.string(),
  environment: z.string(),
  secretPath: z.string(),
  isTree: z.literal(true).optional(),
  instanceUrl: z.string().optional(),
});

export const reason = z.object({
  rule: z.string().meta({ description: "A rule of `approve`, of the policies, or a guard's code." }),
  message: z.string(),
  key: z.string().optional(),
});

const parked = z.object({
  plan: z.string().meta({ description: "Its id, which approve and reject take." }),
  since: z.string(),
  reasons: z.array(reason).meta({ description: "The first of them." }),
  reasonCount: z.number(),
  isRefused: z.literal(true).optional().meta({
    description: "By a guard: nobody's approval overrides it.",
  }),
  decision: z.enum(["approved", "rejected"]).optional(),
  decidedAt: z.string().optional(),
  decidedBy: z.string().optional(),
  comment: z.string().optional(),
});

export const syncStatus = z.object({
  project: z.string(),
  name: z.string(),
  status: z.enum(STATUSES),
  isRunning: z.boolean().meta({ description: "A worker is at it now." }),
  source: place.optional(),
  destination: place.optional(),
  schedule: z.string(),
  message: z.string().optional().meta({ description: "What the last run told." }),
  failures: z.number().meta({ description: "Runs that failed since the last one that did not." }),
  checkedAt: z.string().optional().meta({ description: "When a run last ended." }),
  changedAt: z.string().optional().meta({ description: "When a run last wrote something." }),
  nextAt: z.string().optional().meta({ description: "Absent where it is paused, or runs only when asked." }),
  pausedAt: z.string().optional(),
  pausedBy: z.string().optional(),
  removedAt: z.string().optional().meta({ description: "Since when no file declares it." }),
  parked: parked.optional(),
});
export type SyncStatus = z.output<typeof syncStatus>;

export const statusContent = z.object({
  syncs: z.array(syncStatus),
  found: z.number().meta({ description: "Syncs that were asked for, of which `syncs` may be a part." }),
  totals: z
    .partialRecord(z.enum(STATUSES), z.number())
    .meta({ description: "All syncs of the fleet by status." }),
  projects: z.array(z.string()).meta({ description: "All projects of the fleet." }),
  workers: z.number().meta({ description: "Processes that run syncs, and were heard of just now." }),
});
export type StatusContent = z.output<typeof statusContent>;
