import type { Counts } from "../../engine/plan.ts";
import type { Context } from "../resource.ts";

const INTERVAL_MS = 3000;

/** Reports long runs, every few seconds at most. */
export function progress(name: string, context: Context): (done: number, total: number) => void {
  let last = context.now().getTime();
  return (done, total) => {
    const now = context.now().getTime();
    if (now - last < INTERVAL_MS || done === total) return;
    last = now;
    context.log(`${name}: ${done} of ${total} changes written`);
  };
}

/** For example "2 created, 1 deleted, 40 unchanged". */
export function summary(counts: Counts): string {
  const parts = [
    [counts.import, "imported"],
    [counts.create, "created"],
    [counts.update, "updated"],
    [counts.mark ?? 0, "marked"],
    [counts.delete, "deleted"],
    [counts.kept, "kept"],
    [counts.unchanged, "unchanged"],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return told.length > 0 ? told.join(", ") : "nothing to do";
}
