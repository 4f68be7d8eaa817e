import { z } from "zod";
import { BY_NAME, naturally } from "../rows/natural.ts";
import { STATUS_SQL, STATUSES, type Status } from "../rows/status.ts";
import { countWorkers } from "../rows/workers.ts";
import { act } from "./act.ts";
import type { StatusContent } from "./status-document.ts";
import { LISTED_COLUMNS, LISTED_TABLES, type ListedRow, syncPart } from "./sync-part.ts";

const input = z.object({
  project: z.string().optional(),
  status: z.array(z.enum(STATUSES)).default([]).meta({ description: "Those alone; all without any." }),
  search: z.string().trim().default("").meta({
    description: "Parts of names and places, of which each has to be found.",
  }),
  limit: z.number().int().min(1).max(10_000).default(10_000),
  offset: z.number().int().min(0).default(0),
});

/** Those first that wait for somebody, or have failed. */
const ORDER = `array_position(array['${STATUSES.join("','")}'], ${STATUS_SQL}), ${BY_NAME}`;

/** What is searched: names, and the places as they were declared. */
const TEXT = `lower(concat_ws(' ', sync.project, sync.name, sync.declared ->> 'connection',
  sync.declared -> 'args' ->> 'environment', sync.declared -> 'args' ->> 'secretPath',
  sync.declared -> 'args' -> 'destinationConfig',
  project.declared -> 'connections' -> (sync.declared ->> 'connection') ->> 'instanceUrl'))`;

const WANTED = `
  ($1::text is null or sync.project = $1)
  and (jsonb_array_length($2::jsonb) = 0 or ${STATUS_SQL} in (select jsonb_array_elements_text($2::jsonb)))
  and not exists (select from jsonb_array_elements_text($3::jsonb) as word where position(word in ${TEXT}) = 0)`;

export const status = act(
  input,
  async ({ database }, { project, status, search, limit, offset }): Promise<StatusContent> => {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = [project ?? null, status, words];
    const rows = await database.query<ListedRow>(
      `select ${LISTED_COLUMNS} from ${LISTED_TABLES} where ${WANTED} order by ${ORDER} limit $4 offset $5`,
      [...wanted, limit, offset],
    );
    const [counted] = await database.query<{ count: string }>(
      `select count(*) from ${LISTED_TABLES} where ${WANTED}`,
      wanted,
    );
    const totals = await database.query<{ status: Status; count: string }>(
      `select ${STATUS_SQL} as status, count(*) from sync left join parked on parked.sync = sync.id group by 1`,
    );
    const projects = await database.query<{ name: string }>(
      `select name from project order by ${naturally("name")}`,
    );
    return {
      syncs: rows.map(syncPart),
      found: Number(counted?.count ?? 0),
      totals: Object.fromEntries(totals.map(({ status, count }) => [status, Number(count)])),
      projects: projects.map(({ name }) => name),
      workers: await countWorkers(database),
    };
  },
);
