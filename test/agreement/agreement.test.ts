/** The product's own algorithm, as the local server runs it, and our engine do the same to the same worlds. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { isThorough } from "../support/thorough.ts";
import { openArenas } from "./arena.ts";
import { play, type Sighting } from "./play.ts";
import { world } from "./worlds.ts";

/** A quick run looks at the same worlds each time, so that it judges the change and not the luck. */
const EXTENT = isThorough ? { numRuns: 20_000 } : { numRuns: 60, seed: 1 };

test(
  "both leave both instances alike, and native execution does what its preview said",
  async () => {
    await using arenas = await openArenas();
    const sightings = new Map<Sighting, number>();
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        for (const sighting of await play(await arenas.next(), given))
          sightings.set(sighting, (sightings.get(sighting) ?? 0) + 1);
      }),
      EXTENT,
    );
    // A property that meets no imports or no failures would prove little.
    expect(sightings.size).toBe(10);
    for (const [sighting, count] of sightings)
      expect([sighting, count > EXTENT.numRuns / 50]).toEqual([sighting, true]);
  },
  isThorough ? 1_800_000 : 120_000,
);
