/** Finds what of some secrets stands in a text. */
import { skeletonOf, type View, viewOf } from "./views.ts";

/** A piece of a text that is a secret, or part of one. */
export interface Span {
  from: number;
  to: number;
  /** All of a secret, and not what is left of one that was cut off, or has a form that is not known. */
  isWhole: boolean;
}

/** Shorter secrets are words like `on` or `1`, which stand everywhere. */
export const SHORTEST = 4;
/** So much of a secret, from anywhere in it, is told to be of it; shorter ones are looked for whole. */
const RUN = 8;
/** Every run holds a piece of {@link SHORTEST} characters that begins at a multiple of this. */
const STEP = RUN - SHORTEST + 1;
/** Shorter than a {@link RUN}, so that it is looked for whole. */
const WORD = /^\p{L}{1,7}$/u;
const LETTER = /\p{L}/u;
/** Comparisons after which a text is given up. Only texts made for it come so far. */
const MOST_STEPS = 10_000_000;

/** What a secret is compared by. */
export const needleOf = skeletonOf;

/**
 * Every longest piece that a secret and the text have in common.
 *
 * @param needles made by {@link needleOf}
 */
export function findIn(text: string, needles: Iterable<string>): Span[] {
  if (text.length < SHORTEST) return [];
  const view = viewOf(text);
  const pieces = indexPieces(view.text);
  const spans: Span[] = [];
  let steps = 0;
  for (const needle of needles) {
    const least = Math.min(RUN, needle.length);
    for (let at = 0; at + SHORTEST <= needle.length; at += STEP) {
      for (let start = pieces.first(needle, at); start !== -1; start = pieces.next(start)) {
        const before = commonBefore(needle, at, view.text, start);
        const length = before + commonAfter(needle, at, view.text, start);
        steps += length + 1;
        if (steps > MOST_STEPS) return [{ from: 0, to: text.length, isWhole: false }];
        if (length >= least && !isWithinWord(view, text, start - before, needle))
          spans.push({ ...placeIn(view, start - before, length), isWhole: length === needle.length });
      }
    }
  }
  return spans;
}

/** `create` is not what stands in `created`: a short word is a secret where it stands alone, or wrapped. */
function isWithinWord(view: View, text: string, start: number, needle: string): boolean {
  if (!WORD.test(needle)) return false;
  const { from, to } = placeIn(view, start, needle.length);
  if (text.slice(from, to) !== needle) return false;
  const end = start + needle.length;
  const isJoined = (at: number, isNext: boolean) => isNext && LETTER.test(view.text.charAt(at));
  return isJoined(start - 1, view.to[start - 1] === from) || isJoined(end, view.from[end] === to);
}

function placeIn({ from, to }: View, start: number, length: number) {
  return { from: from[start] ?? 0, to: to[start + length - 1] ?? 0 };
}

/** The places of a text by what begins there. */
function indexPieces(text: string) {
  const buckets = 2 << Math.log2(text.length);
  const bucketOf = (of: string, at: number) => hashOf(of, at) & (buckets - 1);
  const first = new Int32Array(buckets).fill(-1);
  const others = new Int32Array(text.length).fill(-1);
  for (let at = text.length - SHORTEST; at >= 0; at--) {
    const bucket = bucketOf(text, at);
    others[at] = first[bucket] ?? -1;
    first[bucket] = at;
  }
  return {
    first: (needle: string, at: number) => first[bucketOf(needle, at)] ?? -1,
    next: (at: number) => others[at] ?? -1,
  };
}

function hashOf(text: string, at: number): number {
  let hash = 0;
  for (let index = at; index < at + SHORTEST; index++) hash = Math.imul(hash, 31) + text.charCodeAt(index);
  return hash ^ (hash >>> 12);
}

function commonBefore(a: string, atA: number, b: string, atB: number): number {
  const most = Math.min(atA, atB);
  let length = 0;
  while (length < most && a.charCodeAt(atA - length - 1) === b.charCodeAt(atB - length - 1)) length++;
  return length;
}

function commonAfter(a: string, atA: number, b: string, atB: number): number {
  const most = Math.min(a.length - atA, b.length - atB);
  let length = 0;
  while (length < most && a.charCodeAt(atA + length) === b.charCodeAt(atB + length)) length++;
  return length;
}
