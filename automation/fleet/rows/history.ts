import type { Properties } from "../../../provider/resources/index.ts";
import type { Queries } from "../database/database.ts";
import type { HistoryEvent, HistoryRow, SyncRow } from "./rows.ts";

/** What happened, to which sync, and by whom. @param by a worker, or a person */
export async function addHistory(
  queries: Queries,
  { id, project, name }: Pick<SyncRow, "id" | "project" | "name">,
  event: HistoryEvent,
  by: string,
  detail: Properties = {},
): Promise<void> {
  await queries.query(
    "insert into history (sync, project, name, event, done_by, detail) values ($1, $2, $3, $4, $5, $6)",
    [id, project, name, event, by, detail],
  );
}

/** The newest first. @param syncs their ids; of all without @param before an id: what happened before that */
export const listHistory = (
  queries: Queries,
  {
    syncs,
    before,
    limit = 100,
  }: { syncs?: readonly string[] | undefined; before?: string | undefined; limit?: number },
): Promise<HistoryRow[]> =>
  queries.query(
    `select * from history
     where ($1::jsonb is null or sync in (select jsonb_array_elements_text($1::jsonb)::bigint))
       and ($2::bigint is null or id < $2)
     order by id desc limit $3`,
    [syncs, before, limit],
  );
