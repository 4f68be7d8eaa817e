import { type Change, type Counts, overwritesForeign, type Plan } from "../../engine/plan.ts";
import { formatWritten } from "../../engine/record/progress.ts";
import { PARTS } from "../../schema.ts";
import type { Context } from "../resource.ts";

const INTERVAL_MS = 3000;

/** Reports long runs, every few seconds at most. */
export function progress(name: string, context: Context): (done: number, total: number) => void {
  let last = { at: context.now().getTime(), done: 0 };
  return (done, total) => {
    const at = context.now().getTime();
    if (at - last.at < INTERVAL_MS || done === total) return;
    const rate = Math.round(((done - last.done) * 1000) / (at - last.at));
    last = { at, done };
    context.log(formatWritten({ name, done, total, rate }));
  };
}

/** For example "2 to create, 3 to delete (1 foreign), 40 unchanged"; undefined where there is nothing to do. */
export function plannedText({ changes, counts }: Plan): string | undefined {
  if (changes.length === 0) return undefined;
  const foreign = (kind: Change["kind"]) => {
    const ofKind = changes.filter((change) => (change.kind === "copy" ? "update" : change.kind) === kind);
    const count = ofKind.filter(isForeign).length;
    return count > 0 ? ` (${count} foreign)` : "";
  };
  const parts = [
    [counts.create, "to create"],
    [updates(counts), `to update${foreign("update")}${copied(counts)}`],
    [counts.delete, `to delete${foreign("delete")}`],
    [counts.import, `to import into the source${foreign("import")}`],
    [counts.kept, "kept"],
    [counts.unchanged, "unchanged"],
  ] as const;
  return parts.flatMap(([count, text]) => (count > 0 ? [`${count} ${text}`] : [])).join(", ");
}

/** A mark, or what belongs to a value, is written to the key. */
const updates = ({ update, mark = 0, copy = 0 }: Counts): number => update + mark + copy;

/** For example " (3 comment, 1 tags)": which parts are set of how many of the keys. */
function copied(counts: Counts): string {
  const told = PARTS.flatMap((part) => (counts[part] === undefined ? [] : [`${counts[part]} ${part}`]));
  return told.length > 0 ? ` (${told.join(", ")})` : "";
}

/** Deletes or overwrites what the sync did not write. */
function isForeign(change: Change): boolean {
  if (change.kind === "copy") return overwritesForeign(change);
  return change.kind === "import" ? change.over !== undefined : "isOwned" in change && !change.isOwned;
}

/** For example "2 created, 1 deleted, 40 unchanged". */
export function summary(counts: Counts): string {
  const parts = [
    [counts.import, "imported"],
    [counts.create, "created"],
    [updates(counts), `updated${copied(counts)}`],
    [counts.delete, "deleted"],
    [counts.kept, "kept"],
    [counts.unchanged, "unchanged"],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return told.length > 0 ? told.join(", ") : "nothing to do";
}
