/** Going back to what an earlier run had left: which keys a plan changes for it, and which it cannot or may not. Pure. */

import type { Part } from "../schema.ts";
import { fromLabel } from "./label.ts";
import { type Ownership, otherOwner, withMark } from "./ownership/ownership.ts";
import { compareParts, hasHiddenMetadata, type PartDifference, partsToWrite } from "./parts.ts";
import { type Change, count, type Plan } from "./plan.ts";
import type { Memory, RememberedKey } from "./record/memory.ts";
import type { EarlierKey } from "./record/runs.ts";
import { isSameSecret, revisionOf, versionIn } from "./revision.ts";
import type { ListedSecret } from "./store.ts";

/** The destination as it is, and what of it is on record. */
export interface RollbackInput {
  /** The keys that later runs have touched, as they were: label → key. */
  earlier: ReadonlyMap<string, EarlierKey>;
  memory: Memory;
  destination: readonly ListedSecret[];
  ownership: Ownership;
}

/** A key that stays as it is although the later runs had changed it. */
interface LeftKey {
  label: string;
  why: string;
}

export interface Rollback {
  plan: Plan;
  left: readonly LeftKey[];
  /** What of keys that are put back stays as it is, since the instance does not tell how it was. */
  untold: readonly { label: string; parts: readonly Part[] }[];
  /** What is remembered of the keys that are as they were, once the plan is carried out; null for none of ours. */
  remembered: ReadonlyMap<string, RememberedKey | null>;
}

/** An earlier version that the plan needs. */
export interface NeededVersion {
  label: string;
  key: string;
  revision: string;
  version: number;
}

/** Label → the version that the instance answered, of those that were needed. */
export type Versions = ReadonlyMap<string, ListedSecret | "not-told">;

/** The earlier versions to ask the instance for. */
export function neededVersions(input: RollbackInput): NeededVersion[] {
  const there = byKey(input);
  return [...input.earlier].flatMap(([label, { was, mine, isImported }]) => {
    const key = fromLabel(label);
    const now = there.get(key);
    if (was === undefined || isImported || stands(now, was, mine, input.memory.get(label))) return [];
    return [{ label, key, revision: was, version: versionIn(was) }];
  });
}

/**
 * Plans the way back, by the rule that nobody's work but this sync's is undone.
 */
export function planRollback(input: RollbackInput, versions: Versions): Rollback {
  const there = byKey(input);
  const changes: Change[] = [];
  const left: LeftKey[] = [];
  const untold: { label: string; parts: readonly Part[] }[] = [];
  const remembered = new Map<string, RememberedKey | null>();
  const labels = [...input.earlier.keys()].sort();
  for (const label of labels) {
    const key = fromLabel(label);
    const decided = decide({
      key,
      label,
      earlier: input.earlier.get(label) as EarlierKey,
      mine: input.memory.get(label),
      now: there.get(key),
      version: versions.get(label),
      ownership: input.ownership,
    });
    if (decided.change) changes.push(decided.change);
    if (decided.untold) untold.push({ label, parts: decided.untold });
    if (decided.why !== undefined) left.push({ label, why: decided.why });
    if (decided.remembered !== undefined) remembered.set(label, decided.remembered);
  }
  return { plan: planOf(changes, input), left, untold, remembered };
}

/** True where keys were to be put back, and none of them can be, nor is as it was already. */
export const isInVain = ({ plan, left, remembered }: Rollback): boolean =>
  plan.changes.length === 0 && remembered.size === 0 && left.length > 0;

interface Case {
  key: string;
  label: string;
  earlier: EarlierKey;
  mine: RememberedKey | undefined;
  now: ListedSecret | undefined;
  version: ListedSecret | "not-told" | undefined;
  ownership: Ownership;
}

interface Decision {
  change?: Change;
  why?: string;
  remembered?: RememberedKey | null;
  untold?: readonly Part[];
}

const OTHERS = "somebody else has changed it since";
const NOT_TOLD = "this version of Infisical answers no earlier versions of a secret";
const NO_VERSION = "the instance does not have that version any more";

function decide(one: Case): Decision {
  const { earlier, mine, now, version } = one;
  const { was } = earlier;
  const owner = now && otherOwner(now, one.ownership);
  if (owner !== undefined) return { why: `it is marked as another sync's (${owner})` };
  if (earlier.isImported) return { why: "it was imported into the source, which stays as it is" };
  if (was === undefined) return decideCreated(one);
  if (stands(now, was, earlier.mine, mine)) return {};

  // An instance may answer another secret that had the same name; its versions are not this one's.
  const isTold = version !== undefined && version !== "not-told";
  const value = isTold && isSameSecret(revisionOf(version), was) ? version : undefined;
  const copies = value && partsBack(value, now);
  const isEqual = now !== undefined && value?.value.equals(now.value) === true;
  if (isEqual && !copies) return { remembered: recall(earlier, revisionOf(now)) };
  if (!now && mine) return { why: "somebody else has deleted it since" };
  if (now && revisionOf(now) !== mine?.destination) return { why: OTHERS };
  if (version === "not-told") return { why: NOT_TOLD };
  if (!value) return { why: now ? NO_VERSION : "it was deleted, and the instance does not have it any more" };
  if (value.isHidden) return { why: "the destination identity may not read that version" };
  return {
    change: changeBack(one, value, copies),
    remembered: recall(earlier, undefined),
    ...untoldIn(value),
  };
}

