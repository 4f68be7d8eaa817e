import type { Queries } from "../database/database.ts";
import type { SyncRow } from "./rows.ts";

export async function findSync(
  queries: Queries,
  project: string,
  name: string,
): Promise<SyncRow | undefined> {
  const [row] = await queries.query<SyncRow>("select * from sync where project = $1 and name = $2", [
    project,
    name,
  ]);
  return row;
}

/** A row, when it was read by the database's clock, and whether a plan of it is parked, decided on or not. */
export type ReadSync = SyncRow & { read_at: Date; has_plan: boolean };

export async function readSync(queries: Queries, id: string): Promise<ReadSync | undefined> {
  const [row] = await queries.query<ReadSync>(
    `select *, now() as read_at, exists (select from parked where parked.sync = sync.id) as has_plan
     from sync where id = $1`,
    [id],
  );
  return row;
}

/** In a query that has `sync`: a worker has its destination. */
export const IS_HELD_SQL =
  "exists (select from lease where lease.destination = sync.destination and lease.holder is not null)";

/** A paused sync does not run until it is resumed. @returns false where it was so already */
export async function pauseSync(queries: Queries, id: string, by: string): Promise<boolean> {
  const done = await queries.query(
    "update sync set paused_at = now(), paused_by = $2 where id = $1 and paused_at is null returning id",
    [id, by],
  );
  return done.length > 0;
}

/** Within the transaction that begins to write: who pauses it at the same time, or gives it away, comes before, or after. */
export async function isPaused(queries: Queries, id: string): Promise<boolean> {
  const [row] = await queries.query<Pick<SyncRow, "paused_at">>(
    "select paused_at from sync where id = $1 for no key update",
    [id],
  );
  return row?.paused_at != null;
}

/** @returns false where it was not paused */
export async function resumeSync(queries: Queries, id: string): Promise<boolean> {
  const done = await queries.query(
    "update sync set paused_at = null, paused_by = null where id = $1 and paused_at is not null returning id",
    [id],
  );
  return done.length > 0;
}
