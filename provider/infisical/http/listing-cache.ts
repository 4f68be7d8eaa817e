import type { Listing } from "../../engine/store.ts";

/** A listing with what the instance calls its state. Lives in memory only: an ETag is a hash of values. */
export interface KnownListing {
  listing: Listing;
  etag: string | undefined;
}

interface Entry {
  projectId: string;
  known?: KnownListing;
  bytes: number;
  pending?: Promise<Listing>;
}

/** What somebody writes: a folder with those beneath, or anything in a project. */
export interface Written {
  projectId: string;
  folder?: { environment: string; secretPath: string };
}

/** What one client has listed; equal lists that are asked for at once are one request. */
export interface ListingCache extends Disposable {
  /** `fetch` gets what is known, to ask whether it is still so. */
  get(
    projectId: string,
    query: string,
    acceptCached: boolean,
    fetch: (known: KnownListing | undefined) => Promise<KnownListing>,
  ): Promise<Listing>;
  /** What is known without asking. */
  known(query: string): Listing | undefined;
  /** Forget the project of what is being written, whoever listed it; lists under way are not remembered either. */
  forget(written: Written): void;
  clear(): void;
}

/** About what a secret takes beside its key and value. */
const BYTES_PER_SECRET = 200;

/**
 * The caches of clients that talk to the same instances. What a list shows depends on who asks, so each client has its
 * own; what one writes is new to all, by whatever name its host goes: ids of projects are those of one project.
 */
export type SharedListings = Set<(written: Written) => void>;

/**
 * An empty cache. What was asked for last is kept; what was not for long goes, once more than about `mostBytes`
 * are held: a deployment of very many syncs needs each list for a moment only.
 */
export function createListingCache(mostBytes = 8_388_608, shared: SharedListings = new Set()): ListingCache {
  // In the order of their last use.
  const entries = new Map<string, Entry>();
  /** Bytes of all of them. */
  let held = 0;

  const forget = (query: string, entry: Entry) => {
    entries.delete(query);
    held -= entry.bytes;
  };

  const makeRoomBeside = (latest: Entry) => {
    if (held <= mostBytes) return;
    for (const [query, entry] of entries) {
      if (held <= mostBytes) return;
      if (entry !== latest && !entry.pending) forget(query, entry);
    }
  };

  const fetchInto = async (
    query: string,
    entry: Entry,
    fetch: (known: KnownListing | undefined) => Promise<KnownListing>,
  ): Promise<Listing> => {
    try {
      const known = await fetch(entry.known);
      if (entries.get(query) === entry) {
        entry.known = known;
        held -= entry.bytes;
        entry.bytes = bytesOf(known.listing);
        held += entry.bytes;
        makeRoomBeside(entry);
      }
      return known.listing;
    } finally {
      delete entry.pending;
    }
  };

  const drop = ({ projectId }: Written) => {
    for (const [query, entry] of entries) if (entry.projectId === projectId) forget(query, entry);
  };
  shared.add(drop);

  return {
    async get(projectId, query, acceptCached, fetch) {
      const entry: Entry = entries.get(query) ?? { projectId, bytes: 0 };
      entries.delete(query);
      entries.set(query, entry);
      if (acceptCached && entry.known !== undefined) return entry.known.listing;
      entry.pending ??= fetchInto(query, entry, fetch);
      return entry.pending;
    },
    known: (query) => entries.get(query)?.known?.listing,
    forget(written) {
      for (const dropIn of shared) dropIn(written);
    },
    clear() {
      for (const [query, entry] of entries) forget(query, entry);
    },
    [Symbol.dispose]() {
      this.clear();
      shared.delete(drop);
    },
  };
}

function bytesOf({ secrets, imports }: Listing): number {
  let bytes = 0;
  for (const list of [secrets, ...imports])
    for (const { key, value } of list) bytes += key.length + value.length + BYTES_PER_SECRET;
  return bytes;
}
