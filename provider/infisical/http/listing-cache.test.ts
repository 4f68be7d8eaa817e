import { expect, test } from "vitest";
import { SecretValue } from "../../secret-value.ts";
import {
  createListingCache,
  type KnownListing,
  type ListingCache,
  type SharedListings,
} from "./listing-cache.ts";

const listingOf = (length: number): KnownListing => ({
  listing: {
    folderExists: true,
    secrets: [{ key: "K", value: new SecretValue("v".repeat(length)), id: "i", version: 1, isHidden: false }],
    imports: [],
  },
  etag: "e",
});

/** A cache of a thousand bytes or so, and what it had to fetch. */
function cacheOf(length: number) {
  const cache = createListingCache(1000);
  const fetched: string[] = [];
  const get = (query: string) =>
    cache.get("project", query, true, async () => {
      fetched.push(query);
      return listingOf(length);
    });
  return { get, fetched };
}

test("what was not asked for for longest goes first", async () => {
  const { get, fetched } = cacheOf(100);
  for (const query of ["a", "b", "c", "a", "d", "a", "c", "b"]) await get(query);
  expect(fetched).toEqual(["a", "b", "c", "d", "b"]);
});

test("what is larger than the cache is kept until the next one", async () => {
  const { get, fetched } = cacheOf(5000);
  for (const query of ["a", "a", "b", "b", "a"]) await get(query);
  expect(fetched).toEqual(["a", "b", "a"]);
});

test("what one client writes is stale for all, and what each has listed stays its own", async () => {
  const shared: SharedListings = new Set();
  const [reader, writer, other] = [1, 2, 3].map(() => createListingCache(undefined, shared));
  const fetched: string[] = [];
  const get = (who: string, cache: ListingCache | undefined, projectId: string) =>
    cache?.get(projectId, projectId, true, async () => {
      fetched.push(`${who} ${projectId}`);
      return listingOf(who.length);
    });
  await get("reader", reader, "there");
  await get("reader", reader, "here");
  await get("other", other, "there");
  expect((await get("writer", writer, "there"))?.secrets[0]?.value.length).toBe(6);
  expect(fetched.splice(0)).toEqual(["reader there", "reader here", "other there", "writer there"]);

  writer?.forget({ projectId: "there" });
  for (const projectId of ["there", "here"]) await get("reader", reader, projectId);
  await get("other", other, "there");
  expect(fetched.splice(0)).toEqual(["reader there", "other there"]);

  other?.[Symbol.dispose]();
  expect(shared.size).toBe(2);
});
