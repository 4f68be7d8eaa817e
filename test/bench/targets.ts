import type { Case, Subject } from "./cases.ts";
import type { Row, SizeReport } from "./run.ts";

/** The size that the targets are set for. */
const KEYS = 10_000;
const MOST_TIME = 1.3;
const MOST_REQUESTS = 1.3;
const MOST_MEMORY = 1.5;

/** A promise of ours, and whether this run kept it. */
export interface Target {
  text: string;
  isMet: boolean;
}

/** How the engine does against its targets; none where their size was not measured. */
export function judge(sizes: readonly SizeReport[]): Target[] {
  const size = sizes.find(({ keys }) => keys === KEYS);
  if (!size) return [];
  const ratio = (name: Case, field: Measure) => ratioOf(size.rows, name, "engine", field) ?? Number.NaN;
  const atMost = (what: string, found: number, most: number): Target => ({
    text: `${what}: ${found.toFixed(2)} × the floor, at most ${most}`,
    isMet: found <= most,
  });
  const lists = rowOf(size.rows, "unchanged", "engine")?.lists ?? Number.NaN;
  const memory = Math.max(
    ratio("push", "peakBytes"),
    ratio("unchanged", "peakBytes"),
    ratio("change", "peakBytes"),
  );
  return [
    { text: `unchanged plan, list requests a side: ${lists / 2}, at most 1`, isMet: lists <= 2 },
    atMost("unchanged plan, work", ratio("unchanged", "workMs"), MOST_TIME),
    atMost("first push, work", ratio("push", "workMs"), MOST_TIME),
    atMost("first push, requests", ratio("push", "requests"), MOST_REQUESTS),
    atMost("peak memory, worst case", memory, MOST_MEMORY),
  ];
}

/** What is compared with the floor. */
export type Measure = "requests" | "bytes" | "workMs" | "cpuMs" | "wholeMs" | "peakBytes";

export const rowOf = (rows: readonly Row[], name: Case, subject: Subject) =>
  rows.find((row) => row.case === name && row.subject === subject);

/** So many times the floor's. */
export function ratioOf(
  rows: readonly Row[],
  name: Case,
  subject: Subject,
  field: Measure,
): number | undefined {
  const floor = rowOf(rows, name, "floor");
  const own = rowOf(rows, name, subject);
  return floor && own && own[field] / floor[field];
}
