/** The command's rows for people. */
import { type CommandRow, FLEETS } from "./fleets.ts";

const HEADER = [
  "",
  "",
  "requests",
  "cpu of command",
  "of provider",
  "peak of command",
  "of provider",
  "time",
];

const LEGEND = `time      by the clock, the least of some: everything else that the machine does is in it
provider  the process of the dynamic resources; up starts two, one after the other`;

export function commandsTable(rows: readonly CommandRow[]): string {
  const cells = rows.map((row, index) => [
    row.fleet === rows[index - 1]?.fleet ? "" : FLEETS[row.fleet].title,
    row.step,
    String(row.requests),
    seconds(row.commandCpuMs),
    seconds(row.providerCpuMs),
    megabytes(row.commandPeakBytes),
    megabytes(row.providerPeakBytes),
    seconds(row.wallMs),
  ]);
  const lines = [HEADER, ...cells];
  const widths = HEADER.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) =>
    line
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  return `${text.join("\n")}\n\n${LEGEND}`;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
const megabytes = (bytes: number) => (bytes === 0 ? "–" : `${(bytes / 1e6).toFixed(0)} MB`);
