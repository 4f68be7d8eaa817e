import type { Observed } from "./observe.ts";
import { type Pair, pairUp } from "./pairs.ts";
import { compareParts } from "./parts.ts";
import type { Plan } from "./plan.ts";
import type { Memory } from "./record/memory.ts";
import { isPushed, revisionOf } from "./revision.ts";

/** What happened to a key on one side since the last run. */
type SideDrift = "added" | "changed" | "removed";

/** A key that is not as the last run left it. */
export interface KeyDrift {
  label: string;
  /** Absent where the source still has what was pushed. */
  source: SideDrift | undefined;
  /** Absent where the destination still has what was left there. */
  destination: SideDrift | undefined;
  /** Revisions as they are now; absent where there is no such key. */
  sourceRevision: string | undefined;
  destinationRevision: string | undefined;
}

/**
 * Compares both sides with what the last run left there, three-way. Equal values, with what is copied beside them, are no
 * drift, whoever wrote them, where the key is on record. Keys that others have at the destination count as added there,
 * unless they stay; what the filter leaves out does not count.
 *
 * @param planned what a run would do about it
 * @returns sorted by label
 */
export function drift(
  observed: Observed,
  memory: Memory,
  planned: Pick<Plan, "kept" | "settled">,
): KeyDrift[] {
  const pairs = pairUp(observed.source, observed.destination.secrets);
  const labels = new Set(pairs.map(({ label }) => label));
  const leftOut = planned.settled.filter(({ how }) => how === "leftOut").map(({ label }) => label);
  for (const label of leftOut) labels.add(label);
  const gone = [...memory.keys()].filter((label) => !labels.has(label));
  const foreign = new Set(planned.kept.filter(({ label }) => !memory.has(label)).map(({ label }) => label));
  const found = pairs.flatMap((pair) => (foreign.has(pair.label) ? [] : (driftOf(pair, memory) ?? [])));
  return [...found, ...gone.map(goneFromBoth)].sort((a, b) => (a.label < b.label ? -1 : 1));
}

function driftOf({ label, source, destination }: Pair, memory: Memory): KeyDrift | undefined {
  const before = memory.get(label);
  const isEqual =
    source !== undefined &&
    destination !== undefined &&
    source.value.equals(destination.value) &&
    !compareParts(source, destination);
  if (before && isEqual) return undefined;
  const sourceRevision = source?.revision;
  const destinationRevision = destination && revisionOf(destination);
  const pushed = isPushed(before?.pushed) ? before.pushed : undefined;
  const [ofSource, ofDestination] = [
    sideDrift(pushed, sourceRevision),
    sideDrift(before?.destination, destinationRevision),
  ];
  // Neither side moved, and yet they differ: a run has stopped half-way.
  const isUndone = before !== undefined && ofSource === undefined && ofDestination === undefined;
  return {
    label,
    source: isUndone ? "changed" : ofSource,
    destination: ofDestination,
    sourceRevision,
    destinationRevision,
  };
}

function sideDrift(before: string | undefined, now: string | undefined): SideDrift | undefined {
  if (before === now) return undefined;
  if (before === undefined) return "added";
  return now === undefined ? "removed" : "changed";
}

const goneFromBoth = (label: string): KeyDrift => ({
  label,
  source: "removed",
  destination: "removed",
  sourceRevision: undefined,
  destinationRevision: undefined,
});
