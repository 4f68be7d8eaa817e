import { setTimeout as delay } from "node:timers/promises";

/** Asks until it is so; fails after a minute. */
export async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  const start = Date.now();
  while (!(await isSo())) {
    if (Date.now() - start > 60_000) throw new Error("It has not come to that within a minute.");
    await delay(250);
  }
}

/** Looks until something has happened; fails after a minute. */
export async function secondsUntil(hasHappened: () => boolean): Promise<string> {
  const start = Date.now();
  while (!hasHappened()) {
    if (Date.now() - start > 60_000) throw new Error("What was waited for has not happened within a minute.");
    await delay(50);
  }
  return ((Date.now() - start) / 1000).toFixed(1);
}
