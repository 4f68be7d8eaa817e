/** Plans that wait for somebody: one of a sync at most. */
import { randomUUID } from "node:crypto";
import type { Queries } from "../database/database.ts";
import type { ParkedRow } from "./rows.ts";
import { IS_HELD_SQL } from "./syncs.ts";

/** A parked plan with its sync's names. */
export interface ParkedOf extends ParkedRow {
  project: string;
  name: string;
}

/** By a guard, which nobody's word overrides. */
export const isRefusal = ({ inputs }: Pick<ParkedRow, "inputs">): boolean => inputs["refused"] !== undefined;
/** The same in a query that has `parked`. */
export const IS_REFUSAL_SQL = "(parked.inputs -> 'refused' is not null)";

const SELECT = "select parked.*, sync.project, sync.name from parked join sync on sync.id = parked.sync";

/** Within the transaction that decides on it: a run that is to do it comes before, or after. */
export async function lockParked(
  queries: Queries,
  id: string,
): Promise<(ParkedOf & { is_running: boolean }) | undefined> {
  const [row] = await queries.query<ParkedOf>(`${SELECT} where parked.id = $1 for update of parked`, [id]);
  if (!row) return undefined;
  // Asked for once nobody else has the row.
  const [sync] = await queries.query<{ is_running: boolean }>(
    `select intent is not null or ${IS_HELD_SQL} as is_running from sync where id = $1`,
    [row.sync],
  );
  return { ...row, is_running: sync?.is_running ?? false };
}

/** Within the transaction that begins to do it. @returns false where somebody has decided otherwise meanwhile */
export async function isStillApproved(queries: Queries, { id }: Pick<ParkedRow, "id">): Promise<boolean> {
  const rows = await queries.query(
    "select 1 from parked where id = $1 and decision = 'approved' for update",
    [id],
  );
  return rows.length > 0;
}

/** What is parked of a sync, decided or not. */
export async function parkedOf(queries: Queries, sync: string): Promise<ParkedOf | undefined> {
  const [row] = await queries.query<ParkedOf>(`${SELECT} where parked.sync = $1`, [sync]);
  return row;
}

/** In the place of what was parked of the sync before. @returns the id of the plan */
export async function park(
  queries: Queries,
  { sync, inputs, planned, reasons }: Pick<ParkedRow, "sync" | "inputs" | "planned" | "reasons">,
): Promise<string> {
  const id = randomUUID().slice(0, 8);
  await forget(queries, sync);
  await queries.query("insert into parked (sync, id, inputs, planned, reasons) values ($1, $2, $3, $4, $5)", [
    sync,
    id,
    inputs,
    planned,
    reasons,
  ]);
  return id;
}

/** Until it is done or something else is found, another decision may be made. @returns false where the plan is gone, or it was decided so before */
export async function decide(
  queries: Queries,
  id: string,
  { decision, by, comment }: { decision: "approved" | "rejected"; by: string; comment?: string | undefined },
): Promise<boolean> {
  const done = await queries.query(
    `update parked set decision = $2, decided_at = now(), decided_by = $3, comment = $4
     where id = $1 and decision is distinct from $2 returning id`,
    [id, decision, by, comment],
  );
  return done.length > 0;
}

export async function forget(queries: Queries, sync: string): Promise<void> {
  await queries.query("delete from parked where sync = $1", [sync]);
}
