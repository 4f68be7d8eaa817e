/**
 * Texts from instances and prompts as they may stand in generated code: each language has one function for strings and
 * one that can give nothing but a name. Nothing else puts a text into a file.
 */

/** A string of TypeScript; no character in it needs a second look. */
export const typescriptString = (text: string): string =>
  JSON.stringify(text.toWellFormed()).replaceAll(UNSEEN, escaped);

/** A string of HCL in which nothing is a template. */
export const hclString = (text: string): string =>
  `"${text
    .toWellFormed()
    .replaceAll(/["\\]/g, "\\$&")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replaceAll(UNSEEN, escaped)
    .replaceAll(/[$%](?=\{)/g, "$&$&")}"`;

/** A name of TypeScript, for example `drSiteConnection`. @param last its last word, which makes it no word of the language */
export const typescriptName = (text: string, last: string): string =>
  asName(text.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())) + last;

/** A name of HCL, for example `dr_site`. */
export const hclName = (text: string): string => asName(text);

/** A word of a command line. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

const asName = (text: string) => text.replaceAll(/\W/g, "_").replace(/^(?=\d|$)/, "_");

/** Control characters, and those that end a line or change its direction without being seen. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
