/** What happens while several syncs run at once. */
import { setTimeout as delay } from "node:timers/promises";
import type { RequestRecord } from "../../../infisical-server/index.ts";
import type { Arena } from "./arena.ts";
import type { Until } from "./patience.ts";
import { isWrite, type Told } from "./stories.ts";

/** What it came to. */
interface Disturbance {
  /** When it was over; undefined where it has not been. */
  overAt(): number | undefined;
  /** What was measured. */
  note?(): string;
}

export interface CrowdStory extends Told {
  arrange(arena: Arena, given: { until: Until }): Promise<Disturbance>;
}

const KILLS = 4;

/** Does something at each write request that arrives at the destination. */
function atWrites({ destination }: Arena, act: (request: RequestRecord) => void): void {
  const { server } = destination.side;
  server.fault({
    kind: "run",
    path: /^\/api\/v\d\/(secrets|folders)/,
    times: Number.POSITIVE_INFINITY,
    action: () => {
      const request = server.requests.at(-1);
      if (request && isWrite(request)) act(request);
    },
  });
}

/** As somebody does who starts again what has ended. */
const killedAndReplaced: CrowdStory = {
  what: `12 syncs at once: a worker killed (kill -9) ${KILLS} times, and another one started each time`,
  when: "at every fifth write request of all",
  async arrange(arena) {
    let [seen, kills] = [0, 0];
    let overAt: number | undefined;
    atWrites(arena, ({ userAgent }) => {
      if (++seen % 5 !== 0 || kills === KILLS) return;
      const victim = arena.workers.find(({ name }) => name === userAgent);
      if (!victim?.process.kill("SIGKILL")) return;
      kills++;
      overAt = Date.now();
      victim.process.once("exit", () => void arena.refill());
    });
    return { overAt: () => (kills === KILLS ? overAt : undefined) };
  },
};

const STORM_MS = 20_000;
const RETRY_AFTER_S = 3;

const storm: CrowdStory = {
  what: `12 syncs at once: the destination answers 429 to everything for ${STORM_MS / 1000} s`,
  when: `from write request 5 on, with Retry-After: ${RETRY_AFTER_S}`,
  async arrange(arena) {
    const { server } = arena.destination.side;
    let seen = 0;
    let overAt: number | undefined;
    let asked = 0;
    const begin = async () => {
      const before = server.requests.length;
      server.fault({
        kind: "status",
        status: 429,
        retryAfterSeconds: RETRY_AFTER_S,
        times: Number.POSITIVE_INFINITY,
      });
      await delay(STORM_MS);
      server.clearFaults();
      asked = server.requests.length - before;
      overAt = Date.now();
    };
    atWrites(arena, () => {
      if (++seen === 5) void begin();
    });
    return { overAt: () => overAt, note: () => `${asked} requests within it` };
  },
};

export const CROWD_STORIES: readonly CrowdStory[] = [killedAndReplaced, storm];
