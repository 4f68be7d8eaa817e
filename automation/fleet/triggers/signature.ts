/** Whether a webhook comes from who has its secret, and just now. */
import { createHmac, timingSafeEqual } from "node:crypto";

/** Longer ago, or further ahead, a message is not believed: who has recorded it cannot send it for ever. */
const WINDOW_MS = 15 * 60_000;

const SIGNATURE = /^t=(\d{1,16});([0-9a-f]{64})$/;

/**
 * As Infisical signs (`t=MILLISECONDS;HMAC`): the HMAC is of the body alone, in which the time stands once more.
 *
 * @param secrets one of them is right: several while one takes the place of another
 * @param told the time in the body
 */
export function isSigned(
  header: unknown,
  { body, told }: { body: string | Buffer; told: unknown },
  { secrets, now }: { secrets: readonly string[]; now: number },
): boolean {
  const [, time, signature] = SIGNATURE.exec(typeof header === "string" ? header : "") ?? [];
  if (time === undefined || signature === undefined) return false;
  const given = Buffer.from(signature, "hex");
  // All are tried, so that the time taken tells nothing.
  const right = secrets.filter((secret) =>
    timingSafeEqual(given, createHmac("sha256", secret).update(body).digest()),
  );
  return right.length > 0 && told === Number(time) && Math.abs(now - told) <= WINDOW_MS;
}
