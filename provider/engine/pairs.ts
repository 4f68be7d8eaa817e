import type { DesiredSecret } from "./desired.ts";
import { toLabel } from "./label.ts";
import type { ListedSecret } from "./store.ts";

/** What both sides hold for one key. */
export interface Pair {
  key: string;
  label: string;
  source: DesiredSecret | undefined;
  destination: ListedSecret | undefined;
}

/**
 * Matches both sides by key. Two instances mostly list in the same order, so that walking the lists side by
 * side is several times faster than building maps; a map is made at the first mismatch only.
 */
export function pairUp(source: readonly DesiredSecret[], destination: readonly ListedSecret[]): Pair[] {
  const same = source.findIndex((secret, index) => secret.key !== destination[index]?.key);
  const split = same === -1 ? source.length : same;
  const rest = new Map(destination.slice(split).map((secret) => [secret.key, secret]));
  const pairs = source.map((secret, index): Pair => {
    const { key } = secret;
    const match = index < split ? destination[index] : rest.get(key);
    rest.delete(key);
    return { key, label: toLabel(key), source: secret, destination: match };
  });
  for (const [key, secret] of rest)
    pairs.push({ key, label: toLabel(key), source: undefined, destination: secret });
  return pairs;
}
