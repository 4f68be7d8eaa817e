import { APPROVALS } from "../../syncs/fleet-settings.ts";

/** Why a plan waits, in a line. A rule of `fleet.approve` says in its message what it is. */
export const reasonWords = ({
  rule,
  key,
  message,
}: {
  rule: string;
  key?: string | undefined;
  message: string;
}): string => `${key === undefined ? "" : `${key}: `}${message}${APPROVE.has(rule) ? "" : ` (${rule})`}`;

const APPROVE: ReadonlySet<string> = new Set(APPROVALS);
