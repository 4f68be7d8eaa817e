/**
 * Who may send next to one host. Limits count all requests from one address, so everybody in this process passes
 * the same gate: what one answer tells of the limit holds for all.
 */
import type { Outcome } from "./request.ts";
import { limitTold } from "./retry.ts";

/** Requests to one host, a few at a time. */
export interface Gate {
  /**
   * Waits for its turn, and sends. Lanes take turns, so that a long queue in one does not hold up the others; a
   * repetition has waited before and goes ahead of all.
   */
  pass(
    turn: { lane: string; isRepetition: boolean; signal: AbortSignal | undefined },
    send: () => Promise<Outcome>,
  ): Promise<Outcome>;
  /** The host refused a request: nobody starts for a while, and then one alone, to see whether it is over. */
  pause(ms: number): void;
  /** Lets nobody start any more, for good; requests under way end. */
  close(): void;
}

/** Time, so that tests need not wait. */
export interface GateClock {
  delay(ms: number, signal: AbortSignal): Promise<unknown>;
  /** Milliseconds since 1970. */
  now(): number;
}

export interface GateOptions {
  /** Most requests under way. */
  width?: number;
  /** Told when requests have to wait because of the host's limit. */
  onPause?: (ms: number) => void;
}

const WIDTH = 8;
const CANCELLED: Outcome = { kind: "failure", reason: "cancelled", detail: "before it was sent" };

interface Turn {
  start(): void;
  cancel(): void;
}

/** An open gate; nothing is known of the host's limit yet. */
export function createGate(clock: GateClock, { width = WIDTH, onPause }: GateOptions = {}): Gate {
  const queue = createQueue();
  let underWay = 0;
  /** How many the host would still take, by its last word, and until when that holds. */
  let left = { count: Number.POSITIVE_INFINITY, until: 0 };
  let pausedUntil = 0;
  let timer: AbortController | undefined;
  let isClosed = false;

  const startNext = () => {
    while (queue.size() > 0 && underWay < Math.min(width, Math.max(1, left.count))) {
      const wait = pausedUntil - clock.now();
      if (wait > 0) {
        void waitOut(wait);
        return;
      }
      queue.take()?.start();
    }
    // A process that has nothing to send is not kept alive.
    if (queue.size() === 0) timer?.abort();
  };

  const waitOut = async (ms: number) => {
    if (timer) return;
    timer = new AbortController();
    const until = pausedUntil;
    onPause?.(ms);
    await clock.delay(ms, timer.signal).catch(() => {});
    const isOver = !timer.signal.aborted && pausedUntil === until;
    timer = undefined;
    if (isOver) {
      pausedUntil = 0;
      left.until = 0;
    }
    startNext();
  };

  const pause = (ms: number) => {
    pausedUntil = Math.max(pausedUntil, clock.now() + ms);
    left = { count: 1, until: pausedUntil };
  };

  const learn = (outcome: Outcome) => {
    if (outcome.kind !== "response" || outcome.status === 429) return;
    const now = clock.now();
    const told = limitTold(outcome.headers, now);
    if (told !== undefined && told.remaining <= 0) pause(told.resetMs);
    // Limits differ by kind of request: the strictest that was told counts for all, as long as it lasts.
    else if (now >= left.until || (told !== undefined && told.remaining < left.count))
      left = { count: told?.remaining ?? Number.POSITIVE_INFINITY, until: now + (told?.resetMs ?? 0) };
  };

  return {
    async pass({ lane, isRepetition, signal }, send) {
      if (isClosed || signal?.aborted) return CANCELLED;
      const mayStart = await new Promise<boolean>((resolve) => {
        const settle = (may: boolean) => {
          signal?.removeEventListener("abort", cancel);
          if (may) underWay++;
          resolve(may);
        };
        const turn: Turn = { start: () => settle(true), cancel: () => settle(false) };
        const cancel = () => {
          if (queue.remove(turn)) settle(false);
          startNext();
        };
        signal?.addEventListener("abort", cancel);
        queue.add(turn, isRepetition ? undefined : lane);
        startNext();
      });
      if (!mayStart) return CANCELLED;
      try {
        const outcome = await send();
        learn(outcome);
        return outcome;
      } finally {
        underWay--;
        startNext();
      }
    },
    pause,
    close() {
      isClosed = true;
      for (let turn = queue.take(); turn; turn = queue.take()) turn.cancel();
      timer?.abort();
    },
  };
}

/** Lanes in turn, each first come, first served; those without a lane before all. */
function createQueue() {
  const ahead: Turn[] = [];
  const lanes = new Map<string, Turn[]>();
  const drop = (turns: Turn[], turn: Turn) => {
    const index = turns.indexOf(turn);
    if (index !== -1) turns.splice(index, 1);
    return index !== -1;
  };
  return {
    size: () => ahead.length + lanes.size,
    add(turn: Turn, lane: string | undefined) {
      if (lane === undefined) ahead.push(turn);
      else lanes.set(lane, [...(lanes.get(lane) ?? []), turn]);
    },
    take(): Turn | undefined {
      const [first] = lanes;
      if (ahead.length > 0 || !first) return ahead.shift();
      const [lane, [turn, ...rest]] = first;
      lanes.delete(lane);
      if (rest.length > 0) lanes.set(lane, rest);
      return turn;
    },
    remove(turn: Turn): boolean {
      if (drop(ahead, turn)) return true;
      for (const [lane, turns] of lanes) {
        if (!drop(turns, turn)) continue;
        if (turns.length === 0) lanes.delete(lane);
        return true;
      }
      return false;
    },
  };
}
