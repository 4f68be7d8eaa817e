/** Keeps the secrets that a process holds out of texts that it got from others. */
import { withoutSequences } from "../printable.ts";
import { findIn, needleOf, SHORTEST, type Span } from "./find.ts";

const REPLACEMENT = "[secret]";

/** Knows secrets, and what of them stands in a text. */
export interface Redactor {
  /** Never show this from now on. Of JSON text, not the strings and numbers in it. */
  add(secret: string): void;
  /** The text without what is, or may be part of, a secret. */
  clean(text: string): string;
  /** True where a part of a secret stands in a text: next to it may be more of it, in a form that is not known. */
  quotesPart(text: string): boolean;
}

/** Makes a {@link Redactor} that knows no secret yet. */
export function createRedactor(): Redactor {
  const known = new Set<string>();
  const needles = new Set<string>();
  // Secrets come by tens of thousands, and texts that may quote them hardly ever.
  let fresh: string[] = [];
  const find = (text: string): Span[] => {
    if (known.size === 0) return [];
    for (const secret of fresh.flatMap(partsOf)) needles.add(needleOf(secret));
    fresh = [];
    return findIn(text, needles);
  };
  return {
    add(secret) {
      if (known.size < known.add(secret).size) fresh.push(secret);
    },
    clean(text) {
      if (unpainted(text) === text) return cutOut(text, find(text));
      // A secret may hold such marks itself; after that, what they cut in two is whole again without them.
      const cut = cutOut(
        text,
        find(text).filter(({ isWhole }) => isWhole),
      );
      const plain = unpainted(cut);
      const spans = find(plain);
      return spans.length > 0 ? cutOut(plain, spans) : cutOut(cut, find(cut));
    },
    quotesPart: (text) => [...new Set([text, unpainted(text)])].some((form) => hasPart(find(form))),
  };
}

/** The text without colours, also those that have lost their first character: one may begin or end amid a secret. */
const unpainted = (text: string): string => withoutSequences(text).replaceAll(/\[\d{1,3}(?:;\d{1,3})*m/g, "");

function hasPart(spans: readonly Span[]): boolean {
  const whole = spans.filter(({ isWhole }) => isWhole);
  return spans.some((part) => !whole.some(({ from, to }) => from <= part.from && part.to <= to));
}

function cutOut(text: string, spans: readonly Span[]): string {
  let shown = "";
  let end = 0;
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    if (from >= end) shown += text.slice(end, from) + REPLACEMENT;
    end = Math.max(end, to);
  }
  return shown + text.slice(end);
}

/**
 * The names in a JSON text are none of the secret: they stand in messages for good reasons. Unless nothing else in it can be
 * looked for, or reading it loses a part, such as the first of two equal names.
 */
function partsOf(secret: string): string[] {
  if (!/^\s*[[{]/.test(secret)) return [secret];
  try {
    const value: unknown = JSON.parse(secret);
    const scalars = scalarsIn(value);
    const isWhole = withoutBlanks(JSON.stringify(value)) === withoutBlanks(secret);
    return isWhole && scalars.some(({ length }) => length >= SHORTEST) ? scalars : [...scalars, secret];
  } catch {
    return [secret];
  }
}

const withoutBlanks = (text: string) => text.replaceAll(/\s/g, "");

function scalarsIn(value: unknown): string[] {
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(scalarsIn) : [];
}
