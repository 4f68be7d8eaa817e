/**
 * Texts of others in Markdown. They stand in code and nowhere else: GitHub and GitLab look for no mentions,
 * references, links, emoji or commands there.
 */

import { number } from "../counts.ts";

/** Longer texts fill a comment and tell nothing more; the JSON report has them whole. */
const LONGEST = 2_000;
/** In a span of backticks these would end it, split a table's cell, or be lost. */
const NEEDS_ENTITIES = /[`|\\]|^\s|\s$|^$/;
/** Everything that Markdown or an autolink could be made of. */
const PUNCTUATION = /[!-'*+.:-@[-`{-~]/g;

/** A text of others, in one line. */
export function code(text: string): string {
  const line = clip(text.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " "));
  if (!NEEDS_ENTITIES.test(line)) return `\`${line}\``;
  return `<code>${line.replace(PUNCTUATION, (sign) => `&#${sign.charCodeAt(0)};`)}</code>`;
}

/** A text of others that may have several lines. */
export const codeLines = (text: string): string =>
  clip(text)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(code)
    .join("<br>");

/** What each Markdown report begins with. */
export const MARKER_START = "<!-- external-infisical:";

/**
 * The hidden line by which a bot finds the comment of a stack.
 *
 * @param names of project and stack; what could end the comment is encoded
 */
export const marker = (...names: readonly (string | undefined)[]): string =>
  `${MARKER_START}${names.map((name = "-") => encodeURIComponent(name.toWellFormed()).replaceAll("--", "-%2D")).join("/")} -->`;

function clip(text: string): string {
  if (text.length <= LONGEST) return text;
  const more = text.length - LONGEST;
  return `${text.slice(0, LONGEST).toWellFormed()} … (${number(more)} more characters)`;
}
