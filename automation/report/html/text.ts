/** HTML in which every text is escaped, unless it is HTML of our own. */
import { lookUp } from "../../../provider/look-up.ts";

/** A piece of HTML that may stand in a page as it is. */
export interface Html {
  readonly html: string;
}
type Piece = string | number | Html | undefined | readonly Piece[];

/** Makes HTML of a template; texts in it are escaped, lists joined, and what is undefined left out. */
export function html(parts: TemplateStringsArray, ...pieces: Piece[]): Html {
  return { html: String.raw({ raw: parts }, ...pieces.map(render)) };
}

/** HTML of our own that no template can tell from a text: the style and the script. */
export const trusted = (text: string): Html => ({ html: text });

function render(piece: Piece): string {
  if (piece === undefined) return "";
  if (typeof piece === "string") return escapeText(piece);
  if (typeof piece === "number") return String(piece);
  return "html" in piece ? piece.html : piece.map(render).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escapeText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[&<>"']/g, (sign) => lookUp(ENTITIES, sign) ?? "")
    .replace(/[\p{Cc}\p{Cf}](?<![\n\t])/gu, "�");
