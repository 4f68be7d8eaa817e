import { CASE_TITLES, CASES, sizeText, subjectsOf } from "./cases.ts";
import type { BenchReport, Row, SizeReport } from "./run.ts";
import { judge, type Measure, ratioOf, targetsText } from "./targets.ts";

interface Column {
  title: string;
  field: Measure;
  show: (value: number, row: Row) => string;
  /** Not for the product: its process starts an instance, and holds the instance's database in memory. */
  isOfClients?: boolean;
}

const COLUMNS: Column[] = [
  { title: "requests", field: "requests", show: requestsText },
  { title: "bytes", field: "bytes", show: bytesText },
  { title: "work", field: "workMs", show: (ms) => `${ms.toFixed(0)} ms` },
  { title: "cpu of it", field: "cpuMs", show: (ms) => `${ms.toFixed(0)} ms` },
  { title: "whole process", field: "wholeMs", show: (ms) => `${ms.toFixed(0)} ms`, isOfClients: true },
  { title: "peak memory", field: "peakBytes", show: bytesText, isOfClients: true },
];

/** As wide as a ratio. */
const NO_RATIO = " ".repeat(8);

const LEGEND = `
floor     a bare undici script: logins, one list a side, a comparison, pushes with bodies prepared beforehand; of a
          tree one recursive list a side, and its folders made before
product   the instance's own sync, as the local server runs it: a client logs in at the source instance and asks for
          a run, and the instance, which reads its own secrets without a request, logs in at the destination, lists
          there and sends all that is missing as one body. Left out, in its favour: the delay before a run (0 to
          10 s), the waits between failed attempts, requests that look whether the run has ended, its database
engine    plan and run over the real client
resource  what Pulumi calls in one phase: check, comparison, create or update; its second look is a 304
requests  of both sides, then (at the source + at the destination). The product's two at the source are not ours:
          for it they start a run (after a change auto-sync needs none), for us they read. "No more requests than
          the product" is promised of the destination, where both log in and list
bytes     bodies of both sides; the product reads nothing of the source over the wire, so it has fewer
work      from when modules are loaded until the result is there, logins included; medians of fresh processes (the
          product's: from when its instance is up, which then runs its code for the first time, as the others do)`;

/** The report for people: a table a size, then the targets. */
export function tableOf(report: BenchReport): string {
  const { node, cores, repetitions, sizes } = report;
  const times = repetitions === 1 ? "measured once" : `medians of ${repetitions}`;
  return [
    `Node ${node}, ${cores} cores, ${times}; × is the ratio to the floor.`,
    ...sizes.map(sizeTable),
    LEGEND.trim(),
    targetsText(
      judge(report.sizes),
      "those beside the floor are set for 10,000 keys only, in one folder or in 1,000",
    ),
  ].join("\n\n");
}

function sizeTable(size: SizeReport): string {
  const { rows, state } = size;
  const lines = CASES.flatMap((name) =>
    subjectsOf(size).flatMap((subject, index) => {
      const row = rows.find((one) => one.case === name && one.subject === subject);
      return row ? [[index === 0 ? CASE_TITLES[name] : "", subject, ...cells(row, rows)]] : [];
    }),
  );
  const header = [sizeText(size), "", ...COLUMNS.map(({ title }) => title + NO_RATIO)];
  const { inputsBytes, outputsBytes } = state;
  const stored = `state: inputs ${bytesText(inputsBytes)} + outputs ${bytesText(outputsBytes)} as JSON`;
  return `${align([header, ...lines])}\n${stored}`;
}

function cells(row: Row, rows: readonly Row[]): string[] {
  const { subject, failure } = row;
  // Bytes that were announced but not taken and the time to a failure compare with nothing.
  if (failure)
    return [
      requestsText(row.requests, row) + NO_RATIO,
      `FAILS, ${failure.attempts} attempts: ${failure.message}`,
    ];
  return COLUMNS.map(({ field, show, isOfClients }) => {
    if (isOfClients && subject === "product") return `–${NO_RATIO}`;
    const ratio = subject === "floor" ? undefined : ratioOf(rows, row.case, subject, field);
    return `${show(row[field], row)}${ratio === undefined ? NO_RATIO : ` ${ratio.toFixed(2).padStart(5)} ×`}`;
  });
}

/** The last cell of a line that ends early has the rest of the line for itself. */
function align(lines: readonly string[][]): string {
  const columns = lines[0]?.length ?? 0;
  const isRest = (line: readonly string[], column: number) =>
    column === line.length - 1 && line.length < columns;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...lines.map((line) => (isRest(line, column) ? 0 : (line[column]?.length ?? 0)))),
  );
  const pad = (cell: string, column: number, line: readonly string[]) => {
    if (isRest(line, column)) return cell;
    return column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  };
  return lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}

/** The sum, and each side's share. */
function requestsText(requests: number, { sourceRequests, destinationRequests }: Row): string {
  const [source, destination] = [sourceRequests, destinationRequests].map((part) => String(part).padStart(2));
  return `${requests} (${source} + ${destination})`;
}

function bytesText(bytes: number): string {
  if (bytes < 1e5) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e6).toFixed(0)} MB`;
}
