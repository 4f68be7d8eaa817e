import { BridgeError } from "../../../errors.ts";
import { jobWords, type SyncRow } from "../../../infisical/control-plane/index.ts";
import { printable } from "../../../printable.ts";
import { isUnsuccessful, type JobKind, jobOf } from "./jobs.ts";

const DONE_BY: Record<JobKind, string> = { sync: "sync", import: "import", remove: "removal" };

/** The error for a job that failed at the instance. */
export function jobFailure(row: SyncRow, kind: JobKind): BridgeError {
  const { status, message } = jobOf(row, kind);
  const told = message === undefined ? "without a message" : jobWords(message);
  const { hint } = HINTS.find(({ text }) => message !== undefined && text.test(message)) ?? OTHERWISE;
  return new BridgeError(
    "run-failed",
    `The instance's ${DONE_BY[kind]} of "${row.name}" ${endedAs(status)}: ${told.replace(/\.$/, "")}.`,
    {
      hint: kind === "sync" ? hint : undefined,
    },
  );
}

/** "failed", or the instance's own word for it. */
export const endedAs = (status: string | undefined): string =>
  status === undefined || status === "failed" || !isUnsuccessful(status)
    ? "failed"
    : `ended as ${JSON.stringify(printable(status))}, which this version does not know`;

const OTHERWISE = { hint: "Mend the cause, and deploy again: the instance is then asked for another run." };
const HINTS = [
  {
    text: /Folder with path|folder.*not found/i,
    hint: "The instance makes no folders at the destination: create it there, and deploy again.",
  },
  {
    text: /status code 401|Invalid credentials/i,
    hint: "The instance could not log in at the destination: check the connection's credentials.",
  },
  {
    text: /more than one folder/,
    hint: 'Rename them, or let the destination be a tree as well, which execution: "engine" can.',
  },
  {
    text: /above the limit of \d+/,
    hint: 'That is a limit of this version of the instance; execution: "engine" has none.',
  },
  {
    text: /too large|status code 413|status code 500/i,
    hint: 'The instance sends all secrets in one request, which may hold 1 MiB; execution: "engine" splits them.',
  },
];
