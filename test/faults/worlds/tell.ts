import { playWorlds } from "./run.ts";

/**
 * Plays random worlds and tells what happened in them.
 *
 * @returns true if all end well
 */
export async function tellWorlds(count: number, seed: number): Promise<boolean> {
  const { tally, counterexample } = await playWorlds(count, seed);
  const happened = [...tally]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, times]) => `  ${times} ${what}`);
  const outcome = counterexample ?? "All end well.";
  process.stdout.write([`${count} worlds of seed ${seed}`, ...happened, outcome, ""].join("\n"));
  return counterexample === undefined;
}
