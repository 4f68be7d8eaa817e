/** Sessions that were ended before their time: a cookie that somebody has copied is worth nothing after it, at any process of the fleet. */
import type { Database } from "../../database/database.ts";
import type { Session } from "./session.ts";

export interface SignOuts {
  has(session: Session): Promise<boolean>;
  add(session: Session): Promise<void>;
}

/** Clocks of several machines differ: what has ended is kept for so long. */
const DAY_MS = 24 * 60 * 60 * 1000;

export const signOutsIn = (database: Database, now: () => number): SignOuts => ({
  async has({ id }) {
    const found = await database.query("select 1 from signed_out where session = $1", [id]);
    return found.length > 0;
  },
  async add({ id, until }) {
    await database.query("delete from signed_out where until < $1", [new Date(now() - DAY_MS)]);
    await database.query("insert into signed_out (session, until) values ($1, $2) on conflict do nothing", [
      id,
      new Date(until),
    ]);
  },
});
