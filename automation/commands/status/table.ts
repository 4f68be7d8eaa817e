/** What people read of `status`. */
import { lookUp } from "../../../provider/look-up.ts";
import { differenceText } from "../../../provider/resources/sync/native/repairs.ts";
import { counted, number } from "../../report/counts.ts";
import type { Color } from "../../review/operations.ts";
import type { Paint } from "../../terminal/paint.ts";
import { inColumns } from "../../terminal/width.ts";
import type { StatusPart } from "./document.ts";

interface Cell {
  text: string;
  color?: Color;
}

const HEADER = ["Sync", "Execution", "Last run", "Result", "Keys", "Drift"];

/** One row per sync, and below what went wrong. */
export function statusText(syncs: readonly StatusPart[], paint: Paint): string {
  if (syncs.length === 0) return "The stack has no syncs.";
  const rows = [HEADER.map((text): Cell => ({ text })), ...syncs.map(rowOf)];
  const texts = rows.map((row) => row.map(({ text }) => text));
  const [header = "", ...lines] = inColumns(texts, (filled, row, column) => {
    const color = rows[row]?.[column]?.color;
    return color === undefined ? filled : paint(color, filled);
  });
  return [paint("dim", header), ...lines, ...problems(syncs, paint)].join("\n");
}

function rowOf(sync: StatusPart): Cell[] {
  return [
    { text: sync.resource },
    { text: sync.execution },
    { text: sync.lastSyncedAt === undefined ? "never" : moment(sync.lastSyncedAt) },
    resultOf(sync),
    sync.keys === undefined ? { text: "unknown", color: "yellow" } : { text: number(sync.keys) },
    driftOf(sync),
  ];
}

/** "2026-11-22T06:45:46.123Z" → "2026-11-22 06:45:46Z". */
const moment = (iso: string) => iso.replace(/^(\S+)T([\d:]+)(?:\.\d+)?Z$/, "$1 $2Z");

function resultOf({ syncStatus, pausedSince }: StatusPart): Cell {
  if (pausedSince !== undefined) return { text: "paused", color: "yellow" };
  if (syncStatus === undefined) return { text: "not run yet", color: "gray" };
  const colors: Readonly<Record<string, Color>> = { succeeded: "green", failed: "red" };
  return { text: syncStatus, color: lookUp(colors, syncStatus) ?? "yellow" };
}

function driftOf({ drift }: StatusPart): Cell {
  if (!drift) return { text: "not asked", color: "gray" };
  const { status } = drift;
  switch (status) {
    case "in-sync":
      return { text: "none", color: "green" };
    case "drifted":
      return {
        text: [...count(drift.arguments.length, "argument"), ...count(drift.keys, "key")].join(", "),
        color: "yellow",
      };
    case "unreadable":
      return { text: "not readable", color: "gray" };
    case "failed":
      return { text: "unknown", color: "red" };
    default:
      return status satisfies never;
  }
}

const count = (found: number, what: string): string[] => (found === 0 ? [] : [counted(found, what)]);

function problems(syncs: readonly StatusPart[], paint: Paint): string[] {
  const lines = syncs.flatMap(({ resource, syncStatus, lastSyncMessage, pausedSince, drift }) => [
    ...(pausedSince === undefined
      ? []
      : [`${paint("yellow", "paused:")} ${resource}: since ${pausedSince}, until external-infisical resume`]),
    ...(syncStatus === "failed" && lastSyncMessage !== undefined
      ? [`${paint("yellow", "last run:")} ${resource}: ${lastSyncMessage}`]
      : []),
    ...(drift?.arguments ?? []).map(
      (one) =>
        `${paint("yellow", "changed at the instance:")} ${resource}: ${one.argument}: ${differenceText(one)}`,
    ),
    ...(drift?.warnings ?? []).map((text) => `${paint("yellow", "warning:")} ${resource}: ${text}`),
    ...(drift?.error ? [`${paint("red", "error:")} ${resource}: ${drift.error.message}`] : []),
  ]);
  return lines.length > 0 ? ["", "Diagnostics:", ...lines.map((line) => `  ${line}`)] : [];
}
