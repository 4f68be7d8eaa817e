/** Texts of others, made harmless for a terminal and a log. */

/** Commands to a terminal, whole: the text of a link or a window title goes with them. */
const ESCAPE_SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|\u001b[@-Z\\-_]/g;
/** Control characters other than tab and newline, and the invisible ones that hide or reorder text. */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** What CI systems take for a command: `##vso[…]` and `##[…]` anywhere, `::error …` where a line begins. */
const LOG_COMMAND = /##(?=\w*\[)|:(?=:)(?<=^[^\S\n]*:)/gm;

/**
 * The text without escape sequences and commands to a log; each other character that would not be seen as itself
 * becomes a space.
 */
export function printable(text: string): string {
  return inert(withoutSequences(text).replace(UNPRINTABLE, " "));
}

/** The text without commands to a terminal. */
export const withoutSequences = (text: string): string => text.replace(ESCAPE_SEQUENCES, "");

/** A text of others in one line. */
export const oneLine = (text: string): string => printable(text.replaceAll("\n", " "));

/** The text with blanks in what a log would take for a command. */
export const inert = (text: string): string =>
  text.replace(LOG_COMMAND, (sign) => (sign === ":" ? ": " : "# #"));
