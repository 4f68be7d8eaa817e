import type { DesiredSecret } from "./desired.ts";
import type { ListedSecret } from "./store.ts";

/** What both sides hold for one key. */
export interface Pair {
  key: string;
  source: DesiredSecret | undefined;
  destination: ListedSecret | undefined;
}

/**
 * Matches both sides by key. Two instances mostly list in the same order, so that walking the lists side by
 * side is several times faster than building maps; a map is made at the first mismatch only.
 */
export function pairUp(source: readonly DesiredSecret[], destination: readonly ListedSecret[]): Pair[] {
  const pairs: Pair[] = [];
  let index = 0;
  for (; index < source.length; index++) {
    const left = source[index];
    const right = destination[index];
    if (left === undefined || right === undefined || left.key !== right.key) break;
    pairs.push({ key: left.key, source: left, destination: right });
  }
  const rest = new Map<string, ListedSecret>();
  for (let at = index; at < destination.length; at++) {
    const secret = destination[at];
    if (secret) rest.set(secret.key, secret);
  }
  for (; index < source.length; index++) {
    const left = source[index];
    if (!left) continue;
    pairs.push({ key: left.key, source: left, destination: rest.get(left.key) });
    rest.delete(left.key);
  }
  for (const right of rest.values()) pairs.push({ key: right.key, source: undefined, destination: right });
  return pairs;
}
