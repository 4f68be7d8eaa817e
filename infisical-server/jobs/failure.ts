// What a failed attempt leads to (control-plane §3.10, §3.11).
import { RemoteError } from "./remote-error.ts";

/** A failure that another attempt would meet again. */
export class FinalError extends Error {}

/** Remote 4xx other than 429 are final; 429, 5xx, network and all other errors are worth another attempt. */
export function isFinal(error: unknown): boolean {
  if (error instanceof RemoteError) return error.status >= 400 && error.status < 500 && error.status !== 429;
  return error instanceof FinalError;
}

/** As it is stored in the row: the column holds 1024 characters. */
export function messageOf(error: unknown): string {
  const text = textOf(error);
  return text.length <= 1024 ? text : `${text.slice(0, 1021)}...`;
}

function textOf(error: unknown): string {
  if (error instanceof RemoteError) {
    return JSON.stringify({ message: error.remoteMessage ?? error.message, error: error.body });
  }
  if (!(error instanceof Error)) return String(error);
  // A failed fetch says what went wrong in its cause; with several addresses the cause has no text of its own.
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
