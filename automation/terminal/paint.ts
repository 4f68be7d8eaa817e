import { styleText } from "node:util";
import type { Color } from "../review/operations.ts";

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Color | "bold" | "dim", text: string) => string;

export const plain: Paint = (_style, text) => text;
const colored: Paint = (style, text) => styleText(style, text, { validateStream: false });

export type ColorChoice = "auto" | "always" | "never";

/** Whether to use colours: as asked, else as NO_COLOR or FORCE_COLOR say, else on a terminal. */
export function choosePaint(
  choice: ColorChoice,
  stream: { isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): Paint {
  if (choice === "always") return colored;
  if (choice === "never" || environment["NO_COLOR"]) return plain;
  const { FORCE_COLOR: force = "" } = environment;
  if (force !== "" && force !== "0" && force !== "false") return colored;
  return stream.isTTY === true && environment["TERM"] !== "dumb" ? colored : plain;
}
