/** What people read of a fleet. */

import { oneLine } from "../../../provider/printable.ts";
import type { ChangePart, DeclareContent } from "../../fleet/acts/declare.ts";
import { wordsOf } from "../../fleet/acts/history-words.ts";
import type { ContentOf } from "../../fleet/acts/index.ts";
import { nextWords } from "../../fleet/acts/next-words.ts";
import type { StatusContent, SyncStatus } from "../../fleet/acts/status-document.ts";
import { reasonWords } from "../../fleet/rows/reason-words.ts";
import type { Status } from "../../fleet/rows/status.ts";
import { type ReportDocument, syncsOf } from "../../report/json.ts";
import { titled } from "../../report/key-lines.ts";
import { syncLines } from "../../report/sync-lines.ts";
import type { Color } from "../../review/operations.ts";
import type { Paint } from "../../terminal/paint.ts";
import { inColumns } from "../../terminal/width.ts";

/** "2026-11-22T06:45:46.123Z" → "2026-11-22 06:45:46Z". */
const moment = (iso: string | undefined): string =>
  iso === undefined ? "never" : iso.replace(/^(\S+)T([\d:]+)(?:\.\d+)?Z$/, "$1 $2Z");

interface Cell {
  text: string;
  color?: Color;
}

function table(header: readonly string[], rows: readonly Cell[][], paint: Paint): string[] {
  const all = [header.map((text): Cell => ({ text })), ...rows];
  const [head = "", ...lines] = inColumns(
    all.map((row) => row.map(({ text }) => text)),
    (filled, row, column) => {
      const color = all[row]?.[column]?.color;
      return color === undefined ? filled : paint(color, filled);
    },
  );
  return [paint("dim", head), ...lines];
}

const COLORS: Readonly<Record<Status, Color>> = {
  parked: "yellow",
  paused: "gray",
  approved: "green",
  failed: "red",
  rejected: "gray",
  removed: "gray",
  new: "gray",
  synced: "green",
};

export function statusText({ syncs, found, totals, workers }: StatusContent, paint: Paint): string {
  const idle = workers === 0 ? ["", paint("yellow", NO_WORKER)] : [];
  if (found === 0)
    return Object.keys(totals).length === 0
      ? ["The fleet has no syncs: external-infisical fleet apply -f syncs.yaml", ...idle].join("\n")
      : "No such syncs.";
  const rows = syncs.map((sync): Cell[] => [
    { text: `${sync.project}/${sync.name}` },
    { text: sync.isRunning ? `${sync.status}, running` : sync.status, color: COLORS[sync.status] },
    { text: moment(sync.checkedAt) },
    { text: moment(sync.changedAt) },
    { text: nextText(sync) },
  ]);
  const counts = Object.entries(totals).map(([status, count]) => `${count} ${status}`);
  return [
    ...table(["Sync", "Status", "Checked", "Changed", "Next"], rows, paint),
    ...syncs.flatMap((sync) => details(sync, paint)),
    "",
    counts.join(", "),
    ...idle,
  ].join("\n");
}

const NO_WORKER = "No worker lives, so nothing runs: external-infisical fleet start";

/** When it runs next. */
const nextText = (sync: SyncStatus): string => nextWords(sync) ?? moment(sync.nextAt);

function details({ project, name, status, message, parked }: SyncStatus, paint: Paint): string[] {
  const told = `${project}/${name}`;
  if (status === "failed" && message !== undefined)
    return ["", `${paint("red", "failed:")} ${told}: ${message}`];
  if (status !== "parked" || !parked) return [];
  const more = parked.reasonCount - parked.reasons.length;
  return [
    "",
    parked.isRefused
      ? `${paint("yellow", "refused:")} ${told}, since ${moment(parked.since)}`
      : `${paint("yellow", "parked:")} ${told}, plan ${paint("bold", parked.plan)}, since ${moment(parked.since)}`,
    ...parked.reasons.map(reasonLine),
    ...(more > 0 ? [`  and ${more} more`] : []),
    parked.isRefused
      ? `  It ends where the source, the destination or its options change: external-infisical fleet show ${told}`
      : `  external-infisical fleet approve ${parked.plan}   (or reject)`,
  ];
}

/** What is asked with a parked plan, for who decides on it. */
export function showText(content: ContentOf<"show">, paint: Paint): string {
  const { sync, plan, history } = content;
  const { status, checkedAt, message } = sync;
  return [
    `${paint("bold", `${sync.project}/${sync.name}`)}  ${paint(COLORS[status], status)}`,
    `  checked ${moment(checkedAt)}, next ${nextText(sync)}`,
    ...(status === "failed" && message !== undefined ? [`  ${paint("red", "failed:")} ${message}`] : []),
    ...(plan ? planLines(plan, sync.parked, paint) : []),
    "",
    historyText(history, paint),
  ].join("\n");
}