function changeBack(
  { key, label, now, earlier, ownership }: Case,
  { value, copied = {}, version, id }: ListedSecret,
  copies: PartDifference | undefined,
): Change {
  const revision = earlier.mine?.pushed ?? revisionOf({ version, id });
  const { metadata, ...rest } = copies ? partsToWrite(copies.parts, copied) : {};
  const parts = { ...rest, ...(metadata && { metadata: withMark(metadata, now, ownership) }) };
  const write = { key, label, value, revision, ...(copies && { parts, copies }) };
  if (!now) return { kind: "create", ...write, isRestore: false };
  const over = { destination: revisionOf(now), isOwned: true };
  return copies && value.equals(now.value)
    ? { kind: "copy", ...write, ...over, parts, copies }
    : { kind: "update", ...write, ...over, isRestore: false };
}

/** What was beside a value and is not there now; metadata that cannot be read stays as it is. */
function partsBack(version: ListedSecret, now: ListedSecret | undefined): PartDifference | undefined {
  const isHidden = hasHiddenMetadata(version) || (now !== undefined && hasHiddenMetadata(now));
  const untold: Part[] = [...(version.untold ?? []), ...(isHidden ? (["metadata"] as const) : [])];
  return compareParts({ ...version, untold }, now);
}

const untoldIn = ({ untold = [] }: ListedSecret): Pick<Decision, "untold"> =>
  untold.length > 0 ? { untold } : {};

/** A key that was not there goes, if it is still what this sync has made. */
function decideCreated({ key, label, mine, now }: Case): Decision {
  if (!now) return { remembered: null };
  const destination = revisionOf(now);
  if (!mine) return { why: "this sync has not written what is there now" };
  if (destination !== mine.destination) return { why: OTHERS };
  if (mine.origin !== "created") return { why: "somebody else had created it" };
  return { change: { kind: "delete", key, label, destination, isOwned: true }, remembered: null };
}

/** What is remembered of a key that is as it was; where it was written anew, under the revision which that made. */
const recall = ({ mine }: EarlierKey, destination: string | undefined): RememberedKey | null =>
  mine ? { ...mine, destination: destination ?? mine.destination } : null;

/** True where the key is as it was already: nobody wrote it since, or what was pushed is the same value again. */
function stands(
  now: ListedSecret | undefined,
  was: string,
  then: RememberedKey | undefined,
  mine: RememberedKey | undefined,
): boolean {
  if (!now) return false;
  const destination = revisionOf(now);
  // What belongs to a value may be another one, though the value was pushed again.
  const isPushedAgain = destination === mine?.destination && mine.pushed === then?.pushed;
  return destination === was || (isPushedAgain && now.copied === undefined);
}

const byKey = ({ destination }: RollbackInput) => new Map(destination.map((secret) => [secret.key, secret]));

/** All that is remembered and not touched stands as it is, also where somebody else has changed it since. */
function planOf(changes: readonly Change[], input: RollbackInput): Plan {
  const { memory, destination } = input;
  const touched = new Set(changes.map(({ label }) => label));
  const untouched = [...memory]
    .filter(([label]) => !touched.has(label))
    .map(([label, { pushed, destination: left }]) => ({ label, destination: left, revision: pushed }));
  const there = byKey(input);
  const isAsLeft = ({ label, destination: left }: (typeof untouched)[number]) => {
    const now = there.get(fromLabel(label));
    return now !== undefined && revisionOf(now) === left;
  };
  const unchanged = untouched.filter(isAsLeft);
  const kept = untouched.filter((one) => !isAsLeft(one));
  const keys = [
    ...untouched.map(({ label, revision }) => [label, revision] as const),
    ...changes.flatMap((change) => ("revision" in change ? [[change.label, change.revision] as const] : [])),
  ];
  return {
    changes,
    unchanged,
    kept,
    settled: [],
    claimed: [],
    keys: Object.fromEntries(keys.sort(([a], [b]) => (a < b ? -1 : 1))),
    counts: count(changes, unchanged.length, kept.length),
    unresolved: [],
    destinationSize: destination.length,
    // The source has no part in it, so its being empty is no danger.
    emptied: [],
    isFirstRun: false,
    createsFolder: false,
  };
}
