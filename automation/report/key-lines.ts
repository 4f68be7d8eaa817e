/** Keys as lines of a terminal, all lists of them alike. */
import type { Color } from "../review/operations.ts";
import type { Paint } from "../terminal/paint.ts";
import { pad, widest } from "../terminal/width.ts";
import { number } from "./counts.ts";

export interface KeyLine {
  key: string;
  sign: string;
  color: Color;
  /** What follows the key, painted. */
  text: string;
}

export interface ListOptions {
  paint: Paint;
  /** All keys, however many. */
  isFull: boolean;
}

/** Lines per sync, unless all were asked for. */
const MOST_KEYS = 50;
const WIDEST = 48;

/** @param rest what those are called that are left out */
export function keyLines(keys: readonly KeyLine[], { paint, isFull }: ListOptions, rest = "more"): string[] {
  const shown = isFull ? keys : keys.slice(0, MOST_KEYS);
  const width = Math.min(WIDEST, widest(shown.map(({ key }) => key)));
  const left = keys.length - shown.length;
  return [
    ...shown.map(({ key, sign, color, text }) =>
      `${paint(color, sign)} ${pad(key, width)}  ${text}`.trimEnd(),
    ),
    ...(left > 0 ? [paint("dim", `… and ${number(left)} ${rest} (--diff shows all)`)] : []),
  ];
}

/** A name in bold with what is told of it below. */
export const titled = (name: string, lines: readonly string[], paint: Paint): string[] =>
  [paint("bold", name), ...lines.map(indented)].map(indented);

export const indented = (line: string): string => `  ${line}`;
