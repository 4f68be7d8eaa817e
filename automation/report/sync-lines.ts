/** What happens to the secrets of one sync, a line per key. */
import type { ConsoleOptions } from "./console.ts";
import type { ResourceReview, Review } from "./model.ts";
import { type Color, wordsOf } from "./operations.ts";
import type { Paint } from "./paint.ts";
import type { Effect, KeyChange, Place, SyncReview } from "./sync-review.ts";

/** Lines per sync, unless all were asked for. */
const MOST_KEYS = 50;

export function syncLines(
  { sync, operation }: ResourceReview,
  review: Pick<Review, "command" | "isPreview">,
  { paint, isFull, isBrief }: ConsoleOptions,
): string[] {
  if (!sync) return [];
  const entries = merge(sync);
  const words = WORDS[review.isPreview ? "plan" : review.command === "refresh" ? "drift" : "deed"];
  if (sync.isUnknown)
    return [...places(sync, paint), paint("yellow", "keys: known only during the deployment")];
  const blind = sync.isBlind ? [paint("red", BLIND)] : [];
  if (operation === "delete" && entries.length === 0) {
    if (sync.isBlind) return [...places(sync, paint), ...blind, "keys: not on record"];
    return ["the secrets it wrote stay at the destination"];
  }
  if (entries.length === 0) return [];
  if (isBrief) return [...blind, tally(entries, sync, words)];
  const shown = isFull ? entries : entries.slice(0, MOST_KEYS);
  const width = Math.min(48, Math.max(...shown.map(({ key }) => key.length)));
  const lines = shown.map((entry) => line(entry, width, paint));
  const more = entries.length - shown.length;
  if (more > 0) lines.push(paint("dim", `… and ${more.toLocaleString("en")} more (--diff shows all)`));
  return [...places(sync, paint), ...blind, ...lines, paint("dim", tally(entries, sync, words))];
}

/** What a removal by the source instance takes. */
export const BLIND = "by the source instance: every key of the source, whoever wrote it";

interface Entry {
  key: string;
  action: KeyChange["action"] | "import";
  change?: KeyChange;
  effect?: Effect;
}

/** A key has one line, whether it changes, has an effect or both. */
function merge({ changes, effects }: SyncReview): Entry[] {
  const entries = new Map<string, Entry>(
    changes.map((change) => [change.key, { key: change.key, action: change.action, change }]),
  );
  for (const effect of effects) {
    const entry = entries.get(effect.key);
    const isUpdate = /^(?:overwrite|restore|mark)/.test(effect.text);
    const action = effect.text.startsWith("import") ? "import" : isUpdate ? "update" : "delete";
    entries.set(effect.key, { ...entry, key: effect.key, action, effect });
  }
  return [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function line({ key, action, change, effect }: Entry, width: number, paint: Paint): string {
  const { sign, color } = action === "import" ? { sign: "<", color: "cyan" as Color } : wordsOf(action);
  const revisions = [change?.before, change?.after].filter((each) => each !== undefined).join(" => ");
  const text = effect === undefined ? revisions : effectText(effect, change);
  const isLoud = effect !== undefined && /^(?:delete|overwrite|import)/.test(effect.text);
  return `${paint(color, sign)} ${key.padEnd(width)}  ${isLoud ? paint("red", text) : text}`.trimEnd();
}

const effectText = (effect: Effect, change: KeyChange | undefined): string =>
  change?.after === undefined ? effect.text : `${change.after}  ${effect.text}`;

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

const placeText = ({ projectId, environment, secretPath }: Place): string =>
  `${projectId} ${environment}:${secretPath}`;

type Words = Readonly<Record<Entry["action"], string>>;

const WORDS: Readonly<Record<"plan" | "deed" | "drift", Words>> = {
  plan: {
    create: "to create",
    update: "to update",
    delete: "to delete",
    import: "to import into the source",
  },
  deed: { create: "created", update: "updated", delete: "deleted", import: "imported into the source" },
  drift: { create: "appeared", update: "changed", delete: "disappeared", import: "imported" },
};

function tally(entries: readonly Entry[], { unchanged, isBlind }: SyncReview, words: Words): string {
  const counts = (Object.keys(words) as Entry["action"][]).flatMap((action) => {
    const count = entries.filter((entry) => entry.action === action).length;
    return count > 0 ? [`${count.toLocaleString("en")} ${words[action]}`] : [];
  });
  if (unchanged > 0) counts.push(`${unchanged.toLocaleString("en")} unchanged`);
  return `${isBlind ? "keys as of the last deployment" : "keys"}: ${counts.join(", ")}`;
}
