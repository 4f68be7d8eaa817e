import type { Clock } from "../clock.ts";

export interface Timers {
  after(delayMs: number, task: () => void | Promise<void>): void;
  /** Calls off what waits; nothing is taken on any more. */
  close(): void;
}

/** The timers of one owner, so that they can be called off together. */
export function createTimers(clock: Clock): Timers {
  const waiting = new Set<() => void>();
  let isClosed = false;
  return {
    after(delayMs, task) {
      if (isClosed) return;
      const cancel = clock.schedule(delayMs, () => {
        waiting.delete(cancel);
        return task();
      });
      waiting.add(cancel);
    },
    close() {
      isClosed = true;
      for (const cancel of waiting) cancel();
      waiting.clear();
    },
  };
}
