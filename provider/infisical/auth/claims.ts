/** What a token says of itself: read, and not verified. */
import { z } from "zod";
import { parseJson } from "../../parse-json.ts";

const text = z.string().optional().catch(undefined);
const claimsSchema = z.object({
  iss: text,
  sub: text,
  /** Of an access token of the product (data-plane §5.1). */
  identityId: text,
  aud: z.array(z.string()).or(text),
  /** Seconds since 1970. */
  exp: z.number().optional().catch(undefined),
});
export type Claims = z.output<typeof claimsSchema>;

const LONGEST = 200;

/** The claims of a JWT; undefined where the text is none. */
export function claimsOf(jwt: string): Claims | undefined {
  const [header, payload, signature, ...rest] = jwt.split(".");
  if (!signature || rest.length > 0 || jsonIn(header) === undefined) return undefined;
  return claimsSchema.safeParse(jsonIn(payload)).data;
}

/** The claims by which logins are allowed and refused, for people. */
export function claimsText({ iss, sub, aud, exp }: Claims): string {
  const told = (name: string, value: string | undefined) =>
    value === undefined ? `no ${name}` : `${name} ${JSON.stringify(value.slice(0, LONGEST))}`;
  return [
    told("iss", iss),
    told("sub", sub),
    told("aud", Array.isArray(aud) ? aud.join(", ") : aud),
    exp === undefined ? "no exp" : `exp ${dateText(exp)}`,
  ].join(", ");
}

/** Any number may stand there, and not every one is a date. */
function dateText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}

/** An object in base64url, as both parts of a JWT are. */
function jsonIn(part: string | undefined): unknown {
  if (!part || !/^[\w-]+$/.test(part)) return undefined;
  return parseJson(Buffer.from(part, "base64url").toString());
}
