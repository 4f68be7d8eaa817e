/** Makes of a row what documents tell of a sync. */
import { providerConfig } from "../../../provider/schema.ts";
import { placesIn } from "../../review/sync-review.ts";
import { IS_REFUSAL_SQL } from "../rows/parked.ts";
import type { DeclaredProject, ParkedRow, SyncRow } from "../rows/rows.ts";
import { STATUS_SQL, type Status } from "../rows/status.ts";
import { IS_HELD_SQL } from "../rows/syncs.ts";
import type { SyncStatus } from "./status-document.ts";

/** Reasons that a list shows. */
const MOST_REASONS = 5;

export interface ListedRow
  extends Pick<
    SyncRow,
    | "id"
    | "project"
    | "name"
    | "declared"
    | "message"
    | "failures"
    | "checked_at"
    | "changed_at"
    | "next_at"
    | "paused_at"
    | "paused_by"
    | "removed_at"
  > {
  status: Status;
  is_running: boolean;
  source: DeclaredProject["source"];
  /** Of its connection, as declared. */
  instance_url: string | null;
  plan: string | null;
  reasons: ParkedRow["reasons"] | null;
  parked_at: Date | null;
  decision: ParkedRow["decision"];
  decided_at: Date | null;
  decided_by: string | null;
  comment: string | null;
  is_refused: boolean;
}

/** What a row of a list is read from; the big parts of the rows stay where they are. */
export const LISTED_COLUMNS = `
  sync.id, sync.project, sync.name, sync.declared, sync.message, sync.failures, sync.checked_at, sync.changed_at,
  sync.next_at, sync.paused_at, sync.paused_by, sync.removed_at,
  ${STATUS_SQL} as status,
  ${IS_HELD_SQL} as is_running,
  project.declared -> 'source' as source,
  project.declared -> 'connections' -> (sync.declared ->> 'connection') ->> 'instanceUrl' as instance_url,
  parked.id as plan, parked.reasons, parked.parked_at, parked.decision, parked.decided_at, parked.decided_by, parked.comment,
  ${IS_REFUSAL_SQL} as is_refused`;

export const LISTED_TABLES = `
  sync join project on project.name = sync.project left join parked on parked.sync = sync.id`;

export function syncPart(row: ListedRow): SyncStatus {
  const { source, destination } = placesIn({
    ...row.declared.args,
    instanceUrl: row.instance_url ?? "",
  });
  const host = providerConfig.shape.host.safeParse(row.source["host"]).data;
  return {
    project: row.project,
    name: row.name,
    status: row.status,
    isRunning: row.is_running,
    ...(source && { source: { ...source, ...(host !== undefined && { instanceUrl: host }) } }),
    ...(destination && { destination }),
    schedule: row.declared.settings.schedule,
    failures: row.failures,
    ...given({
      message: row.message,
      checkedAt: row.checked_at,
      changedAt: row.changed_at,
      // What is paused does not run, whatever it would have been due at.
      nextAt: row.paused_at === null ? row.next_at : null,
      pausedAt: row.paused_at,
      pausedBy: row.paused_by,
      removedAt: row.removed_at,
    }),
    ...parkedPart(row),
  };
}

function parkedPart(row: ListedRow): Pick<SyncStatus, "parked"> {
  const { plan, parked_at, reasons } = row;
  if (plan === null || parked_at === null) return {};
  return {
    parked: {
      plan,
      since: parked_at.toISOString(),
      reasons: (reasons ?? []).slice(0, MOST_REASONS),
      reasonCount: (reasons ?? []).length,
      ...(row.is_refused && { isRefused: true as const }),
      ...(row.decision !== null && { decision: row.decision }),
      ...given({ decidedAt: row.decided_at, decidedBy: row.decided_by, comment: row.comment }),
    },
  };
}

/** Without what is null, and times as texts. */
function given<Name extends string>(
  values: Readonly<Record<Name, string | Date | null>>,
): Partial<Record<Name, string>> {
  const entries = Object.entries(values) as [Name, string | Date | null][];
  return Object.fromEntries(
    entries.flatMap(([name, value]) =>
      value === null ? [] : [[name, value instanceof Date ? value.toISOString() : value]],
    ),
  ) as Partial<Record<Name, string>>;
}
