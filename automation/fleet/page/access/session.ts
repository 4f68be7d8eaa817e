/** Who looks, kept in a signed cookie: the server remembers of it only that it was ended, and every process of a fleet knows it. */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";

const HOURS_12 = 12 * 60 * 60 * 1000;

const sessionSchema = z.object({
  id: z.string(),
  /** What they call themselves. */
  name: z.string().optional(),
  /** They gave the token. */
  hasToken: z.boolean(),
  until: z.number(),
});
export type Session = z.output<typeof sessionSchema>;

export interface Sessions {
  /** The session of a request's cookies; a new one without any that is valid. */
  read(cookies: string | undefined): Session;
  /** @returns the text of a Set-Cookie header */
  write(session: Session): string;
  /** What a form of this session has to bring along. */
  csrfToken(session: Session): string;
}

export interface SessionOptions {
  /** Of those who have it, the sessions are; another one ends them all. */
  token: string | undefined;
  /** The page is reached by https alone. */
  isSecure: boolean;
  now: () => number;
}

export function createSessions({ token, isSecure, now }: SessionOptions): Sessions {
  const key =
    token === undefined ? randomBytes(32) : hmac(Buffer.from(token), "sessions of the fleet's page");
  const cookieName = `${isSecure ? "__Host-" : ""}external-infisical-fleet`;
  const sign = (text: string) => hmac(key, `session ${text}`).toString("base64url");

  const parse = (cookie: string): Session | undefined => {
    const [text = "", signature = ""] = cookie.split(".");
    if (!isSame(signature, sign(text))) return undefined;
    const session = sessionSchema.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
    return session.until > now() ? session : undefined;
  };

  return {
    read(cookies) {
      const given = cookieOf(cookies, cookieName);
      const known = given === undefined ? undefined : parse(given);
      return known ?? { id: randomBytes(16).toString("base64url"), hasToken: false, until: now() + HOURS_12 };
    },
    write(session) {
      const text = Buffer.from(JSON.stringify(session)).toString("base64url");
      const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${HOURS_12 / 1000}${isSecure ? "; Secure" : ""}`;
      return `${cookieName}=${text}.${sign(text)}; ${attributes}`;
    },
    csrfToken: ({ id }) => hmac(key, `form ${id}`).toString("base64url"),
  };
}

/** Takes as long whatever is wrong. */
export const isSame = (given: string, wanted: string): boolean =>
  timingSafeEqual(hmac(COMPARED, given), hmac(COMPARED, wanted));

/** Texts of one length, from which nothing of the others can be told. */
const COMPARED = randomBytes(32);

const hmac = (key: Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

function cookieOf(cookies: string | undefined, name: string): string | undefined {
  const all = cookies?.split(";").map((each) => each.trim()) ?? [];
  return all.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
}
