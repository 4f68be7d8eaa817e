/** What happens to each key of one sync: the one list that console, JSON, Markdown and HTML show. */

import { z } from "zod";
import { partsText } from "../../provider/engine/parts.ts";
import type { Effect } from "../../provider/engine/record/effects.ts";
import { changedTo, isPushed } from "../../provider/engine/revision.ts";
import { byName } from "../../provider/natural.ts";
import { PARTS, type Part } from "../../provider/schema.ts";
import type { Command } from "./operations.ts";
import type { KeyChange, KeyEffect, SyncReview } from "./sync-review.ts";

export const KEY_ACTIONS = ["create", "update", "delete", "import"] as const;
export type KeyAction = (typeof KEY_ACTIONS)[number];

/** Why something happens to a key, with the text that people read. */
const REASONS = {
  new: "new to this sync",
  "new-value": "new value in the source",
  "gone-from-source": "no longer in the source",
  "missing-at-destination": "restored: missing at the destination",
  "changed-at-destination": "restored: changed at the destination",
  "foreign-overwrite": "not written by this sync",
  "foreign-delete": "not written by this sync",
  mark: "gets this sync's mark",
  copy: "what belongs to it differs",
  import: "written into the source, which lacks it",
  "import-over": "written into the source, over its own value",
  removal: "goes with the sync that created it",
  "removal-by-instance": "goes with the sync, whoever wrote it",
  appeared: "appeared at the destination",
  drifted: "changed at the destination",
  disappeared: "missing at the destination",
  other: "see the effect",
} as const;
type Reason = keyof typeof REASONS;

/** One key, whether it changes, has an effect or both. */
export const keySchema = z.object({
  key: z.string().meta({ description: "Name of the key, with harmful characters as %XX." }),
  action: z
    .enum(KEY_ACTIONS)
    .meta({ description: "import writes into the source, the others into the destination." }),
  reason: z.enum(Object.keys(REASONS) as [Reason, ...Reason[]]),
  why: z.string().meta({ description: "The reason in words." }),
  before: z.string().optional().meta({ description: "The record of the sync before." }),
  after: z.string().optional().meta({ description: "The record of the sync after." }),
  effect: z.string().optional().meta({
    description: "What a comparison of the records does not show, as the engine words it.",
  }),
  parts: z.array(z.enum(PARTS)).optional().meta({
    description: "What is copied beside the value, or alone, and differs; texts are never told.",
  }),
  overwritten: z.array(z.enum(PARTS)).optional().meta({
    description: "What of these the destination has otherwise, where only they are written.",
  }),
  sourceRevision: z.string().optional(),
  destinationRevision: z.string().optional().meta({
    description: "Where a change is planned by the record alone, as the last run left it.",
  }),
  isForeign: z.boolean().meta({ description: "Deletes or overwrites what the sync did not write." }),
  isDone: z.boolean().optional().meta({
    description: "Of a sync whose outcome is half-way: whether the run was done with this key.",
  }),
});

export type KeyEntry = z.output<typeof keySchema>;

/** To be looked at first: foreign, or written into the source. */
export const needsAttention = ({ isForeign, action }: Pick<KeyEntry, "isForeign" | "action">): boolean =>
  isForeign || action === "import";

/** Keys by action; `foreign` ones are counted in their action too, as updates are by what of them is copied. */
export type KeyTotals = Record<KeyAction | "foreign", number> & { [P in Part]?: number | undefined };

/** What is being done to the sync that has the keys. */
export interface Circumstances {
  /** Of the resource. */
  operation: string;
  command: Command;
}

/** The keys that something happens to, those first that are to be looked at first. */
export function keyEntries(
  sync: Pick<SyncReview, "changes" | "effects" | "isBlind" | "notDone">,
  circumstances: Circumstances,
): KeyEntry[] {
  const open = sync.notDone && new Set(sync.notDone);
  const effects = new Map(sync.effects.map((effect) => [effect.key, effect]));
  const changes = new Map(sync.changes.map((change) => [change.key, change]));
  const keys = [...new Set([...changes.keys(), ...effects.keys()])];
  return keys
    .map((key) => ({
      ...entryOf(key, changes.get(key), effects.get(key), sync, circumstances),
      ...(open && { isDone: !open.has(key) }),
    }))
    .sort(byAttention);
}

