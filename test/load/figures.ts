/** What a phase of a load run cost, as lines for people. */
import type { Tally } from "./protocol.ts";

export interface Figures {
  name: string;
  lines: string[];
}

interface Measured {
  ms: number;
  /** How much faster the servers' time passed. */
  speed: number;
  source: Tally;
  destination: Tally;
  durationsMs: number[];
  heap: number[];
  /** JSON of all that an engine would keep. */
  stateBytes: number;
}

export function figuresOf(name: string, measured: Measured): Figures {
  const { ms, speed, durationsMs, heap, stateBytes } = measured;
  const minutes = (time: number) => `${((time * speed) / 60_000).toFixed(1)} min`;
  const sorted = durationsMs.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return {
    name,
    lines: [
      `took ${seconds(ms)} here${speed === 1 ? "" : `, ${minutes(ms)} at the servers`}`,
      `source: ${tallyText(measured.source)}`,
      `destination: ${tallyText(measured.destination)}`,
      ...(sorted.length > 0
        ? [
            `a sync took ${[0, 0.5, 0.9, 1].map((share) => seconds(at(share) * speed)).join(" / ")} (least / median / 90 % / most)`,
          ]
        : []),
      ...(heap.length > 0 ? [`heap after collection, MB: ${heap.map(megabytes).join(" ")}`] : []),
      `peak memory until now ${megabytes(process.resourceUsage().maxRSS * 1024)} MB, state ${megabytes(stateBytes)} MB`,
    ],
  };
}

export function tallyText({ requests, logins, refused }: Tally): string {
  const counts = Object.values(refused);
  const sum = counts.reduce((all, one) => all + one, 0);
  const worst = Math.max(0, ...counts);
  return `${requests} requests, ${logins} logins, ${sum} refused with 429 (at most ${worst} a minute)`;
}

export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
export const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);

/** What is really held; needs --expose-gc. */
export function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
