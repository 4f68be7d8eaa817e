/** Texts in the columns of a terminal, where a sign of Chinese or an emoji takes two. */
import stringWidth from "string-width";

export const widthOf = (text: string): number => stringWidth(text);

/** Fills up with blanks. */
export const pad = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - stringWidth(text)));

/** The widest of some texts. */
export const widest = (texts: readonly string[]): number =>
  texts.reduce((most, text) => Math.max(most, stringWidth(text)), 0);

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