/** What the sync did not write or what goes into the source, then what is deleted, then the rest. */
const rank = (entry: KeyEntry): number => (needsAttention(entry) ? 0 : entry.action === "delete" ? 1 : 2);

const byAttention = (a: KeyEntry, b: KeyEntry): number => rank(a) - rank(b) || byName(a.key, b.key);

export function totalsOf(entries: readonly Pick<KeyEntry, "action" | "isForeign" | "parts">[]): KeyTotals {
  const totals: KeyTotals = { create: 0, update: 0, delete: 0, import: 0, foreign: 0 };
  for (const { action, isForeign, parts = [] } of entries) {
    totals[action] += 1;
    for (const part of action === "update" ? parts : []) totals[part] = (totals[part] ?? 0) + 1;
    if (isForeign) totals.foreign += 1;
  }
  return totals;
}

function entryOf(
  key: string,
  change: KeyChange | undefined,
  effect: KeyEffect | undefined,
  { isBlind }: Pick<SyncReview, "isBlind">,
  circumstances: Circumstances,
): KeyEntry {
  const action = actionOf(change, effect);
  // A new value that comes with what belongs to it is told as such.
  const told = effect?.kind === "copy" && change ? undefined : effect;
  const reason =
    told === undefined ? reasonOfChange(action, change, isBlind === true, circumstances) : reasonOf(told);
  return {
    key,
    action,
    reason,
    why: reason === "other" && effect ? effect.text : whyOf(reason, effect),
    ...(change?.before !== undefined && { before: change.before }),
    ...(change?.after !== undefined && { after: change.after }),
    ...(effect && { effect: effect.text }),
    ...(effect?.parts && { parts: [...effect.parts] }),
    ...(effect?.overwritten && { overwritten: [...effect.overwritten] }),
    ...revisions(change, effect, circumstances),
    isForeign: FOREIGN.has(reason),
  };
}

/** For example "other comment, tags (overwrites tags)", or "new value in the source; with comment". */
function whyOf(reason: Reason, { parts = [], overwritten = [] }: Partial<KeyEffect> = {}): string {
  const over = overwritten.length > 0 ? ` (overwrites ${partsText(overwritten)})` : "";
  if (reason === "copy") return `other ${partsText(parts)}${over}`;
  return parts.length > 0 ? `${REASONS[reason]}; with ${partsText(parts)}` : REASONS[reason];
}

/** What this version cannot name is counted among what the sync did not write. */
const FOREIGN: ReadonlySet<Reason> = new Set(["foreign-overwrite", "foreign-delete", "import-over", "other"]);

function actionOf(change: KeyChange | undefined, effect: KeyEffect | undefined): KeyAction {
  if (effect === undefined) return change?.action ?? "update";
  return isMissing(effect) ? "create" : BY_EFFECT[effect.kind];
}

const isMissing = ({ kind, destination }: Effect): boolean => kind === "restore" && destination === undefined;

const BY_EFFECT: Readonly<Record<Effect["kind"], KeyAction>> = {
  restore: "update",
  overwrite: "update",
  mark: "update",
  copy: "update",
  delete: "delete",
  import: "import",
  unknown: "delete",
};

function reasonOf({ kind, destination, over }: Effect): Reason {
  switch (kind) {
    case "restore":
      return destination === undefined ? "missing-at-destination" : "changed-at-destination";
    case "overwrite":
    case "delete":
      return `foreign-${kind}`;
    case "import":
      return over === undefined ? "import" : "import-over";
    case "mark":
    case "copy":
      return kind;
    case "unknown":
      return "other";
    default:
      return kind satisfies never;
  }
}

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
  effect: KeyEffect | undefined,
  { command }: Circumstances,
): Pick<KeyEntry, "sourceRevision" | "destinationRevision"> {
  // A refresh does not look for news in the source: what is on record is what was pushed.
  const recorded = command === "refresh" ? [change?.after, change?.before] : [change?.after];
  const source = effect?.over ?? recorded.find(isPushed) ?? effect?.source;
  const isThere = change?.action !== "create" && command !== "refresh" && !(effect && isMissing(effect));
  const destination =
    effect?.destination ??
    changedTo(change?.after) ??
    changedTo(change?.before) ??
    (isThere ? change?.destination : undefined);
  return {
    ...(source !== undefined && { sourceRevision: source }),
    ...(destination !== undefined && { destinationRevision: destination }),
  };
}
