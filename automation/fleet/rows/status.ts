import type { SyncRow } from "./rows.ts";

/** What a sync is, in a word. Parked and failed ones want somebody. */
export const STATUSES = ["removed", "paused", "parked", "failed", "rejected", "new", "ok"] as const;
export type Status = (typeof STATUSES)[number];

/** What of a row decides it. */
export function statusOf({
  outcome,
  paused_at,
  removed_at,
}: Pick<SyncRow, "outcome" | "paused_at" | "removed_at">): Status {
  if (removed_at) return "removed";
  if (paused_at) return "paused";
  switch (outcome) {
    case "none":
      return "new";
    case "unchanged":
    case "changed":
      return "ok";
    case "failed":
    case "parked":
    case "rejected":
      return outcome;
    default:
      return outcome satisfies never;
  }
}
