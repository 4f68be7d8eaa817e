/** Plays one world on both pairs, comparing both instances of each after every run. */
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { hasCode } from "../../provider/errors.ts";
import type { Arena } from "./arena.ts";
import { enter } from "./both.ts";
import { type Copy, endState } from "./copy.ts";
import { type Exceptions, exceptionsOf } from "./exceptions.ts";
import type { End } from "./native-actor.ts";
import { deviations, lookAt } from "./prediction.ts";
import { type Edits, type FaultName, faultOf, type World } from "./worlds.ts";

/** What a world turned out to be: how often each kind was met, so that a test can tell what it has seen. */
export type Sighting =
  | "first run"
  | "later run"
  | "failed run"
  | "repeated first run"
  | "import"
  | "create"
  | "update"
  | "delete"
  | "late reference"
  | "untrimmed value"
  | "equal names";

export async function play(arena: Arena, given: World): Promise<Set<Sighting>> {
  const seen = new Set<Sighting>();
  const { theirs, ours, native, engine } = enter(arena, given, given.options);
  const copies = [theirs, ours] as const;
  let hasSucceeded = false;
  let hasFailed = false;

  /** @returns what could not be compared, and how the run ended */
  const runBoth = async (fault: FaultName | undefined): Promise<Exceptions & { end: End }> => {
    arena.forget();
    const plan = await native.predict().catch((error: unknown) => {
      if (hasCode(error, "duplicate-keys")) return undefined;
      throw error;
    });
    if (!plan) return refusedBoth();
    const before = await lookAt(theirs);
    const exceptions = await exceptionsOf(theirs.source, plan);
    // With an exception the two make different calls, and a fault would hit different ones.
    const isComparable = exceptions.late.size === 0 && exceptions.untrimmed.size === 0;
    if (fault && isComparable) for (const { destination } of copies) destination.server.fault(faultOf(fault));
    const [end, ourEnd] = await Promise.all([native.run(), engine.run()]);
    for (const { destination } of copies) destination.server.clearFaults();
    expect(ourEnd, "both end alike").toBe(end);

    if (end === "succeeded")
      expect(deviations(plan, before, await lookAt(theirs), exceptions), "the plan came true").toEqual([]);
    for (const { kind } of plan.changes) if (kind !== "mark" && kind !== "copy") seen.add(kind);
    seen.add(end === "failed" ? "failed run" : hasSucceeded ? "later run" : "first run");
    if (end === "succeeded" && !hasSucceeded && hasFailed) seen.add("repeated first run");
    return { ...exceptions, end };
  };

  /** Where folders have equal names there is no plan, and nobody writes. */
  const refusedBoth = async (): Promise<Exceptions & { end: End }> => {
    const before = copies.map(endState);
    expect(await Promise.all([native.run(), engine.run()])).toEqual(["failed", "failed"]);
    expect(copies.map(endState)).toEqual(before);
    seen.add("equal names");
    return { late: NONE, untrimmed: NONE, end: "failed" };
  };

  for (const { edits, fault } of given.steps) {
    if (edits) for (const copy of copies) change(copy, edits, given);
    const { late, untrimmed, end } = await runBoth(fault);
    expectAlike(copies, { source: untrimmed, destination: end === "succeeded" ? late : NONE });
    if (end === "failed") hasFailed = true;
    else hasSucceeded = true;
    const isLate = late.size > 0 && end === "succeeded";
    if (isLate) seen.add("late reference");
    if (untrimmed.size > 0) seen.add("untrimmed value");
    // Where one source has a literal now and the other still the reference, the worlds have parted.
    if (untrimmed.size > 0 && !isDeepStrictEqual(endState(theirs).source, endState(ours).source)) break;
    if (isLate) {
      await runBoth(undefined);
      expectAlike(copies, { source: untrimmed, destination: NONE });
    }
  }
  return seen;
}

const NONE: ReadonlySet<string> = new Set();

function expectAlike(
  [theirs, ours]: readonly [Copy, Copy],
  except: { source: ReadonlySet<string>; destination: ReadonlySet<string> },
): void {
  const [expected, found] = [theirs, ours].map((copy) => {
    const { source, destination } = endState(copy);
    return {
      source: source.filter(([key]) => !except.source.has(key)),
      destination: destination.filter(([key]) => !except.destination.has(key)),
    };
  });
  expect(found, "both instances end alike").toEqual(expected);
}

/** What others do to both sides. */
function change(copy: Copy, edits: Edits, { imports }: World): void {
  copy.source.put(edits.source);
  copy.source.drop(...edits.dropped);
  copy.destination.put(edits.destination);
  copy.destination.drop(...edits.lost);
  if (imports.length > 0) copy.putImported(0, edits.imported);
  copy.putElsewhere(edits.elsewhere);
  for (const [folder, values] of Object.entries(edits.beneath ?? {})) copy.putBeneath(folder, values ?? {});
}
