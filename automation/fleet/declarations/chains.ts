import type { Queries } from "../database/database.ts";
import type { SyncRow } from "../rows/rows.ts";

/** The syncs that read what a sync writes: they run when it has written something. */
export const readersOf = (queries: Queries, sync: string): Promise<Pick<SyncRow, "id" | "destination">[]> =>
  queries.query(
    `select sync.id, sync.destination from chain join sync on sync.id = chain.reader
     where chain.writer = $1 and sync.paused_at is null and sync.removed_at is null`,
    [sync],
  );