function planLines(
  { id, reasons, isRefused, resources }: NonNullable<ContentOf<"show">["plan"]>,
  parked: SyncStatus["parked"],
  paint: Paint,
): string[] {
  const { decision, decidedBy, comment, since } = parked ?? {};
  return [
    "",
    `${paint("yellow", isRefused ? "refused:" : "parked:")} plan ${paint("bold", id)}, since ${moment(since)}`,
    ...reasons.map(reasonLine),
    ...(decision === undefined
      ? []
      : [`  ${decision} by ${decidedBy}${comment === undefined ? "" : `: ${comment}`}`]),
    ...(isRefused ? [] : resourceLines(resources, paint)),
    ...(isRefused || decision !== undefined
      ? []
      : ["", `  external-infisical fleet approve ${id}   (or reject)`]),
  ];
}

const resourceLines = (resources: ReportDocument["resources"], paint: Paint): string[] =>
  syncsOf({ resources: [...resources] }).flatMap((resource) => [
    "",
    ...titled(
      resource.name,
      syncLines(resource, { command: "preview", isPreview: true }, { paint, isFull: true }),
      paint,
    ),
  ]);

/** Those that there is something to tell of, and the count of the others. */
export function driftText({ syncs }: ContentOf<"drift">, paint: Paint): string {
  const told = syncs.filter(({ status }) => status !== "synced");
  const colors = { drifted: "red", due: "yellow", refused: "yellow", failed: "red" } as const;
  return [
    ...told.flatMap(({ project, name, status, message, resources }) => [
      `${paint("bold", `${project}/${name}`)}  ${status === "synced" ? status : paint(colors[status], status)}`,
      ...(message === undefined ? [] : [`  ${message}`]),
      ...resourceLines(resources, paint),
      "",
    ]),
    `${syncs.length - told.length} of ${syncs.length} synced`,
  ].join("\n");
}

/** A rule of `fleet.approve` says in its message what it is. */
const reasonLine = (reason: NonNullable<SyncStatus["parked"]>["reasons"][number]): string =>
  `  ${reasonWords(reason)}`;

const SIGNS: Readonly<Record<ChangePart["change"], [sign: string, color: Color]>> = {
  new: ["+", "green"],
  changed: ["~", "yellow"],
  renamed: ["~", "yellow"],
  moved: ["~", "yellow"],
  restored: ["+", "green"],
  removed: ["-", "red"],
};

export function declareText({ projects, prune, missing }: DeclareContent, paint: Paint): string {
  const lines = projects.flatMap(({ project, isNew, parts, syncs, unchanged }) => [
    `${project}${isNew ? " (new)" : ""}`,
    ...parts.map((part) => `  ${paint("yellow", "~")} ${part}, of all its syncs`),
    ...syncs.map((change) => `  ${changeLine(change, prune, paint)}`),
    `  ${unchanged} unchanged`,
  ]);
  return [...lines, ...missingLines(missing, paint)].join("\n");
}

const missingLines = (missing: DeclareContent["missing"], paint: Paint): string[] =>
  missing.length === 0
    ? []
    : [
        "",
        paint("yellow", "Not found from here, and needed by each worker:"),
        ...missing.map(({ project, problem }) => `  ${project}: ${problem}`),
      ];

function changeLine(
  { change, name, destination, from, parts }: ChangePart,
  prune: boolean,
  paint: Paint,
): string {
  const [sign, color] = SIGNS[change];
  const more: Readonly<Record<ChangePart["change"], string>> = {
    new: `new, to ${destination}`,
    changed: `changed: ${(parts ?? []).join(", ")}`,
    renamed: `renamed from ${from}, keeps what is remembered of its keys`,
    moved: `moved from ${from} to ${destination}`,
    restored: "declared again",
    removed: prune
      ? "removed: its keys stay or go as its removeSecretsOnDelete says"
      : "removed: parked until that is approved (or --prune)",
  };
  return `${paint(color, sign)} ${name}: ${more[change]}`;
}

export function historyText({ events, next }: ContentOf<"history">, paint: Paint): string {
  if (events.length === 0) return "Nothing has happened yet.";
  const rows = events.map((event): Cell[] => [
    { text: moment(event.at) },
    { text: `${event.project}/${event.name}` },
    { text: event.event, ...(event.event === "failed" && { color: "red" as const }) },
    { text: event.by },
    { text: sentence(event) },
  ]);
  return [
    ...table(["At", "Sync", "Event", "By", ""], rows, paint),
    ...(next === undefined ? [] : ["", "There is more: --limit"]),
  ].join("\n");
}

/** In a line; the page shows all of it, and so does `--json`. */
function sentence(event: ContentOf<"history">["events"][number]): string {
  const { facts, lines, comment } = wordsOf(event);
  const [line] = lines;
  const told = facts.join(", ");
  const more = lines.length > 1 ? ` (and ${lines.length - 1} more)` : "";
  return [
    told,
    ...(line === undefined ? [] : [`${oneLine(line)}${more}`]),
    ...(comment === undefined ? [] : [`"${oneLine(comment)}"`]),
  ]
    .filter((part) => part !== "")
    .join(": ");
}

export const namesText = (done: string, syncs: readonly { project: string; name: string }[]): string =>
  syncs.map(({ project, name }) => `${project}/${name}: ${done}`).join("\n");
