/** What people read of `doctor`. */
import type { Color } from "../../review/operations.ts";
import type { Paint } from "../../terminal/paint.ts";
import type { Finding } from "./document.ts";

export interface Examination {
  /** Of the sync. */
  name: string;
  findings: readonly Finding[];
}

const COLORS: Readonly<Record<Exclude<Finding["status"], "ok">, Color>> = {
  warning: "yellow",
  error: "red",
  "not-tested": "gray",
};

/** What is well in one line a side; everything else with its remedy. */
export function doctorText(examinations: readonly Examination[], paint: Paint): string {
  if (examinations.length === 0) return "There are no syncs to examine: deploy first, or name a syncs.yaml.";
  const blocks = examinations.map(({ name, findings }) =>
    [
      `  ${paint("bold", name)}`,
      ...SIDES.flatMap((side) => wellLine(findings, side, paint)),
      ...findings.filter(({ status }) => status !== "ok").flatMap((finding) => lines(finding, paint)),
    ].join("\n"),
  );
  return [...blocks, tally(examinations)].join("\n\n");
}

const SIDES = ["source", "destination", "both"] as const;
const NAMES: Readonly<Record<Finding["side"], string>> = {
  source: "source",
  destination: "destination",
  both: "both sides",
};

function wellLine(findings: readonly Finding[], side: Finding["side"], paint: Paint): string[] {
  const well = findings
    .filter((finding) => finding.side === side && finding.status === "ok")
    .map(({ check, text }) => (text === undefined ? check : `${check} (${text})`));
  return well.length > 0 ? [`    ${paint("green", "ok:")} ${NAMES[side]}: ${well.join(", ")}`] : [];
}

function lines({ side, check, status, text, remedy }: Finding, paint: Paint): string[] {
  if (status === "ok") return [];
  const label = status === "not-tested" ? "not tested" : status;
  return [
    `    ${paint(COLORS[status], `${label}:`)} ${NAMES[side]}: ${check}: ${text ?? ""}`,
    ...(remedy === undefined ? [] : [`      ${remedy}`]),
  ];
}

function tally(examinations: readonly Examination[]): string {
  const all = examinations.flatMap(({ findings }) => findings);
  const count = (status: Finding["status"]) => all.filter((finding) => finding.status === status).length;
  return `Findings: ${count("error")} errors, ${count("warning")} warnings, ${count("not-tested")} not tested, ${count("ok")} ok`;
}
