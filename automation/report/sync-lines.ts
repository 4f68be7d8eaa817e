/** What happens to the secrets of one sync, a line per key. */

import { goneText } from "../../provider/engine/gone-folders.ts";
import { type KeyEntry, needsAttention } from "../review/key-entries.ts";
import { outcomeOf, UNKNOWN_OUTCOME, wordsOfAction } from "../review/key-words.ts";
import type { Paint } from "../terminal/paint.ts";
import { widthOf } from "../terminal/width.ts";
import { counted } from "./counts.ts";
import type { ReportDocument, ReportedSync } from "./json.ts";
import { type KeyLine, keyLines, type ListOptions } from "./key-lines.ts";
import { placeText, syncTally } from "./summary.ts";

/** @param isBrief numbers instead of keys, where a preview has just shown them */
export function syncLines(
  { sync, operation }: { sync: ReportedSync; operation: string },
  document: Pick<ReportDocument, "command" | "isPreview">,
  { isBrief = false, columns, ...options }: ListOptions & { isBrief?: boolean; columns?: number | undefined },
): string[] {
  const { paint } = options;
  const { keys, isBlind, isUnknown, skipped, outcome, goneFolders = [], forgotten = 0 } = sync;
  const blind = isBlind ? [paint("red", BLIND)] : [];
  const tally = `${isBlind ? "keys as of the last deployment" : "keys"}: ${syncTally({ sync }, document)}`;
  if (skipped !== undefined)
    return [...places(sync, paint, columns), paint("yellow", syncTally({ sync }, document))];
  if (isUnknown)
    return [...places(sync, paint, columns), paint("yellow", "keys: known only during the deployment")];
  if (operation === "delete" && keys.length === 0) {
    if (isBlind) return [...places(sync, paint, columns), ...blind, "keys: not on record"];
    return ["the secrets it wrote stay at the destination"];
  }
  const forgetting =
    forgotten === 0
      ? []
      : [paint("dim", `${counted(forgotten, "key")} gone from both sides, only forgotten`)];
  if (keys.length === 0) return forgetting;
  const gone = goneFolders.map((folder) => paint("yellow", goneText(folder)));
  if (isBrief) return [...blind, ...gone, ...forgetting, tally];
  return [
    ...places(sync, paint, columns),
    ...(outcome === "unknown" ? [paint("red", UNKNOWN_OUTCOME)] : []),
    ...blind,
    ...gone,
    ...keyLines(
      keys.map((entry) => line(entry, sync, paint)),
      options,
    ),
    ...forgetting,
    paint("dim", tally),
  ];
}

/** What a removal by the source instance takes. */
export const BLIND = "by the source instance: every key of the source, whoever wrote it";

function line(entry: KeyEntry, sync: ReportedSync, paint: Paint): KeyLine {
  const { key, action, before, after, effect } = entry;
  const revisions = [before, after].filter((each) => each !== undefined).join(" => ");
  const text = effect === undefined ? revisions : after === undefined ? effect : `${after}  ${effect}`;
  const left = outcomeOf(entry, sync) === "not done" ? paint("red", "  not done") : "";
  return {
    key,
    ...wordsOfAction(action),
    text: `${needsAttention(entry) ? paint("red", text) : text}${left}`,
  };
}

/** Of the lines that tell of a sync. */
const INDENT = 4;

/**
 * From where to where; the instance of a connection that is known by its id alone is not on record. On a terminal that
 * is too narrow for them, ids are shortened.
 */
export function places(
  { source, destination }: Pick<ReportedSync, "source" | "destination">,
  paint: Paint,
  columns = Infinity,
): string[] {
  if (!source) return [];
  const line = (isShort: boolean) =>
    [source, ...(destination ? [destination] : [])].map((place) => locatedText(place, isShort)).join(" => ");
  const whole = line(false);
  return [paint("dim", INDENT + widthOf(whole) > columns ? line(true) : whole)];
}

function locatedText(place: NonNullable<ReportedSync["source"]>, isShort: boolean): string {
  const text = placeText(place, { isShort });
  return place.instanceUrl === undefined ? text : `${text} at ${place.instanceUrl}`;
}
