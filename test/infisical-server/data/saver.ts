import type { Clock } from "../clock.ts";

/** So many changes in a row become one write. */
const DELAY_MS = 200;

export interface Saver {
  /** Saves soon; may be called as often as one likes. */
  changed(): void;
  /** Waits for a save in progress and saves a last time. */
  close(): Promise<void>;
}

/** @param failed told of a save that failed; the next change tries again */
export function createSaver(
  save: () => Promise<void>,
  schedule: Clock["schedule"],
  failed: (error: unknown) => void,
): Saver {
  let callOff: (() => void) | undefined;
  let running = Promise.resolve();
  let isClosed = false;
  return {
    changed() {
      if (isClosed) return;
      callOff ??= schedule(DELAY_MS, () => {
        // What changes from here on may miss this save, and asks for another.
        callOff = undefined;
        running = running.then(save).catch(failed);
        return running;
      });
    },
    async close() {
      isClosed = true;
      callOff?.();
      await running;
      await save();
    },
  };
}
