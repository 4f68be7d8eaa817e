/** How a run ended, put down in one transaction with the end of its job, and only while nobody else has the destination. */
import { saysNothingWritten } from "../../../provider/engine/record/progress.ts";
import { describeError } from "../../../provider/errors.ts";
import { PartialRunError, type Properties } from "../../../provider/resources/index.ts";
import { isPlain } from "../../../provider/resources/properties.ts";
import type { Queries } from "../database/database.ts";
import { addHistory } from "../rows/history.ts";
import { park } from "../rows/parked.ts";
import type { Outcome, ParkedRow, SyncRow } from "../rows/rows.ts";
import type { Looked } from "./look.ts";
import { withCreated } from "./recovery.ts";
import { withoutSecrets } from "./secrets.ts";

/** What is put down of a sync's row. What is absent stays as it is. */
export interface End {
  outcome: Outcome;
  message: string | null;
  inputs?: Properties;
  outputs?: Properties;
  /** What was about to be written is known to be done, or not begun. */
  isSettled: boolean;
  /** A key was written, here or by a run before this one which has not told how it ended. */
  hasWritten?: boolean;
}

export const unchanged: End = { outcome: "unchanged", message: null, isSettled: true };

/** A run that came to its end. */
export function changed(row: SyncRow, stored: Properties, outputs: Properties): End {
  const clean = withCreated(withoutSecrets(outputs), row);
  const hasWritten = row.intent !== null || hasCounted(outputs);
  return { outcome: "changed", message: null, inputs: stored, outputs: clean, isSettled: true, hasWritten };
}

/** Nothing was written of a sync that was only named otherwise. */
function hasCounted({ counts }: Properties): boolean {
  if (!isPlain(counts)) return true;
  return Object.entries(counts).some(([name, count]) => !STANDING.has(name) && count !== 0);
}

/** Counts of what was left as it is. */
const STANDING: ReadonlySet<string> = new Set(["kept", "unchanged"]);

/** A run that did not. */
export function failed(row: SyncRow, stored: Properties, error: unknown): End {
  if (!(error instanceof PartialRunError)) {
    const message = describeError(error);
    // What a run before this one may have written is still not known.
    const isSettled = row.intent === null && saysNothingWritten(message);
    return { outcome: "failed", message, isSettled };
  }
  // As Pulumi does: what was announced of a new one is its own from now on, and one on record keeps what it had.
  const outputs = withCreated(withoutSecrets(error.outputs), row);
  return {
    outcome: "failed",
    message: error.reasons.join("\n"),
    inputs: row.inputs ?? stored,
    outputs,
    isSettled: true,
  };
}

export async function putDown(
  queries: Queries,
  row: SyncRow,
  { outcome, message, inputs, outputs, isSettled }: End,
  { changedAt, nextAt }: { changedAt: Date | undefined; nextAt: Date | undefined },
): Promise<void> {
  const failures = outcome === "failed" ? row.failures + 1 : 0;
  await queries.query(
    `update sync set outcome = $2, message = $3, failures = $4, checked_at = now(), next_at = $5,
       changed_at = coalesce($6, changed_at), intent = case when $7 then null else intent end,
       inputs = coalesce($8, inputs), outputs = coalesce($9, outputs)
     where id = $1`,
    [row.id, outcome, message, failures, nextAt, changedAt, isSettled, inputs, outputs],
  );
}

/** What waits for somebody, or no longer does. */
export async function putDownPlan(
  queries: Queries,
  row: SyncRow,
  looked: Extract<Looked, { planned: unknown }>,
  worker: string,
): Promise<void> {
  const { stored, planned, reasons } = looked;
  const id = await park(queries, { sync: row.id, inputs: stored, planned, reasons });
  await addHistory(queries, row, "parked", worker, { plan: id, reasons });
}

/** Who approved what has been done: as it was when the run began. */
export const approvalIn = ({ id, decided_by, comment }: ParkedRow): Properties => ({
  plan: id,
  approvedBy: decided_by,
  ...(comment !== null && { comment }),
});
