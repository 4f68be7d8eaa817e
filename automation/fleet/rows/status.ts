/** What people call the state that a sync is in. Those first that need somebody. */

/** Each with the condition that a row of `sync` and, where there is one, of `parked` meets; the first that it meets is its. */
const CONDITIONS = {
  parked: "parked.sync is not null and parked.decision is null",
  failed: "sync.outcome = 'failed' and sync.paused_at is null",
  paused: "sync.paused_at is not null",
  approved: "parked.decision = 'approved'",
  rejected: "parked.decision = 'rejected'",
  removed: "sync.removed_at is not null",
  new: "sync.outcome = 'none'",
  synced: "true",
} as const;

export type Status = keyof typeof CONDITIONS;
export const STATUSES = Object.keys(CONDITIONS) as [Status, ...Status[]];

/** The status in a query over `sync left join parked`. */
export const STATUS_SQL = `case ${Object.entries(CONDITIONS)
  .map(([status, condition]) => `when ${condition} then '${status}'`)
  .join(" ")} end`;
