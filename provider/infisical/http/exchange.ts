/** The vocabulary between endpoints, client and store: what is asked, and what came back. */
import type { z } from "zod";

/** One request to an instance, described as data. */
export interface Call<T> {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Path without the query, as errors show it: `/api/v4/secrets`. */
  route: string;
  query?: Record<string, string>;
  /** JSON text, or its bytes. */
  body?: string | Uint8Array;
  /** Shape of the body of a 200. */
  answer: z.ZodType<T>;
  /**
   * `safe`: may be repeated although the server may have acted already (reads, idempotent writes).
   * `unacted`: only where the server certainly did nothing.
   */
  repeat: "safe" | "unacted";
  /** The asker goes on without an answer: where the instance fails at it, it is not asked again. */
  isOptional?: true;
  /** Completes "Cannot …", for errors. */
  what: string;
  /** Whose request it is: those of different lanes take turns. */
  lane?: string;
  /** Sent as If-None-Match. */
  etag?: string | undefined;
  /** How long it may still take, asked before each attempt: with nothing left it is not sent. */
  msLeft?: () => number;
  /** Values inside the body, which a server may echo in a refusal. */
  confidential?: () => Iterable<string>;
}

/** A 4xx that the asker must judge; other failures are thrown by the client. */
export interface Refusal {
  status: number;
  /** The server's own words, shortened and without secrets; left out where only a part of one stands in them. */
  text: string;
  /** Looks for a known text in the server's words, also where they are left out. */
  says(pattern: RegExp): boolean;
  /** The server's name of the error, for example `PermissionDenied`. */
  error?: string | undefined;
  requestId?: string | undefined;
  /** What a 403 says about the right that was missing. */
  rights: readonly MissingRight[];
  /** The framework has no such route (data-plane §1), as against a thing that is not there. */
  isRouteMissing: boolean;
  /** The same request may have been carried out before, by an attempt that was not answered. */
  isAfterDoubt: boolean;
  method: string;
  /** Without the query. */
  url: string;
  what: string;
}

/** One entry of the `details` of a PermissionDenied (data-plane §2). */
export interface MissingRight {
  action: string;
  subject: string;
  conditions?: string | undefined;
}

/** What came back from a {@link Call}. */
export type Answer<T> =
  | { kind: "ok"; value: T; etag: string | undefined }
  | { kind: "unchanged" }
  | { kind: "refused"; refusal: Refusal };
