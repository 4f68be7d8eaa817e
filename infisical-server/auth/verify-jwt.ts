// Tokens that others have issued: signature and times, then what an identity's settings ask of the claims (contract §21.2).
import { createPublicKey, type JsonWebKey, type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import { ApiError, forbidden, unauthorized } from "../http/errors.ts";
import type { Bounds } from "./machine-auth-schema.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** The answer to a token in which something is missing that is looked for, or whose issuer fails. */
export type Failure = (message: string) => Error;

/** Versions of 2024 fail in themselves there. */
export const failureOf = ({ answersTokenFaults }: { answersTokenFaults: boolean }): Failure =>
  answersTokenFaults ? unauthorized : () => new ApiError(500, "InternalServerError", "Something went wrong");

export interface Header {
  alg: string;
  kid?: string | undefined;
}

const headerSchema = z.object({ alg: z.string(), kid: z.string().optional() });

/** @param keysOf all that may have signed it */
export async function verifiedClaims(
  jwt: string,
  keysOf: (header: Header) => Promise<readonly KeyObject[]>,
  now: number,
): Promise<Claims> {
  const [head = "", payload = "", signature = "", ...rest] = jwt.split(".");
  const header = headerSchema.safeParse(parsed(head)).data;
  const claims = z.record(z.string(), z.unknown()).safeParse(parsed(payload)).data;
  if (!header || !claims || signature === "" || rest.length > 0) throw unauthorized("Invalid JWT");
  const hash = ALGORITHMS.get(header.alg);
  if (hash === undefined) throw unauthorized("Access denied: invalid algorithm");
  const keys = await keysOf(header);
  const signed = Buffer.from(`${head}.${payload}`);
  const isRight = keys.some((key) =>
    verify(hash, signed, { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url")),
  );
  if (!isRight) throw unauthorized("Access denied: invalid signature");
  const { exp, nbf } = claims;
  // Without any leeway, and a token without them is taken.
  if (typeof nbf === "number" && now < nbf) throw unauthorized("Access denied: jwt not active");
  if (typeof exp === "number" && now >= exp) throw unauthorized("Access denied: jwt expired");
  return claims;
}

const ALGORITHMS = new Map([
  ["RS256", "sha256"],
  ["ES256", "sha256"],
]);

function parsed(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString());
  } catch {
    return undefined;
  }
}

/** Subject, audience and claims, in this order. @param what how the method calls itself in its answers */
export function requireBounds(claims: Claims, bounds: Bounds, what: string, fail: Failure): void {
  const { boundSubject, boundAudiences, boundClaims } = bounds;
  const { sub, aud } = claims;
  if (boundSubject !== "") {
    if (typeof sub !== "string") throw fail("Access denied: token has no sub field");
    if (!matches(sub, boundSubject)) throw forbidden(`Access denied: ${what} subject not allowed.`);
  }
  if (boundAudiences !== "") {
    const given = typeof aud === "string" ? [aud] : Array.isArray(aud) ? aud.map(String) : [];
    // Versions of 2024 fail at a list.
    if (given.length === 0 || (Array.isArray(aud) && fail !== unauthorized))
      throw fail("Access denied: token has no aud field");
    if (!listed(boundAudiences).some((one) => given.some((each) => matches(each, one))))
      throw unauthorized(`Access denied: ${what} audience not allowed.`);
  }
  for (const [name, allowed] of Object.entries(boundClaims)) {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    if (value === undefined) throw fail(`Access denied: token has no ${name} field`);
    if (!listed(allowed).some((one) => matches(String(value), one)))
      throw unauthorized(`Access denied: ${what} claim not allowed.`);
  }
}

export const listed = (text: string): string[] =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");

/** `*` stops at a slash; `**` goes on, as a whole part only. */
function matches(text: string, pattern: string): boolean {
  if (text === pattern) return true;
  const parts = pattern.split("/").map((part, index) => {
    if (part === "**") return index === 0 ? ".*" : "(?:/.*)?";
    const own = part.replaceAll(/[\\^$.|?+()[\]{}]/g, "\\$&").replaceAll(/\*+/g, "[^/]*");
    return index === 0 ? own : `/${own}`;
  });
  return new RegExp(`^${parts.join("")}$`, "s").test(text);
}

const keySet = z.object({ keys: z.array(z.looseObject({ kid: z.string().optional() })) });

/** The keys of a set that may have signed a token: without a key's name, all of them. */
export async function keysAt(url: string, { kid }: Header, fail: Failure): Promise<KeyObject[]> {
  const { keys } = keySet.parse(await jsonAt(url, () => fail(`Access denied: Failed to fetch ${url}`)));
  const fitting = kid === undefined ? keys.slice(0, 10) : keys.filter((key) => key.kid === kid);
  if (fitting.length === 0) throw fail(`Access denied: the signing key '${kid}' was not found in the JWKS`);
  return fitting.map((key) => createPublicKey({ key: key as JsonWebKey, format: "jwk" }));
}

/** Asked for at each login: nothing is kept between two of them. */
export async function jsonAt(url: string, failed: () => Error, init?: RequestInit): Promise<unknown> {
  try {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
    if (answer.ok) return await answer.json();
  } catch {
    throw failed();
  }
  throw failed();
}
