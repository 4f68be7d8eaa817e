import type { Clock } from "./clock.ts";

/** Until when something holds, by both clocks: whichever is further counts, so that a jump or a sleep only ends it earlier. */
export interface Deadline {
  msLeft(): number;
}

export function deadlineIn(ms: number, { monotonic, wall }: Pick<Clock, "monotonic" | "wall">): Deadline {
  const ends = { monotonic: monotonic() + ms, wall: wall() + ms };
  return { msLeft: () => Math.min(ends.monotonic - monotonic(), ends.wall - wall()) };
}

export const OVER: Deadline = { msLeft: () => 0 };
