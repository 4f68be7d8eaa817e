/** Errors of logins: what was sent, as far as it may be told, and what to do about it (data-plane §5.1, §21). */

import { type BridgeError, HttpError } from "../../errors.ts";
import { PHRASES } from "../../phrases.ts";
import { METHOD_NAMES } from "../auth/login.ts";
import type { Proof, Provable } from "../auth/proof.ts";
import { refusalError, refusalOf } from "./answer.ts";
import type { Answer, Refusal } from "./exchange.ts";

type Unsuccessful = Exclude<Answer<unknown>, { kind: "ok" }>;

export function refusedLogin(
  answer: Unsuccessful,
  login: Provable,
  { says }: Proof,
  path: string,
): BridgeError {
  const refusal = refusalOf(answer);
  const name = METHOD_NAMES[login.method];
  if (refusal.isRouteMissing) return unknownMethod(refusal, name, login, path);
  return refusalError(refusal, "authentication", {
    because: `${PHRASES.credentialsRefused}${says === undefined ? "" : `; ${says}`}.`,
    path,
    hint: login.method === "universal" ? UNIVERSAL : hintOf(refusal, name),
  });
}

/** Versions of 2024 fail in themselves where a token lacks what they look for, and at an issuer that they do not reach. */
export function failedLogin(error: HttpError, { says }: Proof): HttpError {
  if (error.code !== "server-error" || says === undefined) return error;
  const { status, requestId, method, url, isAfterDoubt } = error;
  return new HttpError(
    error.code,
    `${error.message} It may be about the login itself: ${says}.`,
    { status, requestId, method, url, isAfterDoubt },
    {
      path: error.path,
      hint: "Older versions answer so to a token that lacks a claim they look for, has a list of audiences, or is signed with a key that its issuer does not publish, and where they do not reach the issuer. Check these; else try again later.",
      cause: error,
    },
  );
}

function unknownMethod(refusal: Refusal, name: string, { method }: Provable, path: string): BridgeError {
  if (method === "universal")
    return refusalError(refusal, "not-infisical", {
      because: `the instance has no ${name} login.`,
      path,
      hint: "Check that the URL is that of an Infisical instance.",
    });
  return refusalError(refusal, "unsupported", {
    because: `the instance's version knows no ${name}.`,
    path,
    hint: "Check that the URL is that of an Infisical instance, and log in by another method, or update the instance.",
  });
}

const UNIVERSAL =
  "Check that client ID and client secret belong together and to this instance, that the secret is neither expired, revoked nor used up, and that this machine's address is trusted. It is not tried again: three refusals lock the identity, usually for five minutes.";

/** By what the instance says, the right one of these is found first. */
const HINTS: readonly [says: RegExp, hint: string][] = [
  [/expired/i, "The token had expired: get it right before the run, or one that lives longer."],
  [
    /not active|before/i,
    "The token is not good yet: the clocks of its issuer and of the instance differ, of which no second is allowed.",
  ],
  [
    /audience/i,
    "Ask the issuer for a token with an audience that the identity's settings allow, or allow its aud there.",
  ],
  [
    /subject/i,
    "Compare the token's sub with the subject in the identity's settings. In patterns * ends at a slash, and ** goes beyond it as a whole part only: repo:acme/app:* does not match repo:acme/app:ref:refs/heads/main, and repo:acme/** does.",
  ],
  [
    /issuer/i,
    "The token's iss must be the issuer in the identity's settings to the letter, slash at the end included.",
  ],
  [/claim/i, "Compare the token's claims with those that the identity's settings ask for."],
  [
    /signature|algorithm|signing key/i,
    "The token is not from the issuer whose keys the identity's settings name.",
  ],
];

function hintOf(refusal: Refusal, name: string): string {
  const known = HINTS.find(([says]) => refusal.says(says));
  if (known) return known[1];
  if (refusal.status === 404)
    return `Check the identity's ID, and that ${name} is set up for it at this instance.`;
  return `Compare what was sent with what the identity's ${name} allows at this instance, this machine's address included.`;
}
