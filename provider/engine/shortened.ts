/** Lists for people, which would not read the whole of a long one. */
import { byName } from "../natural.ts";

const SHOWN = 20;

/** The first twenty lines of a list for people, and how many more there are. */
export function firstLines(lines: readonly string[]): string[] {
  const shown = lines.slice(0, SHOWN);
  return lines.length > SHOWN ? [...shown, `… and ${lines.length - SHOWN} more`] : shown;
}

/** At most ten names, and how many more there are. */
export function some(names: readonly string[]): string {
  const shown = names.toSorted(byName).slice(0, 10).join(", ");
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
