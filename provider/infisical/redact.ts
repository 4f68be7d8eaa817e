import { printable } from "../printable.ts";
import type { SecretValue } from "../secret-value.ts";

const REPLACEMENT = "[secret]";
/** Shorter texts are words like `on` or `1`: cutting those out would ruin the message and hide nothing. */
const SHORTEST = 4;
/** So much of the beginning of a secret is enough to recognise one that the server itself cut short. */
const PREFIX = 12;
const LONGEST_TEXT = 300;

/** Makes texts of others fit to be shown. */
export interface Redactor {
  /** Never show this text from now on. */
  add(secret: SecretValue): void;
  /** The text without known secrets and control characters, at most 300 characters long. */
  clean(text: string, confidential?: Iterable<string>): string;
}

/** Makes a {@link Redactor} that knows no secret yet. */
export function createRedactor(): Redactor {
  const known = new Set<string>();
  return {
    add: (secret) => void known.add(secret.reveal()),
    clean(text, confidential = []) {
      let shown = text;
      for (const secret of known) shown = cutOut(shown, secret);
      for (const secret of confidential) shown = cutOut(shown, secret);
      shown = printable(shown).replace(/\s+/g, " ").trim();
      return shown.length > LONGEST_TEXT ? `${shown.slice(0, LONGEST_TEXT - 1)}…` : shown;
    },
  };
}

/** Removes a secret as it is, and as it looks inside JSON text and URLs. */
function cutOut(text: string, secret: string): string {
  const trimmed = secret.trim();
  const escaped = JSON.stringify(trimmed).slice(1, -1);
  const forms = new Set([trimmed, escaped, encodeURIComponent(trimmed.toWellFormed())]);
  return [...forms].reduce(cutOutExactly, text);
}

function cutOutExactly(text: string, secret: string): string {
  if (secret.length < SHORTEST) return text;
  const beginning = secret.slice(0, PREFIX);
  let shown = "";
  let from = 0;
  for (let at = text.indexOf(beginning); at !== -1; at = text.indexOf(beginning, from)) {
    let length = beginning.length;
    while (length < secret.length && text[at + length] === secret[length]) length++;
    shown += text.slice(from, at) + REPLACEMENT;
    from = at + length;
  }
  return shown + text.slice(from);
}
