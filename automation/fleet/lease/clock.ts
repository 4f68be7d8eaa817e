import { setTimeout as delay } from "node:timers/promises";

/** Time, so that tests can make it jump. */
export interface Clock {
  /** Milliseconds that never jump. They may stand still while a machine sleeps. */
  monotonic(): number;
  /** Milliseconds since 1970, as the machine believes. */
  wall(): number;
  /** @throws where the signal is given */
  delay(ms: number, signal?: AbortSignal): Promise<unknown>;
}

export const CLOCK: Clock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  delay: (ms, signal) => delay(ms, undefined, { signal }),
};
