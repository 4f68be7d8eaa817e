import { oneLine } from "./printable.ts";

/**
 * What can go wrong, by the name a caller branches on. Names are stable: they cross process borders and
 * appear in reports.
 */
export type ErrorCode =
  // the user's arguments and configuration
  | "invalid-arguments"
  | "missing-credentials"
  | "insecure-url"
  /** The environment names the hosts that may be talked to, and this is none of them. */
  | "host-not-allowed"
  | "same-place"
  | "shared-destination"
  // what an instance answered
  | "unreachable"
  | "untrusted-certificate"
  | "timeout"
  | "not-infisical"
  | "authentication"
  | "forbidden"
  | "project-not-found"
  | "environment-not-found"
  | "folder-not-found"
  | "wrong-project-type"
  | "secret-not-found"
  /** A folder has keys more than once. */
  | "duplicate-keys"
  | "already-exists"
  | "rejected"
  | "rate-limited"
  | "server-error"
  | "pending-approval"
  /** A connection or sync that an instance should have is not there. */
  | "not-found"
  /** The instance, or this version of it, does not know connections and syncs. */
  | "unsupported"
  /** Another job of the sync is running at the instance. */
  | "sync-busy"
  /** A sync, import or removal that the instance runs by itself ended badly. */
  | "run-failed"
  | "cancelled"
  // guards: refused before anything is written
  | "partial-read"
  | "empty-source"
  | "too-many-deletes"
  | "unowned-keys"
  /** Keys carry the mark of another sync. */
  | "owned-elsewhere"
  /** The destination project refuses marks, which are not encrypted. */
  | "encrypted-metadata"
  /** The destination's version has no metadata to put a mark into. */
  | "no-metadata"
  /** An instance rotates these keys by itself, and takes no other value for them. */
  | "rotated-secrets"
  | "invalid-keys"
  | "unresolved-references"
  | "imported-references"
  // deployments
  | "plan-changed"
  | "partial-apply"
  | "not-as-planned"
  /** A rollback that could put back none of what later runs have changed. */
  | "nothing-to-restore"
  | "unreadable-state";

/** Details of a {@link BridgeError}; all optional. */
export interface ErrorDetails {
  /** The argument the user wrote that this is about, for example `destinationConfig.environment`. */
  path?: string | undefined;
  /** What to do next, as a full sentence. */
  hint?: string | undefined;
  cause?: unknown;
}

/** Every failure this package reports. Branch on `code`; the text is for people and never holds a secret. */
export class BridgeError extends Error {
  readonly code: ErrorCode;
  readonly path: string | undefined;
  readonly hint: string | undefined;

  /** @param message its lines, where it has several: a line break inside a text is of a name that somebody chose so */
  constructor(code: ErrorCode, message: string | readonly string[], details: ErrorDetails = {}) {
    // Names and texts of an instance stand in many messages; here none is forgotten.
    super(
      [message].flat().map(oneLine).join("\n"),
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.name = "BridgeError";
    this.code = code;
    this.path = details.path;
    this.hint = details.hint === undefined ? undefined : oneLine(details.hint);
  }
}

/** An HTTP exchange that ended badly. The URL has no query and no body is kept: both may carry secrets. */
export class HttpError extends BridgeError {
  readonly status: number;
  readonly method: string;
  readonly url: string;
  readonly requestId: string | undefined;
  /** An earlier attempt of the same request may have been carried out, although no answer came. */
  readonly isAfterDoubt: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    http: {
      status: number;
      method: string;
      url: string;
      requestId?: string | undefined;
      isAfterDoubt?: boolean | undefined;
    },
    details: ErrorDetails = {},
  ) {
    super(code, message, details);
    this.name = "HttpError";
    this.status = http.status;
    this.method = http.method;
    this.url = http.url;
    this.requestId = http.requestId;
    this.isAfterDoubt = http.isAfterDoubt ?? false;
  }
}

/** True where an instance has answered that it did not do what it was asked: then nothing of that request happened. */
export const isRefusal = (error: unknown): boolean =>
  hasCode(error, "pending-approval") ||
  // A 408 may come after the instance has begun.
  (error instanceof HttpError &&
    !error.isAfterDoubt &&
    error.status >= 300 &&
    error.status < 500 &&
    error.status !== 408);

/** True for an error of this package with one of the given codes. */
export function hasCode(error: unknown, ...codes: ErrorCode[]): error is BridgeError {
  return error instanceof BridgeError && codes.includes(error.code);
}

/** Message and hint as one text, the way every adapter prints a failure. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message } = error;
  const { path, hint } = toldBeside(error);
  const told = path === undefined ? message : `${path}: ${message}`;
  if (hint === undefined) return told;
  // A server's text in the message may end anywhere, and a list needs a line of its own.
  if (message.includes("\n")) return `${told}\n${hint}`;
  return /[.!?]$/.test(told) ? `${told} ${hint}` : `${told}. ${hint}`;
}

/** Errors of the commands have a hint as well, and are not known here. */
function toldBeside(error: Error): { path?: string | undefined; hint?: string | undefined } {
  if (error instanceof BridgeError) return error;
  return "hint" in error && typeof error.hint === "string" ? { hint: error.hint } : {};
}
