import type { EncodedWrite, SecretStore } from "./store.ts";

/**
 * Splits writes into requests, each of one folder and bounded by encoded bytes and by number; a larger one goes
 * alone. Encodes as it goes, so that only the requests under way are held in memory.
 */
export function* batches<T extends { key: string }>(
  items: readonly T[],
  encode: (item: T) => EncodedWrite,
  store: Pick<SecretStore, "limits" | "locate">,
): Generator<{ items: T[]; writes: EncodedWrite[] }> {
  for (const folder of byFolder(items, store)) yield* batchesIn(folder, encode, store.limits);
}

/** The same, each of any folders: a folder's items are in no more requests than their bytes need, and stand together. */
export const batchesAcross = <T extends { key: string }>(
  items: readonly T[],
  encode: (item: T) => EncodedWrite,
  store: Pick<SecretStore, "limits" | "locate">,
): Generator<{ items: T[]; writes: EncodedWrite[] }> =>
  batchesIn(byFolder(items, store).flat(), encode, store.limits);

/** The items of each folder, in their order; the deepest folder first, since making one makes those above it. */
export function byFolder<T extends { key: string }>(
  items: readonly T[],
  { locate }: Pick<SecretStore, "locate">,
): T[][] {
  const folders = Map.groupBy(items, ({ key }) => locate(key).folder);
  return [...folders].sort(([a], [b]) => (a > b ? -1 : 1)).map(([, each]) => each);
}

function* batchesIn<T>(
  items: Iterable<T>,
  encode: (item: T) => EncodedWrite,
  limits: Pick<SecretStore["limits"], "bytes" | "items">,
): Generator<{ items: T[]; writes: EncodedWrite[] }> {
  let batch = { items: [] as T[], writes: [] as EncodedWrite[] };
  let bytes = 0;
  for (const item of items) {
    const write = encode(item);
    if (
      batch.writes.length > 0 &&
      (bytes + write.bytes > limits.bytes || batch.writes.length >= limits.items)
    ) {
      yield batch;
      batch = { items: [], writes: [] };
      bytes = 0;
    }
    batch.items.push(item);
    batch.writes.push(write);
    bytes += write.bytes + 1; // the comma between two items
  }
  if (batch.writes.length > 0) yield batch;
}

/** Splits a list into runs of at most `most` items. */
export function* slices<T>(items: readonly T[], most: number): Generator<T[]> {
  for (let at = 0; at < items.length; at += most) yield items.slice(at, at + most);
}
