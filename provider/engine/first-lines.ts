const SHOWN = 20;

/** The first twenty lines of a list for people, and how many more there are. */
export function firstLines(lines: readonly string[]): string[] {
  const shown = lines.slice(0, SHOWN);
  return lines.length > SHOWN ? [...shown, `… and ${lines.length - SHOWN} more`] : shown;
}
