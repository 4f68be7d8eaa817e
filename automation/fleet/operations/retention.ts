/** What lies further back than anybody asks for is deleted, so that the history does not grow for ever. */
import type { Database } from "../database/database.ts";

const KEEP_DAYS = 365;

/** Few at a time: nobody waits for it. */
const BATCH = 5_000;

/** @returns how many entries went */
export async function forgetHistory(database: Database, keepDays = KEEP_DAYS): Promise<number> {
  let gone = 0;
  for (;;) {
    const deleted = await database.query(
      `delete from history where id in (
         select id from history where at < now() - make_interval(days => $1) order by at limit ${BATCH} for update skip locked
       ) returning id`,
      [keepDays],
    );
    gone += deleted.length;
    if (deleted.length < BATCH) return gone;
  }
}
