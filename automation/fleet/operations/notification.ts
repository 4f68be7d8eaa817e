/** What the user's own webhook is told, and how it is signed: as https://www.standardwebhooks.com has it. */
import { createHmac } from "node:crypto";
import type { Due } from "./due.ts";

/** Of many keys each has a reason. */
const MOST_REASONS = 20;

export function bodyOf(due: Due, at: Date, pageUrl: string | undefined): string {
  const { project, name, state, message, failures, plan, reasons, is_refused } = due;
  const event = state === "well" ? "recovered" : state === "failed" ? "failed" : "parked";
  const page =
    pageUrl && new URL(`/syncs/${encodeURIComponent(project)}/${encodeURIComponent(name)}`, pageUrl).href;
  return JSON.stringify({
    version: 1,
    type: event,
    timestamp: at.toISOString(),
    data: {
      project,
      sync: name,
      ...(page && { page }),
      ...(event === "failed" && { message: message ?? "", failures }),
      ...(event === "parked" && {
        plan,
        ...(is_refused && { isRefused: true }),
        reasons: (reasons ?? []).slice(0, MOST_REASONS),
        reasonCount: (reasons ?? []).length,
      }),
    },
  });
}

/** One that is told again has the same. */
export const idOf = ({ message_id }: Due): string => `msg_${message_id}`;

export function headersOf(
  body: string,
  { id, at, secret }: { id: string; at: Date; secret: string | undefined },
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  return {
    "content-type": "application/json",
    "user-agent": "external-infisical",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    ...(secret !== undefined && {
      "webhook-signature": `v1,${createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest("base64")}`,
    }),
  };
}

const PREFIX = "whsec_";

const keyOf = (secret: string): Buffer =>
  secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), "base64") : Buffer.from(secret);
