import type { Counts } from "../../engine/plan.ts";
import type { Context } from "../resource.ts";

const INTERVAL_MS = 3000;

/** How far the writing of a sync has come. */
export interface Written {
  name: string;
  done: number;
  total: number;
  /** Changes a second, since the last report. */
  rate: number;
}

/** Reports long runs, every few seconds at most. */
export function progress(name: string, context: Context): (done: number, total: number) => void {
  let last = { at: context.now().getTime(), done: 0 };
  return (done, total) => {
    const at = context.now().getTime();
    if (at - last.at < INTERVAL_MS || done === total) return;
    const rate = Math.round(((done - last.done) * 1000) / (at - last.at));
    last = { at, done };
    context.log(writtenLine({ name, done, total, rate }));
  };
}

/** The line that tells it; {@link readWrittenLine} reads it again. */
export const writtenLine = ({ name, done, total, rate }: Written): string =>
  `${name}: ${done} of ${total} changes written, ${rate} a second`;

const WRITTEN = /^(?<name>.*): (?<done>\d+) of (?<total>\d+) changes written, (?<rate>\d+) a second$/s;

/** What such a line tells; undefined for any other. */
export function readWrittenLine(line: string): Written | undefined {
  const { name, ...numbers } = WRITTEN.exec(line)?.groups ?? {};
  if (name === undefined) return undefined;
  const { done, total, rate } = numbers;
  return { name, done: Number(done), total: Number(total), rate: Number(rate) };
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

/** What a failure says where its run has written to neither side. */
export const NOTHING_WRITTEN = /\bnothing was written\b/i;
