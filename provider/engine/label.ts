/**
 * Key names come from outside, and some do not survive the tools that show them: Pulumi hides names that
 * start with `__`, loses `__proto__`, takes one name for its own marker and prints escapes raw. A label is a
 * key name made harmless, reversibly.
 */

import { SIGNATURE } from "../marked-values.ts";
import { SLASH_IN_NAME } from "./tree-key.ts";

// Control characters, and format characters and separators that hide or reorder text on a terminal.
const HARMFUL = /[%\p{Cc}\p{Cf}\p{Zl}\p{Zp}\udc2f]/u;
const HARMFUL_ALL = new RegExp(HARMFUL, "gu");

const encode = (char: string): string => (char === SLASH_IN_NAME ? "%2F" : encodeURIComponent(char));

/** The label of a key, in which `%`, harmful characters and a leading `__` stand as `%XX`. */
export function toLabel(key: string): string {
  const text = HARMFUL.test(key) ? key.replace(HARMFUL_ALL, encode) : key;
  if (text.startsWith("__")) return `%5F${text.slice(1)}`;
  return text === SIGNATURE ? `%34${text.slice(1)}` : text;
}

/** The key behind a label. */
export function fromLabel(label: string): string {
  if (!label.includes("%")) return label;
  return decodeURIComponent(label.replaceAll("%2F", SLASH_IN_NAME));
}
