/** Where a server gets its time from: all its timers and timestamps come through here. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs a task after a while; the function that comes back calls it off. The task handles its own failures. */
  schedule(delayMs: number, task: () => void | Promise<void>): () => void;
}

/** The time of this machine. */
export const systemClock: Clock = { now: Date.now, schedule: (delayMs, task) => startTimer(delayMs, task) };

/** Time that starts now and passes faster: with 10, an hour of the server takes six minutes. */
export function acceleratedClock(factor: number): Clock {
  const start = Date.now();
  return {
    now: () => start + Math.round((performance.timeOrigin + performance.now() - start) * factor),
    schedule: (delayMs, task) => startTimer(delayMs / factor, task),
  };
}

/** Time that stands still until a test moves it; a test of a day takes milliseconds. */
export interface ManualClock extends Clock {
  /** Moves on, running the tasks that fall due in their order; each is waited for before time moves further. */
  advance(ms: number): Promise<void>;
}

export function createManualClock(start: number): ManualClock {
  let now = start;
  const due: { at: number; task: () => void | Promise<void> }[] = [];
  return {
    now: () => now,
    schedule(delayMs, task) {
      const entry = { at: now + delayMs, task };
      // Behind those of the same time: first come, first served.
      const later = due.findIndex(({ at }) => at > entry.at);
      due.splice(later === -1 ? due.length : later, 0, entry);
      return () => {
        const index = due.indexOf(entry);
        if (index !== -1) due.splice(index, 1);
      };
    },
    async advance(ms) {
      const end = now + ms;
      for (let next = due[0]; next !== undefined && next.at <= end; next = due[0]) {
        due.shift();
        now = Math.max(now, next.at);
        await next.task();
      }
      now = end;
    },
  };
}

function startTimer(delayMs: number, task: () => void | Promise<void>): () => void {
  const timer = setTimeout(task, delayMs);
  // A server that nothing else keeps alive may end with work in the future.
  timer.unref();
  return () => clearTimeout(timer);
}
