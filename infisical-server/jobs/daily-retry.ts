import type { Timers } from "./timers.ts";

const DAY_MS = 24 * 60 * 60_000;

/** Calls at each 00:00 UTC (control-plane §3.11). */
export function everyMidnight(now: () => number, timers: Timers, call: () => void): void {
  // From midnight to midnight, not from call to call: a timer may be a little early.
  const wait = (midnight: number): void =>
    timers.after(Math.max(0, midnight - now()), () => {
      call();
      wait(midnight + DAY_MS);
    });
  wait((Math.floor(now() / DAY_MS) + 1) * DAY_MS);
}
