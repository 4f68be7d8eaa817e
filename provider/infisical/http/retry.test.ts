import { describe, expect, test } from "vitest";
import type { FailureReason, Outcome } from "./request.ts";
import { retryDelayMs } from "./retry.ts";

const NOW = Date.parse("2026-03-04T05:06:07Z");
const READ = { method: "GET", repeat: "safe" } as const;
const UPSERT = { method: "PATCH", repeat: "safe" } as const;
const CREATE = { method: "POST", repeat: "unacted" } as const;

const answered = (status: number, headers: Record<string, string> = {}, text = ""): Outcome => ({
  kind: "response",
  status,
  headers,
  text,
});
const failed = (reason: FailureReason): Outcome => ({ kind: "failure", reason, detail: "" });

/** How often a request is sent in all, if it always ends like this. */
function attempts(outcome: Outcome, call: Parameters<typeof retryDelayMs>[1]): number {
  let count = 1;
  while (retryDelayMs(outcome, call, count, { now: NOW, random: 0 }) !== undefined) count++;
  return count;
}

describe("how often a request is sent", () => {
  test.each<[string, Outcome, number, number, number]>([
    ["429", answered(429), 5, 5, 5],
    ["503", answered(503), 5, 5, 5],
    ["502", answered(502), 5, 5, 1],
    ["504", answered(504), 5, 5, 1],
    ["500", answered(500), 3, 1, 1],
    ["400", answered(400), 1, 1, 1],
    ["403", answered(403), 1, 1, 1],
    ["200", answered(200), 1, 1, 1],
    ["refused connection", failed("connect"), 3, 3, 3],
    ["dropped connection", failed("dropped"), 5, 5, 1],
    ["unknown host", failed("address"), 1, 1, 1],
    ["bad certificate", failed("certificate"), 1, 1, 1],
    ["timeout", failed("timeout"), 1, 1, 1],
    ["cancelled", failed("cancelled"), 1, 1, 1],
  ])("%s", (_name, outcome, read, upsert, create) => {
    expect([attempts(outcome, READ), attempts(outcome, UPSERT), attempts(outcome, CREATE)]).toEqual([
      read,
      upsert,
      create,
    ]);
  });
});

test("what can be done without is asked for again only where the instance asks to wait", () => {
  const optional = { ...READ, isOptional: true } as const;
  const outcomes = [answered(500), answered(503), failed("dropped"), answered(429)];
  expect(outcomes.map((outcome) => attempts(outcome, optional))).toEqual([1, 1, 1, 5]);
});

describe("how long is waited after a 429", () => {
  test.each<[string, Outcome, number]>([
    ["Retry-After in seconds", answered(429, { "retry-after": "7", "x-ratelimit-reset": "30" }), 7000],
    ["Retry-After as a date", answered(429, { "retry-after": "Wed, 04 Mar 2026 05:06:17 GMT" }), 10_000],
    ["x-ratelimit-reset as seconds to go", answered(429, { "x-ratelimit-reset": "12" }), 12_000],
    ["x-ratelimit-reset as a moment", answered(429, { "x-ratelimit-reset": String(NOW / 1000 + 9) }), 9000],
    ["minutes in the message", answered(429, {}, "Please try again in 1 minute"), 60_000],
    ["seconds in the message", answered(429, {}, "Please try again in 23 seconds"), 23_000],
    ["no more than a minute", answered(429, { "retry-after": "3600" }), 60_000],
    ["nothing said: back-off", answered(429), 250],
  ])("%s", (_name, outcome, ms) => {
    expect(retryDelayMs(outcome, READ, 1, { now: NOW, random: 1 })).toBe(ms);
  });
});

test("back-off doubles, with up to half of it left to chance", () => {
  const waits = (random: number) =>
    [1, 2, 3, 4].map((attempt) => retryDelayMs(answered(503), READ, attempt, { now: NOW, random }));
  expect(waits(1)).toEqual([250, 500, 1000, 2000]);
  expect(waits(0)).toEqual([125, 250, 500, 1000]);
});
