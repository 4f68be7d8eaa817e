/** Random worlds with random faults: nothing is lost, nothing foreign is touched, and all comes right. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { isThorough } from "../../support/thorough.ts";
import { playWorlds } from "./run.ts";

beforeAll(() => void vi.spyOn(console, "log").mockReturnValue());
afterAll(() => void vi.restoreAllMocks());

/** A quick run plays the same worlds each time, so that it judges the change and not the luck. */
const EXTENT = isThorough ? { worlds: 2000, seed: Date.now() % 1_000_000 } : { worlds: 16, seed: 4 };

test(
  `${EXTENT.worlds} worlds of seed ${EXTENT.seed}`,
  async () => {
    const { counterexample, tally } = await playWorlds(EXTENT.worlds, EXTENT.seed);
    expect(counterexample).toBeUndefined();
    // Worlds in which nothing happens would prove little.
    for (const what of ["run that a fault failed", "run that survived a fault"])
      expect([what, (tally.get(what) ?? 0) >= EXTENT.worlds / 20]).toEqual([what, true]);
    expect(tally.get("run that stopped half-way")).toBeGreaterThan(0);
  },
  isThorough ? 3_600_000 : 120_000,
);
