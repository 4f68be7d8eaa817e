export interface Saver {
  /** Resolves when all that changed before the call is saved, and rejects when that failed. */
  saved(): Promise<void>;
  /** Waits for a save in progress and saves a last time; from then on nothing is saved. */
  close(): Promise<void>;
}

/** @param save reads what is there before it waits for anything */
export function createSaver(save: () => Promise<void>): Saver {
  let running: Promise<unknown> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  let closed: Promise<void> | undefined;

  /** All that come while one runs, which has read already, share the next. */
  function next(): Promise<void> {
    waiting ??= running.then(() => {
      waiting = undefined;
      const saving = save();
      running = saving.catch(() => {});
      return saving;
    });
    return waiting;
  }
  return {
    saved: () => closed ?? next(),
    close: () => (closed ??= next()),
  };
}
