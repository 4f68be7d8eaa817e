/** Keeps secrets that this process knows out of everything that is printed. */
import { printable } from "../../provider/printable.ts";

const REPLACEMENT = "[secret]";
/** Shorter texts are words like `on` or `1`: cutting those out would ruin the text and hide nothing. */
const SHORTEST = 4;

/** Makes texts fit to be printed. */
export interface Redactor {
  /** Never print this from now on. Of a JSON text, neither the whole nor the strings in it. */
  add(secret: string): void;
  /** The text without known secrets, control characters and escape sequences. */
  clean(text: string): string;
  /** The same for every string in plain data, names of properties included. */
  cleanAll<Value>(value: Value): Value;
}

export function createRedactor(): Redactor {
  let known: string[] = [];
  const learn = (secret: string) => {
    const forms = formsOf(secret).filter((form) => form.length >= SHORTEST && !known.includes(form));
    // Long ones first: one secret may be the beginning of another.
    known = [...known, ...forms].sort((a, b) => b.length - a.length);
  };
  const clean = (text: string) =>
    printable(known.reduce((rest, secret) => rest.replaceAll(secret, REPLACEMENT), text));
  const cleanAny = (value: unknown): unknown => {
    if (typeof value === "string") return clean(value);
    if (Array.isArray(value)) return value.map(cleanAny);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [clean(name), cleanAny(inner)]));
  };
  return {
    add(secret) {
      learn(secret);
      for (const inner of stringsInJson(secret)) learn(inner);
    },
    clean,
    cleanAll: <Value>(value: Value) => cleanAny(value) as Value,
  };
}

/** A secret as it is, and as it looks inside JSON and URLs. */
function formsOf(secret: string): string[] {
  const trimmed = secret.trim();
  return [trimmed, JSON.stringify(trimmed).slice(1, -1), encodeURIComponent(trimmed.toWellFormed())].filter(
    (form, index, all) => all.indexOf(form) === index,
  );
}

function stringsInJson(text: string): string[] {
  if (!/^\s*[[{]/.test(text)) return [];
  try {
    return stringsIn(JSON.parse(text));
  } catch {
    return [];
  }
}

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
