import type { Counts } from "../../engine/plan.ts";
import { formatWritten } from "../../engine/record/progress.ts";
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

/** For example "2 created, 1 deleted, 40 unchanged". */
export function summary(counts: Counts): string {
  const parts = [
    [counts.import, "imported"],
    [counts.create, "created"],
    // A mark is written to the key.
    [counts.update + (counts.mark ?? 0), "updated"],
    [counts.delete, "deleted"],
    [counts.kept, "kept"],
    [counts.unchanged, "unchanged"],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return told.length > 0 ? told.join(", ") : "nothing to do";
}
