/** What happened, latest first. */
import { z } from "zod";
import { listHistory } from "../rows/history.ts";
import { act } from "./act.ts";
import { findSyncs } from "./find-syncs.ts";
import { syncs } from "./inputs.ts";

const input = z.object({
  syncs: syncs.optional(),
  limit: z.number().int().min(1).max(1_000).default(100),
  before: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional()
    .meta({
      description: "`next` of a document before this one, for what lies further back.",
    }),
});

const eventSchema = z.object({
  at: z.string(),
  project: z.string(),
  name: z.string(),
  event: z.string(),
  by: z.string().meta({ description: "A worker, or whoever approved, paused, …." }),
  detail: z.record(z.string(), z.unknown()),
});
export type HistoryPart = z.output<typeof eventSchema>;

export const historyContent = z.object({
  events: z.array(eventSchema),
  next: z.string().optional().meta({ description: "Absent where there is nothing further back." }),
});

export const history = act(
  input,
  async ({ database }, { syncs, limit, before }): Promise<z.output<typeof historyContent>> => {
    const ids = syncs && (await findSyncs(database, syncs)).map(({ id }) => id);
    const rows = await listHistory(database, { syncs: ids, before, limit: limit + 1 });
    const told = rows.slice(0, limit);
    const last = told.at(-1);
    return {
      events: told.map(({ at, done_by, project, name, event, detail }) => ({
        at: at.toISOString(),
        ...{ project, name, event, by: done_by, detail },
      })),
      ...(rows.length > limit && last && { next: last.id }),
    };
  },
);
