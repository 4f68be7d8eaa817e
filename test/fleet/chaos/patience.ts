/** Waits that end: what has not come to pass within so long is a fault of the story, and named. */
import { setTimeout as delay } from "node:timers/promises";

const MOST_MS = 180_000;

export type Until = (what: string, isSo: () => Promise<boolean>) => Promise<boolean>;

export function patience(): { until: Until; faults: string[] } {
  const faults: string[] = [];
  return {
    faults,
    async until(what, isSo) {
      const end = Date.now() + MOST_MS;
      while (Date.now() < end) {
        // A database that is away is asked again.
        if (await isSo().catch(() => false)) return true;
        await delay(50);
      }
      faults.push(`${what}: not within ${MOST_MS / 1000} s`);
      return false;
    },
  };
}
