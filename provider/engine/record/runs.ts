/**
 * What the last runs of a sync did at its destination, by revisions alone, so that they can be undone. A state
 * holds it, so it is bounded: what is not remembered whole is not undone at all.
 */
import { BridgeError } from "../../errors.ts";
import type { Change, Plan } from "../plan.ts";
import type { Memory, RememberedKey } from "./memory.ts";

/** A run that changed something. */
export interface RememberedRun {
  /** The `lastSyncJobId` of its time. */
  id: string;
  /** When it ended, ISO 8601. */
  at: string;
  /** How many changes of each kind were carried out; kinds without any are absent. */
  counts: Partial<Record<RunChange["kind"], number>>;
  /** It stopped before its end. */
  isPartial?: true | undefined;
  /** It was a rollback to the state after this run. */
  rollbackTo?: string | undefined;
  /** Label → `<kind> <origin> <pushed> <was> <is>`. Absent where nothing needs it, or it would be too much. */
  changes?: Readonly<Record<string, string>> | undefined;
}

/** How many runs are remembered. */
const MOST_RUNS = 10;
/** Changes in all of them together, about 70 bytes each: at most as much again as a state of so many keys has. */
const MOST_CHANGES = 10_000;

/**
 * Adds a run, newest first. The oldest one needs no changes, since nothing is known of what was before it; nor
 * do those from before one that was too large.
 */
export function addRun(runs: readonly RememberedRun[], run: RememberedRun): RememberedRun[] {
  if (Object.keys(run.counts).length === 0) return [...runs];
  const kept = [run, ...runs].slice(0, MOST_RUNS);
  let room = MOST_CHANGES;
  let isUndoable = true;
  return kept.map((each, index) => {
    const { changes, ...head } = each;
    room -= Object.keys(changes ?? {}).length;
    isUndoable &&= changes !== undefined && room >= 0 && index < kept.length - 1;
    return isUndoable ? each : head;
  });
}

/** What a run did, for those of its changes that were carried out. */
export function changesOf(
  plan: Pick<Plan, "changes">,
  done: ReadonlySet<string>,
  before: Memory,
  after: Memory,
): Pick<RememberedRun, "counts"> & { changes: Record<string, string> } {
  const counts: RememberedRun["counts"] = {};
  const changes = new Map<string, string>();
  for (const change of plan.changes) {
    const { label } = change;
    // A mark is nothing that a rollback could put back.
    if (change.kind === "mark" || !done.has(label)) continue;
    const kind = change.kind === "copy" ? "update" : change.kind;
    counts[kind] = (counts[kind] ?? 0) + 1;
    const mine = before.get(label);
    // What this sync had left there, even where somebody had changed it by the time of the run.
    const was = mine?.destination ?? (change.kind === "create" ? undefined : change.destination);
    const is = kind === "delete" ? undefined : after.get(label)?.destination;
    changes.set(label, formatRunChange({ kind, mine, was, is }));
  }
  return { counts, changes: Object.fromEntries(changes) };
}

/** What a run did about one key. */
interface RunChange {
  kind: Exclude<Change["kind"], "copy" | "mark">;
  /** What was remembered of it before; undefined for one that was not this sync's own. */
  mine: Pick<RememberedKey, "origin" | "pushed"> | undefined;
  /** The destination's revision before and after; undefined where the key was not there. */
  was: string | undefined;
  is: string | undefined;
}

const NONE = "-";

/** The text of it in a state. */
export const formatRunChange = ({ kind, mine, was, is }: RunChange): string =>
  [kind, mine?.origin, mine?.pushed, was, is].map((part) => part ?? NONE).join(" ");

const KINDS: ReadonlySet<string> = new Set<RunChange["kind"]>(["create", "update", "delete", "import"]);

/** What such a text says; undefined for one of another version. */
export function parseRunChange(text: string): RunChange | undefined {
  const [kind = "", ...parts] = text.split(" ");
  const [origin, pushed, was, is] = parts.map((part) => (part === NONE ? undefined : part));
  const isKnown = KINDS.has(kind) && parts.length === 4 && !parts.includes("");
  if (!isKnown) return undefined;
  const change = { kind: kind as RunChange["kind"], mine: undefined, was, is };
  if (origin === undefined) return change;
  const isOrigin = origin === "created" || origin === "adopted";
  return isOrigin && pushed !== undefined ? { ...change, mine: { origin, pushed } } : undefined;
}

/** What there was of one key after an earlier run. */
export interface EarlierKey {
  /** What was remembered of it; undefined for one that was not this sync's own. */
  mine: RememberedKey | undefined;
  /** The destination's revision; undefined where the key was not there. */
  was: string | undefined;
  /** The run that came next and touched it wrote the destination's value into the source. */
  isImported: boolean;
}

/** True where all later runs are remembered whole. */
export function canGoBackTo(runs: readonly RememberedRun[], id: string): boolean {
  const index = runs.findIndex((run) => run.id === id);
  return index !== -1 && runs.slice(0, index).every(({ changes }) => changes !== undefined);
}

/**
 * The keys that later runs have touched, as they were right after the named one.
 *
 * @throws BridgeError `unreadable-state` for a text this version does not know
 */
export function keysAfter(runs: readonly RememberedRun[], id: string): Map<string, EarlierKey> {
  const keys = new Map<string, EarlierKey>();
  for (const run of runs.slice(
    0,
    runs.findIndex((each) => each.id === id),
  ))
    for (const [label, text] of Object.entries(run.changes ?? {})) keys.set(label, earlierKey(label, text));
  return keys;
}

function earlierKey(label: string, text: string): EarlierKey {
  const change = parseRunChange(text);
  if (!change)
    throw new BridgeError(
      "unreadable-state",
      `The state remembers of key ${label} that a run did "${text}", which this version cannot read.`,
      { hint: "Use the version that wrote the state." },
    );
  const { kind, mine, was } = change;
  return {
    mine: mine && was !== undefined ? { ...mine, destination: was } : undefined,
    was,
    isImported: kind === "import",
  };
}
