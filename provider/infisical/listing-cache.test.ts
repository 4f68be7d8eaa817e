import { expect, test } from "vitest";
import { SecretValue } from "../secret-value.ts";
import { createListingCache, type KnownListing } from "./listing-cache.ts";

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
