/** Lists to choose from. */
import { pad, widest } from "../../terminal/width.ts";
import type { Choice } from "./questions.ts";

/** Lines of a list; the rest can be typed. */
const MOST_CHOICES = 40;

/** Numbered lines. */
export function choicesText(choices: readonly Choice[]): string {
  const shown = choices.slice(0, MOST_CHOICES);
  const digits = String(shown.length).length;
  const width = widest(shown.map(({ value }) => value));
  const lines = shown.map(({ value, text }, index) => {
    const number = String(index + 1).padStart(digits);
    return text === undefined ? `    ${number}  ${value}` : `    ${number}  ${pad(value, width)}  ${text}`;
  });
  const more = choices.length - shown.length;
  return [...lines, ...(more > 0 ? [`    … and ${more.toLocaleString("en")} more`] : [])].join("\n");
}

/** The value that was typed: itself, its name, or its number. */
export function findChoice(typed: string, choices: readonly Choice[]): string | undefined {
  const byName = (is: (choice: Choice) => boolean) => choices.find(is)?.value;
  return (
    byName(({ value }) => value === typed) ??
    byName(({ text, alias }) => text === typed || alias === typed) ??
    (/^\d+$/.test(typed) ? choices[Number(typed) - 1]?.value : undefined)
  );
}
