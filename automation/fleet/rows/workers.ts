import type { Queries } from "../database/database.ts";

/** Workers that live: they were heard of in the last three minutes, and do not stop. */
export async function countWorkers(queries: Queries): Promise<number> {
  const [row] = await queries.query<{ count: number }>(
    "select count(*)::int as count from worker where not is_stopping and seen_at > now() - interval '3 minutes'",
  );
  return row?.count ?? 0;
}
