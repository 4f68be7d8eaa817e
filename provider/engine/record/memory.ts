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

/** A memory as it is stored: one short text per key, `<origin> <pushed> <destination>`. */
export type StoredMemory = Record<string, string>;

export function storeMemory(memory: Memory): StoredMemory {
  const entries = [...memory].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([label, { origin, pushed, destination }]) => [label, `${origin} ${pushed} ${destination}`]),
  );
}

/** @throws BridgeError `unreadable-state` for a text this version does not know. */
export function loadMemory(stored: StoredMemory | undefined): Map<string, RememberedKey> {
  const memory = new Map<string, RememberedKey>();
  for (const [label, text] of Object.entries(stored ?? {})) {
    const [origin, pushed, destination, ...rest] = text.split(" ");
    if ((origin !== "created" && origin !== "adopted") || !pushed || !destination || rest.length > 0)
      throw new BridgeError(
        "unreadable-state",
        `The state remembers key ${label} as "${text}", which this version cannot read.`,
        {
          hint: "Use the version that wrote the state. To start over, take the sync out of the state and deploy again: what is at the destination and equal is then adopted.",
        },
      );
    memory.set(label, { origin, pushed, destination });
  }
  return memory;
}
