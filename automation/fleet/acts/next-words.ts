import { NEVER } from "../../syncs/fleet-settings.ts";
import type { SyncStatus } from "./status-document.ts";

/** When a sync runs next, where that is no time; undefined where it is one. */
export function nextWords({
  nextAt,
  pausedAt,
  schedule,
  status,
}: Pick<SyncStatus, "nextAt" | "pausedAt" | "schedule" | "status">): string | undefined {
  if (pausedAt !== undefined) return "when resumed";
  if (nextAt !== undefined) return undefined;
  return schedule === NEVER && status !== "new" ? "when asked" : "due";
}
