/** What happens to each key of one sync: the one list that console, JSON, Markdown and HTML show. */
import { isPushed } from "../../provider/engine/revision.ts";
import type { Command } from "./operations.ts";
import type { Effect, KeyChange, SyncReview } from "./sync-review.ts";

export const KEY_ACTIONS = ["create", "update", "delete", "import"] as const;
export type KeyAction = (typeof KEY_ACTIONS)[number];

/** Why something happens to a key, with the text that people read. */
export const REASONS = {
  new: "new to this sync",
  "new-value": "new value in the source",
  "gone-from-source": "no longer in the source",
  "missing-at-destination": "restored: missing at the destination",
  "changed-at-destination": "restored: changed at the destination",
  "foreign-overwrite": "not written by this sync",
  "foreign-delete": "not written by this sync",
  mark: "gets this sync's mark",
  import: "written into the source, which lacks it",
  "import-over": "written into the source, over its own value",
  removal: "goes with the sync that created it",
  "removal-by-instance": "goes with the sync, whoever wrote it",
  appeared: "appeared at the destination",
  drifted: "changed at the destination",
  disappeared: "missing at the destination",
  other: "see the effect",
} as const;
export type Reason = keyof typeof REASONS;

/** One key, whether it changes, has an effect or both. */
export interface KeyEntry {
  /** The key's name, with harmful characters as `%XX`. */
  key: string;
  action: KeyAction;
  reason: Reason;
  /** The reason in words. */
  why: string;
  /** The record of the sync before and after. */
  before?: string;
  after?: string;
  /** What the comparison of the records does not show, as the engine words it. */
  effect?: string;
  /** Revision that the source has. */
  sourceRevision?: string;
  /** Revision that the destination has, or had when the last run left it. */
  destinationRevision?: string;
  /** Deletes or overwrites what the sync did not write. */
  isForeign: boolean;
  /** Of a run that failed half-way: whether it was done with this key. */
  isDone?: boolean;
}

/** To be told loudly: foreign, or written into the source. */
export const isLoud = ({ isForeign, action }: Pick<KeyEntry, "isForeign" | "action">): boolean =>
  isForeign || action === "import";

/** Keys by action; `foreign` ones are counted in their action too. */
export type KeyTotals = Record<KeyAction | "foreign", number>;

/** What is being done to the sync that has the keys. */
export interface Circumstances {
  /** Of the resource. */
  operation: string;
  command: Command;
}

/** The keys that something happens to, sorted by name. */
export function keyEntries(
  sync: Pick<SyncReview, "changes" | "effects" | "isBlind" | "notDone">,
  circumstances: Circumstances,
): KeyEntry[] {
  const open = sync.notDone && new Set(sync.notDone);
  const effects = new Map(sync.effects.map((effect) => [effect.key, effect]));
  const changes = new Map(sync.changes.map((change) => [change.key, change]));
  const keys = [...new Set([...changes.keys(), ...effects.keys()])].sort();
  return keys.map((key) => ({
    ...entryOf(key, changes.get(key), effects.get(key), sync, circumstances),
    ...(open && { isDone: !open.has(key) }),
  }));
}

export function totalsOf(entries: readonly Pick<KeyEntry, "action" | "isForeign">[]): KeyTotals {
  const totals: KeyTotals = { create: 0, update: 0, delete: 0, import: 0, foreign: 0 };
  for (const { action, isForeign } of entries) {
    totals[action] += 1;
    if (isForeign) totals.foreign += 1;
  }
  return totals;
}

function entryOf(
  key: string,
  change: KeyChange | undefined,
  effect: Effect | undefined,
  { isBlind }: Pick<SyncReview, "isBlind">,
  circumstances: Circumstances,
): KeyEntry {
  const action = actionOf(change, effect);
  const reason =
    effect === undefined ? reasonOfChange(action, change, isBlind === true, circumstances) : reasonOf(effect);
  return {
    key,
    action,
    reason,
    why: reason === "other" && effect ? effect.text : REASONS[reason],
    ...(change?.before !== undefined && { before: change.before }),
    ...(change?.after !== undefined && { after: change.after }),
    ...(effect && { effect: effect.text }),
    ...revisions(change, effect, circumstances),
    isForeign: FOREIGN.has(reason),
  };
}

/** What this version cannot name is counted among what the sync did not write. */
const FOREIGN: ReadonlySet<Reason> = new Set(["foreign-overwrite", "foreign-delete", "import-over", "other"]);

function actionOf(change: KeyChange | undefined, effect: Effect | undefined): KeyAction {
  if (effect === undefined) return change?.action ?? "update";
  if (effect.text.startsWith("import")) return "import";
  return /^(?:overwrite|restore|mark)/.test(effect.text) ? "update" : "delete";
}

const BY_EFFECT: readonly [RegExp, Reason][] = [
  [/^mark/, "mark"],
  [/^overwrite/, "foreign-overwrite"],
  [/^delete/, "foreign-delete"],
  [/^restore \(missing/, "missing-at-destination"],
  [/^restore/, "changed-at-destination"],
  [/^import into the source, over/, "import-over"],
  [/^import/, "import"],
];

const reasonOf = ({ text }: Effect): Reason =>
  BY_EFFECT.find(([pattern]) => pattern.test(text))?.[1] ?? "other";

function reasonOfChange(
  action: KeyAction,
  change: KeyChange | undefined,
  isBlind: boolean,
  { operation, command }: Circumstances,
): Reason {
  if (operation === "delete") return isBlind ? "removal-by-instance" : "removal";
  const isDrift = command === "refresh";
  // What was left there, and is on record no more, somebody has taken away.
  if (action === "create")
    return isDrift ? "appeared" : change?.destination === undefined ? "new" : "missing-at-destination";
  if (action === "delete") return isDrift ? "disappeared" : "gone-from-source";
  if (isDrift) return "drifted";
  return change?.before === undefined || isPushed(change.before) ? "new-value" : "changed-at-destination";
}

function revisions(
  change: KeyChange | undefined,
  effect: Effect | undefined,
  { command }: Circumstances,
): Pick<KeyEntry, "sourceRevision" | "destinationRevision"> {
  const { text = "" } = effect ?? {};
  // A refresh does not look for news in the source: what is on record is what was pushed.
  const recorded = command === "refresh" ? [change?.after, change?.before] : [change?.after];
  const source = /, over (\S+)/.exec(text)?.[1] ?? recorded.find(isPushed) ?? effect?.source;
  const isThere = change?.action !== "create" && command !== "refresh" && !text.includes("missing");
  const destination =
    /destination has ([^\s,)]+)/.exec(text)?.[1] ??
    found(change?.after) ??
    found(change?.before) ??
    (isThere ? change?.destination : undefined);
  return {
    ...(source !== undefined && { sourceRevision: source }),
    ...(destination !== undefined && { destinationRevision: destination }),
  };
}

/** The destination's own revision, where the record has it as changed by others. */
const found = (recorded: string | undefined): string | undefined => /^changed (.+)/.exec(recorded ?? "")?.[1];
