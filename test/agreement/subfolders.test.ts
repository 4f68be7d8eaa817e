/** The same with folders beneath the source: the product flattens them, and so does our engine when it is told to. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { isThorough } from "../support/thorough.ts";
import { openArenas } from "./arena.ts";
import { play, type Sighting } from "./play.ts";
import { worldWithFolders } from "./worlds.ts";

const EXTENT = isThorough ? { numRuns: 5_000 } : { numRuns: 30, seed: 3 };

test(
  "both leave both instances alike where they take subfolders along, and refuse equal names",
  async () => {
    await using arenas = await openArenas();
    const sightings = new Map<Sighting, number>();
    await fc.assert(
      fc.asyncProperty(worldWithFolders, async (given) => {
        for (const sighting of await play(await arenas.next(), given))
          sightings.set(sighting, (sightings.get(sighting) ?? 0) + 1);
      }),
      EXTENT,
    );
    const met = [
      "first run",
      "later run",
      "failed run",
      "create",
      "update",
      "delete",
      "equal names",
    ] as const;
    for (const sighting of met) expect([sighting, sightings.get(sighting) ?? 0]).not.toEqual([sighting, 0]);
  },
  isThorough ? 1_800_000 : 120_000,
);
