import { BridgeError } from "../../errors.ts";

/** What is remembered of one key at the destination, as this sync left it. */
export interface RememberedKey {
  /** `created` by this sync, or `adopted`: it was there, equal or overwritten. Only created keys are ever removed. */
  origin: "created" | "adopted";
  /** Revision of the source that was pushed. */
  pushed: string;
  /** The destination's own revision. */
  destination: string;
}

/** Label → what is remembered of the key. */
export type Memory = ReadonlyMap<string, RememberedKey>;

/** Label → revision that was pushed, sorted by label. */
export function pushedKeys(memory: Memory): Record<string, string> {
  const entries = [...memory].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([label, { pushed }]) => [label, pushed]));
}

/** A memory as it is stored: one short text per key. */
export type StoredMemory = Record<string, string>;

const formatRemembered = ({ origin, pushed, destination }: RememberedKey): string =>
  `${origin} ${pushed} ${destination}`;

/** What such a text remembers; undefined for one of another version. */
export function parseRemembered(text: string): RememberedKey | undefined {
  const [origin, pushed, destination, ...rest] = text.split(" ");
  const isKnown =
    (origin === "created" || origin === "adopted") && pushed && destination && rest.length === 0;
  return isKnown ? { origin, pushed, destination } : undefined;
}

export function storeMemory(memory: Memory): StoredMemory {
  const entries = [...memory].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([label, remembered]) => [label, formatRemembered(remembered)]));
}

/** @throws BridgeError `unreadable-state` for a text this version does not know. */
export function loadMemory(stored: StoredMemory | undefined): Map<string, RememberedKey> {
  const entries = Object.entries(stored ?? {}).map(([label, text]): [string, RememberedKey] => {
    const remembered = parseRemembered(text);
    if (remembered) return [label, remembered];
    throw new BridgeError(
      "unreadable-state",
      `The state remembers key ${label} as "${text}", which this version cannot read.`,
      {
        hint: "Use the version that wrote the state. To start over, take the sync out of the state and deploy again: what is at the destination and equal is then adopted.",
      },
    );
  });
  return new Map(entries);
}
