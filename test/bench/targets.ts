import { type Case, OURS, type Subject, sizeText } from "./cases.ts";
import type { Row, SizeReport } from "./run.ts";

/** The size that the targets beside the floor are set for. */
const KEYS = 10_000;
const MOST_TIME = { unchanged: 1.15, push: 1.4, change: 1.3 };
const MOST_REQUESTS = 1.3;
const MOST_MEMORY = 1.4;
/** And the tree. */
const FOLDERS = 1000;
const MOST_TREE_TIME = 1.3;
const MOST_TREE_REQUESTS = 1.1;

/** A promise of ours, and whether this run kept it. */
export interface Target {
  text: string;
  isMet: boolean;
}

/** The targets for people. */
export function targetsText(targets: readonly Target[], note?: string): string {
  const lines = targets.map(({ text, isMet }) => `${isMet ? "met     " : "NOT met "} ${text}`);
  return [`Targets${note === undefined ? "" : ` (${note})`}:`, ...lines].join("\n");
}

/** How we do against our targets, as far as what they are set for was measured. */
export function judge(sizes: readonly SizeReport[]): Target[] {
  const ofTargets = sizes.filter(({ keys }) => keys === KEYS);
  return [
    ...ofTargets.filter(({ folders }) => folders === undefined).flatMap(besideFloor),
    ...ofTargets.filter(({ folders }) => folders === FOLDERS).flatMap(treeBesideFloor),
    ...sizes.flatMap(besideProduct),
  ];
}

function comparison(size: SizeReport) {
  const ratio = (name: Case, field: Measure) => ratioOf(size.rows, name, "engine", field) ?? Number.NaN;
  const atMost = (what: string, found: number, most: number): Target => ({
    text: `${sizeText(size)}, ${what}: ${found.toFixed(2)} × the floor, at most ${most}`,
    isMet: found <= most,
  });
  return { ratio, atMost };
}

function treeBesideFloor(size: SizeReport): Target[] {
  const { ratio, atMost } = comparison(size);
  const lists = rowOf(size.rows, "unchanged", "engine")?.lists ?? Number.NaN;
  return [
    {
      text: `${sizeText(size)}, unchanged plan, list requests in all: ${lists}, at most 2`,
      isMet: lists <= 2,
    },
    atMost("unchanged plan, work", ratio("unchanged", "workMs"), MOST_TREE_TIME),
    atMost("first push, requests", ratio("push", "requests"), MOST_TREE_REQUESTS),
  ];
}

function besideFloor(size: SizeReport): Target[] {
  const { rows } = size;
  const { ratio, atMost } = comparison(size);
  const lists = rowOf(rows, "unchanged", "engine")?.lists ?? Number.NaN;
  const memory = Math.max(
    ratio("push", "peakBytes"),
    ratio("unchanged", "peakBytes"),
    ratio("change", "peakBytes"),
  );
  return [
    {
      text: `${sizeText(size)}, unchanged plan, list requests a side: ${lists / 2}, at most 1`,
      isMet: lists <= 2,
    },
    atMost("unchanged plan, work", ratio("unchanged", "workMs"), MOST_TIME.unchanged),
    atMost("first push, work", ratio("push", "workMs"), MOST_TIME.push),
    atMost("1 % change, work", ratio("change", "workMs"), MOST_TIME.change),
    atMost("first push, requests", ratio("push", "requests"), MOST_REQUESTS),
    atMost("peak memory, worst case", memory, MOST_MEMORY),
  ];
}

/**
 * The destination is where the two can be compared: both log in and list there. At the source each does what the
 * other has no need of, so the sum is shown and nothing is promised of it.
 */
function besideProduct(size: SizeReport): Target[] {
  return [...unchangedTarget(size), ...largeBodyTarget(size)];
}

function unchangedTarget(size: SizeReport): Target[] {
  const { rows } = size;
  const product = rowOf(rows, "unchanged", "product");
  if (!product) return [];
  return [
    {
      text: `${sizeText(size)}, unchanged plan, requests at the destination (and in all): ${besides(rows, "unchanged")}`,
      isMet: ours(rows, "unchanged").every(
        ({ destinationRequests }) => destinationRequests <= product.destinationRequests,
      ),
    },
  ];
}

/** Only where the product's body, which it never splits, was too large. Ours does not fail quietly: it ends the bench. */
function largeBodyTarget(size: SizeReport): Target[] {
  const { rows } = size;
  if (!rowOf(rows, "push", "product")?.failure) return [];
  return [
    {
      text: `${sizeText(size)}, first push over 1 MiB, requests at the destination (and in all): ${besides(rows, "push")}`,
      isMet: ours(rows, "push").every(({ failure }) => !failure),
    },
  ];
}

const ours = (rows: readonly Row[], name: Case): Row[] =>
  OURS.flatMap((subject) => rowOf(rows, name, subject) ?? []);

function besides(rows: readonly Row[], name: Case): string {
  return (["product", ...OURS] as const)
    .flatMap((subject) => rowOf(rows, name, subject) ?? [])
    .map(
      ({ subject, failure, destinationRequests, requests }) =>
        `${subject}: ${failure ? "fails" : `${destinationRequests} (${requests})`}`,
    )
    .join(", ");
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
