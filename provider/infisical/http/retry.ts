import type { Call } from "./exchange.ts";
import type { Outcome } from "./request.ts";

const MOST_ATTEMPTS = 5;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 60_000;

/**
 * How long to wait before the next attempt, or undefined when there is to be none.
 * `attempt` counts from 1; `random` is a number from 0 to 1.
 */
export function retryDelayMs(
  outcome: Outcome,
  call: Pick<Call<unknown>, "method" | "repeat" | "isOptional">,
  attempt: number,
  { now, random }: { now: number; random: number },
): number | undefined {
  const most = mostAttempts(outcome, call);
  if (attempt >= most) return undefined;
  const asked =
    outcome.kind === "response" && outcome.status === 429 ? askedDelayMs(outcome, now) : undefined;
  const backOff = FIRST_DELAY_MS * 2 ** (attempt - 1) * (0.5 + random / 2);
  return Math.min(asked ?? backOff, LONGEST_DELAY_MS);
}

/** True where the instance may have done what was asked, although it has not said so. */
export const mayHaveActed = (outcome: Outcome): boolean =>
  outcome.kind === "failure"
    ? outcome.reason !== "connect"
    : outcome.status === 500 || outcome.status === 502 || outcome.status === 504;

function mostAttempts(
  outcome: Outcome,
  call: Pick<Call<unknown>, "method" | "repeat" | "isOptional">,
): number {
  if (call.isOptional && !(outcome.kind === "response" && outcome.status === 429)) return 1;
  const isSafe = call.repeat === "safe";
  if (outcome.kind === "failure") {
    // A server that is being restarted is back in a moment; a wrong port would be wrong for ever.
    if (outcome.reason === "connect") return 3;
    return outcome.reason === "dropped" && isSafe ? MOST_ATTEMPTS : 1;
  }
  switch (outcome.status) {
    case 429:
    case 503:
      return MOST_ATTEMPTS;
    case 502:
    case 504:
      return isSafe ? MOST_ATTEMPTS : 1;
    case 500:
      // The answer to a body over 1 MiB is a 500 as well (data-plane §1): no use in sending it again.
      return call.method === "GET" ? 3 : 1;
    default:
      return 1;
  }
}

/** Retry-After, else the rate limiter's reset, else the time that the message names (data-plane §3, §20). */
function askedDelayMs(response: Extract<Outcome, { kind: "response" }>, now: number): number | undefined {
  const after = response.headers["retry-after"];
  const seconds = number(after) ?? resetSeconds(number(response.headers["x-ratelimit-reset"]), now);
  if (seconds !== undefined) return Math.max(0, seconds * 1000);
  // A date begins with the day's name; Date.parse finds one in "-5" as well.
  const date = after !== undefined && /^\s*[A-Z]/i.test(after) ? Date.parse(after) : Number.NaN;
  if (!Number.isNaN(date)) return Math.max(0, date - now);
  const named = /(\d+(?:\.\d+)?)\s*(?:s(?:ec|\b)|(m)in)/i.exec(response.text.slice(0, 2000));
  return named === null ? undefined : Number(named[1]) * (named[2] === undefined ? 1000 : 60_000);
}

/** What an answer tells of the limit it counts against: how many requests are left, and when they are renewed. */
export function limitTold(
  headers: Record<string, string | undefined>,
  now: number,
): { remaining: number; resetMs: number } | undefined {
  const remaining = number(headers["x-ratelimit-remaining"]);
  const reset = resetSeconds(number(headers["x-ratelimit-reset"]), now);
  if (remaining === undefined || reset === undefined) return undefined;
  return { remaining, resetMs: Math.min(Math.max(0, reset * 1000), LONGEST_DELAY_MS) };
}

/** How many requests the instance takes in a window, where it tells. */
export const limitIn = (headers: Record<string, string | undefined>): number | undefined =>
  number(headers["x-ratelimit-limit"]);

/** The header counts down the seconds, or names a moment in seconds since 1970. */
function resetSeconds(reset: number | undefined, now: number): number | undefined {
  return reset !== undefined && reset > 1_000_000_000 ? reset - now / 1000 : reset;
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}
