/** Lists to choose from. */
import { number } from "../../report/counts.ts";
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
  return [...lines, ...(more > 0 ? [`    … and ${number(more)} more`] : [])].join("\n");
}

/**
 * The value that was typed: itself, its name, or its number; else the only one whose value or name is the same but for case.
 *
 * @param isOpen what is spelt otherwise may be something new
 */
export function findChoice(typed: string, choices: readonly Choice[], isOpen: boolean): string | undefined {
  const byName = (is: (choice: Choice) => boolean) => choices.find(is)?.value;
  const lower = typed.toLowerCase();
  const alike = isOpen
    ? []
    : choices.filter((one) => namesOf(one).some((name) => name.toLowerCase() === lower));
  return (
    byName(({ value }) => value === typed) ??
    byName((one) => namesOf(one).includes(typed)) ??
    (/^\d+$/.test(typed) ? choices[Number(typed) - 1]?.value : undefined) ??
    (alike.length === 1 ? alike[0]?.value : undefined)
  );
}

const namesOf = ({ value, text, alias }: Choice) => [value, text, alias].filter((name) => name !== undefined);

/** Older instances list folders of the first level alone: one below those may be there, and is looked for later. */
export const mayBeBelow = (path: string, choices: readonly Choice[]): boolean =>
  choices.every(({ value }) => value.lastIndexOf("/") === 0) &&
  choices.some(({ value }) => value !== "/" && path.startsWith(`${value}/`));
