import type { Listing } from "../engine/store.ts";

/** A listing with what the instance calls its state. Lives in memory only: an ETag is a hash of values. */
export interface KnownListing {
  listing: Listing;
  etag: string | undefined;
}

interface Entry {
  projectId: string;
  known?: KnownListing;
  pending?: Promise<Listing>;
}

/** What one client has listed; equal lists that are asked for at once are one request. */
export interface ListingCache {
  /** `fetch` gets what is known, to ask whether it is still so. */
  get(
    projectId: string,
    query: string,
    acceptCached: boolean,
    fetch: (known: KnownListing | undefined) => Promise<KnownListing>,
  ): Promise<Listing>;
  /** Forget a project that is being written to; lists under way are not remembered either. */
  forget(projectId: string): void;
  clear(): void;
}

/** An empty cache. */
export function createListingCache(): ListingCache {
  const entries = new Map<string, Entry>();

  const fetchInto = async (
    query: string,
    entry: Entry,
    fetch: (known: KnownListing | undefined) => Promise<KnownListing>,
  ): Promise<Listing> => {
    try {
      const known = await fetch(entry.known);
      if (entries.get(query) === entry) entry.known = known;
      return known.listing;
    } finally {
      delete entry.pending;
    }
  };

  return {
    async get(projectId, query, acceptCached, fetch) {
      const entry: Entry = entries.get(query) ?? { projectId };
      entries.set(query, entry);
      if (acceptCached && entry.known !== undefined) return entry.known.listing;
      entry.pending ??= fetchInto(query, entry, fetch);
      return entry.pending;
    },
    forget(projectId) {
      for (const [query, entry] of entries) if (entry.projectId === projectId) entries.delete(query);
    },
    clear: () => entries.clear(),
  };
}
