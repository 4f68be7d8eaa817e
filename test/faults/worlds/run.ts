/** Plays a number of random worlds. */
import fc from "fast-check";
import { openCountry } from "./place.ts";
import { play, type Tally } from "./play.ts";
import { world } from "./worlds.ts";

export interface Played {
  seed: number;
  tally: Tally;
  /** The smallest world that does not end well, and why; undefined if all do. */
  counterexample: string | undefined;
}

/** Each seed stands for the same worlds each time. */
export async function playWorlds(numRuns: number, seed: number): Promise<Played> {
  await using country = openCountry();
  const tally: Tally = new Map();
  let reasons: string[] = [];
  const property = fc.asyncProperty(world, async (given) => {
    const wrong = await play(country, given, tally);
    if (wrong.length > 0) reasons = wrong;
    return wrong.length === 0;
  });
  const details = await fc.check(property, { numRuns, seed });
  if (!details.failed) return { seed, tally, counterexample: undefined };
  const told = [
    JSON.stringify(details.counterexample, undefined, 1),
    ...reasons,
    String(details.errorInstance ?? ""),
  ];
  return { seed, tally, counterexample: told.join("\n") };
}
