/** Texts in the columns of a terminal, where a sign of Chinese or an emoji takes two. */
import { createRequire } from "node:module";

/** ASCII, branches of a tree and the ellipsis: one column each. */
const NARROW = /^[\x20-\x7e\u2500-\u257f…]*$/;

const require = createRequire(import.meta.url);
let measure: ((text: string) => number) | undefined;

export function widthOf(text: string): number {
  if (NARROW.test(text)) return text.length;
  // Its tables take longer to load than most commands have to print.
  measure ??= require("string-width").default;
  return measure?.(text) ?? text.length;
}

/** Fills up with blanks. */
export const pad = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - widthOf(text)));

/** The widest of some texts. */
export const widest = (texts: readonly string[]): number =>
  texts.reduce((most, text) => Math.max(most, widthOf(text)), 0);

/** Rows whose cells stand below each other. @param show the text of a cell, filled up, as it is to be shown */
export function inColumns(
  rows: readonly (readonly string[])[],
  show: (filled: string, row: number, column: number) => string = (filled) => filled,
): string[] {
  const widths = rows[0]?.map((_, column) => widest(rows.map((row) => row[column] ?? ""))) ?? [];
  return rows.map((row, at) =>
    row
      .map((cell, column) => show(pad(cell, widths[column] ?? 0), at, column))
      .join("  ")
      .trimEnd(),
  );
}

/** Breaks a line between words, and not behind a branch of a tree, where it is longer than the terminal is wide; what follows stands below `indent`. */
export function wrapped(line: string, columns: number, indent: number): string[] {
  const lines: string[] = [];
  let room = "";
  for (const word of line.split(/(?<=[^\s─] +)(?=\S)|(?<=,)(?=\S)/)) {
    if (room.trim() !== "" && widthOf((room + word).trimEnd()) > columns) {
      lines.push(room.trimEnd());
      room = " ".repeat(indent);
    }
    room += word;
  }
  return [...lines, room.trimEnd()];
}
