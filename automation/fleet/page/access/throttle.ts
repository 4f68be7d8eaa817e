/** Slows down who tries tokens: after some wrong ones, one more is looked at every few seconds. */
import { isIPv6 } from "node:net";

const FREE_TRIES = 5;
const REFILL_MS = 10_000;
/** More addresses than these are not remembered one by one. */
const MOST_ADDRESSES = 10_000;

export interface Throttle {
  /** Milliseconds until a token from this address is looked at again; 0 for at once. */
  waitMs(address: string): number;
  /** A token from this address was wrong. */
  failed(address: string): void;
}

/** @param now milliseconds of a clock that only goes forward */
export function createThrottle(now: () => number): Throttle {
  /** When all tries of an address are free again. */
  const fullAt = new Map<string, number>();
  const usedUntil = (address: string) => Math.max(fullAt.get(groupOf(address)) ?? 0, now());
  return {
    waitMs: (address) => Math.max(0, usedUntil(address) - now() - (FREE_TRIES - 1) * REFILL_MS),
    failed(address) {
      const until = usedUntil(address) + REFILL_MS;
      for (const [group, at] of fullAt) if (at <= now()) fullAt.delete(group);
      const group = groupOf(address);
      fullAt.set(fullAt.size < MOST_ADDRESSES || fullAt.has(group) ? group : "others", until);
    },
  };
}

/** Who has one address of version 6 has the rest of its network, too. */
function groupOf(address: string): string {
  if (!isIPv6(address) || address.includes(".")) return address;
  const [head = [], tail = []] = address.split("::").map((part) => part.split(":").filter(Boolean));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return [...head, ...zeros, ...tail].slice(0, 4).join(":");
}
