/** What happens to the secrets of one sync, a line per key. */

import {
  KEY_ACTIONS,
  type KeyAction,
  type KeyEntry,
  keyEntries,
  needsAttention,
  totalsOf,
} from "../review/key-entries.ts";
import {
  outcomeOf,
  SKIPPED_TEXT,
  TALLY_WORDS,
  tenseOf,
  UNKNOWN_OUTCOME,
  wordsOfAction,
} from "../review/key-words.ts";
import type { ResourceReview, Review } from "../review/model.ts";
import type { Place, SyncReview } from "../review/sync-review.ts";
import type { Paint } from "../terminal/paint.ts";
import type { ConsoleOptions } from "./console.ts";

/** Lines per sync, unless all were asked for. */
const MOST_KEYS = 50;

export function syncLines(
  { sync, operation }: Pick<ResourceReview, "sync" | "operation">,
  review: Pick<Review, "command" | "isPreview">,
  { paint, isFull, isBrief = false }: Pick<ConsoleOptions, "paint" | "isFull"> & Partial<ConsoleOptions>,
): string[] {
  if (!sync) return [];
  if (sync.skipped !== undefined) return [...places(sync, paint), paint("yellow", SKIPPED_TEXT)];
  const entries = keyEntries(sync, { operation, command: review.command });
  const words = TALLY_WORDS[sync.outcome === "unknown" ? "plan" : tenseOf(review)];
  if (sync.isUnknown)
    return [...places(sync, paint), paint("yellow", "keys: known only during the deployment")];
  const blind = sync.isBlind ? [paint("red", BLIND)] : [];
  const unsure = sync.outcome === "unknown" ? [paint("red", UNKNOWN_OUTCOME)] : [];
  if (operation === "delete" && entries.length === 0) {
    if (sync.isBlind) return [...places(sync, paint), ...blind, "keys: not on record"];
    return ["the secrets it wrote stay at the destination"];
  }
  if (entries.length === 0) return [];
  if (isBrief) return [...blind, tally(entries, sync, words)];
  const shown = isFull ? entries : entries.slice(0, MOST_KEYS);
  const width = Math.min(48, Math.max(...shown.map(({ key }) => key.length)));
  const lines = shown.map((entry) => line(entry, sync, width, paint));
  const more = entries.length - shown.length;
  if (more > 0) lines.push(paint("dim", `… and ${more.toLocaleString("en")} more (--diff shows all)`));
  return [...places(sync, paint), ...unsure, ...blind, ...lines, paint("dim", tally(entries, sync, words))];
}

/** What a removal by the source instance takes. */
export const BLIND = "by the source instance: every key of the source, whoever wrote it";

function line(entry: KeyEntry, sync: SyncReview, width: number, paint: Paint): string {
  const { key, action, before, after, effect } = entry;
  const { sign, color } = wordsOfAction(action);
  const revisions = [before, after].filter((each) => each !== undefined).join(" => ");
  const text = effect === undefined ? revisions : after === undefined ? effect : `${after}  ${effect}`;
  const told = `${paint(color, sign)} ${key.padEnd(width)}  ${needsAttention(entry) ? paint("red", text) : text}`;
  const isLeft = outcomeOf(entry, sync) === "not done";
  return `${told.trimEnd()}${isLeft ? paint("red", "  not done") : ""}`;
}

/** From where to where; the instance of a connection that is known by its id alone is not on record. */
export function places(
  {
    source,
    destination,
  }: { source?: Place | undefined; destination?: (Place & { instanceUrl: string }) | undefined },
  paint: Paint,
): string[] {
  if (!source) return [];
  if (!destination) return [paint("dim", placeText(source))];
  return [paint("dim", `${placeText(source)} => ${placeText(destination)} at ${destination.instanceUrl}`)];
}

export const placeText = ({ projectId, environment, secretPath }: Place): string =>
  `${projectId} ${environment}:${secretPath}`;

function tally(
  entries: readonly KeyEntry[],
  sync: SyncReview,
  words: Readonly<Record<KeyAction, string>>,
): string {
  const { unchanged, isBlind } = sync;
  const { left = [], told = [] } = Object.groupBy(entries, (entry) =>
    outcomeOf(entry, sync) === "not done" ? "left" : "told",
  );
  const totals = totalsOf(told);
  const counts = KEY_ACTIONS.flatMap((action) => {
    const count = totals[action];
    return count > 0 ? [`${count.toLocaleString("en")} ${words[action]}`] : [];
  });
  if (left.length > 0) counts.push(`${left.length.toLocaleString("en")} not done`);
  if (unchanged > 0) counts.push(`${unchanged.toLocaleString("en")} unchanged`);
  return `${isBlind ? "keys as of the last deployment" : "keys"}: ${counts.join(", ")}`;
}
