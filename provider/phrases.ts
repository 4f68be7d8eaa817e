/**
 * Phrases of failures by which their code is known again where their text alone is handed on, as by Pulumi. Who tells of
 * such a failure takes its phrase from here.
 */
import type { ErrorCode } from "./errors.ts";

export const PHRASES = {
  credentialsRefused: "the credentials were refused",
  tokenRefused: "the access token was refused",
  noClientSecret: "No client secret for",
  noCredentials: "No credentials for",
  noToken: "there are no credentials from",
  hostNotAllowed: "is not among the allowed hosts",
  notInTime: "did not answer in time",
} as const;

const CODES: Readonly<Record<keyof typeof PHRASES, ErrorCode>> = {
  credentialsRefused: "authentication",
  tokenRefused: "authentication",
  noClientSecret: "missing-credentials",
  noCredentials: "missing-credentials",
  noToken: "missing-credentials",
  hostNotAllowed: "host-not-allowed",
  notInTime: "timeout",
};

/** The codes that a text tells. */
export const codesIn = (text: string): ErrorCode[] =>
  Object.entries(PHRASES).flatMap(([name, phrase]) =>
    text.includes(phrase) ? [CODES[name as keyof typeof PHRASES]] : [],
  );
