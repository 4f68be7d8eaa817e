import { stripVTControlCharacters } from "node:util";

/** The text of an event or of the CLI without its colours. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text.replace(/<\{%[^%]*%\}>/g, "")).trim();
}
