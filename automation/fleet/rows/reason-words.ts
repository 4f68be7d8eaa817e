import { APPROVALS } from "../../syncs/fleet-settings.ts";
import type { ParkedReason } from "./rows.ts";

/** Why a plan waits, in a line. A rule of `fleet.approve` says in its message what it is. */
export const reasonWords = ({ rule, key, message }: ParkedReason): string =>
  `${key === undefined ? "" : `${key}: `}${message}${APPROVE.has(rule) ? "" : ` (${rule})`}`;

const APPROVE: ReadonlySet<string> = new Set(APPROVALS);
