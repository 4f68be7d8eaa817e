import { CASE_TITLES, CASES, SUBJECTS } from "./cases.ts";
import type { BenchReport, Row, SizeReport } from "./run.ts";
import { judge, type Measure, ratioOf } from "./targets.ts";

const COLUMNS: { title: string; field: Measure; show: (value: number) => string }[] = [
  { title: "requests", field: "requests", show: String },
  { title: "bytes", field: "bytes", show: bytesText },
  { title: "work", field: "workMs", show: (ms) => `${ms.toFixed(0)} ms` },
  { title: "cpu of it", field: "cpuMs", show: (ms) => `${ms.toFixed(0)} ms` },
  { title: "whole process", field: "wholeMs", show: (ms) => `${ms.toFixed(0)} ms` },
  { title: "peak memory", field: "peakBytes", show: bytesText },
];

/** As wide as a ratio. */
const NO_RATIO = " ".repeat(8);

const LEGEND = `
floor     a bare undici script: logins, one list a side, a comparison, pushes with bodies prepared beforehand
engine    plan and run over the real client
resource  what Pulumi calls in one phase: check, comparison, create or update; its second look is a 304
work      from when modules are loaded until the result is there, logins included; medians of fresh processes`;

/** The report for people: a table a size, then the targets. */
export function tableOf(report: BenchReport): string {
  const { node, cores, repetitions, sizes } = report;
  const times = repetitions === 1 ? "measured once" : `medians of ${repetitions}`;
  return [
    `Node ${node}, ${cores} cores, ${times}; × is the ratio to the floor.`,
    ...sizes.map(sizeTable),
    LEGEND.trim(),
    targetsText(report),
  ].join("\n\n");
}

function sizeTable({ keys, rows, state }: SizeReport): string {
  const lines = CASES.flatMap((name) =>
    SUBJECTS.flatMap((subject, index) => {
      const row = rows.find((one) => one.case === name && one.subject === subject);
      return row ? [[index === 0 ? CASE_TITLES[name] : "", subject, ...cells(row, rows)]] : [];
    }),
  );
  const header = [`${keys.toLocaleString("en")} keys`, "", ...COLUMNS.map(({ title }) => title + NO_RATIO)];
  const { inputsBytes, outputsBytes } = state;
  const stored = `state: inputs ${bytesText(inputsBytes)} + outputs ${bytesText(outputsBytes)} as JSON`;
  return `${align([header, ...lines])}\n${stored}`;
}

function cells(row: Row, rows: readonly Row[]): string[] {
  return COLUMNS.map(({ field, show }) => {
    const ratio = row.subject === "floor" ? undefined : ratioOf(rows, row.case, row.subject, field);
    return `${show(row[field])}${ratio === undefined ? NO_RATIO : ` ${ratio.toFixed(2).padStart(5)} ×`}`;
  });
}

function align(lines: readonly string[][]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const pad = (cell: string, column: number) =>
    column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}

function targetsText({ sizes }: BenchReport): string {
  const targets = judge(sizes);
  if (targets.length === 0) return "Targets are set for 10,000 keys, which were not measured.";
  const lines = targets.map(({ text, isMet }) => `${isMet ? "met     " : "NOT met "} ${text}`);
  return ["Targets at 10,000 keys:", ...lines].join("\n");
}

function bytesText(bytes: number): string {
  if (bytes < 1e5) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e6).toFixed(0)} MB`;
}
