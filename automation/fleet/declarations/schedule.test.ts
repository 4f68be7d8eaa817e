import { expect, test } from "vitest";
import { nextRun, scheduleProblem } from "./schedule.ts";

const AFTER = new Date("2026-03-01T10:00:00Z");

test.each([
  ["30s", 0, "2026-03-01T10:00:30.000Z"],
  ["5m", 0, "2026-03-01T10:05:00.000Z"],
  ["5m", 1, "2026-03-01T10:04:30.000Z"],
  ["12h", 0, "2026-03-01T22:00:00.000Z"],
  ["2d", 0, "2026-03-03T10:00:00.000Z"],
  ["15 * * * *", 0, "2026-03-01T10:15:00.000Z"],
  ["0 3 * * MON-FRI", 0, "2026-03-02T03:00:00.000Z"],
  ["0 3 * * *", 0.5, "2026-03-02T03:00:10.000Z"],
  ["0 10 * * *", 0, "2026-03-02T10:00:00.000Z"],
])("%s with jitter %d", (schedule, jitter, expected) => {
  expect(nextRun({ schedule }, AFTER, jitter)?.toISOString()).toBe(expected);
});

test("never has no next run", () => {
  expect(nextRun({ schedule: "never" }, AFTER, 0.5)).toBeUndefined();
});

test.each(["61 * * * *", "* * * FOO *", "0 0 30 2 *"])("%s says nothing", (schedule) => {
  expect(scheduleProblem({ schedule })).toMatch(/^is no time of cron: ./);
});

test.each(["5m", "never", "*/5 8-18 * * 1-5"])("%s says something", (schedule) => {
  expect(scheduleProblem({ schedule })).toBeUndefined();
});
