/** What happened, latest first. */
import { z } from "zod";
import { listHistory } from "../rows/history.ts";
import { act } from "./act.ts";
import { findSync } from "./find-syncs.ts";

const input = z.object({
  sync: z.string().min(1).optional().meta({ description: "Its name, or PROJECT/NAME; without it, of all." }),
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
  async ({ database }, { sync, limit, before }): Promise<z.output<typeof historyContent>> => {
    const of = sync === undefined ? undefined : (await findSync(database, sync)).id;
    const rows = await listHistory(database, { sync: of, before, limit: limit + 1 });
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
