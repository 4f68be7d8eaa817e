/** A report as text for people, in Pulumi's own manner. */
import { wordsOf } from "../review/operations.ts";
import type { Paint } from "../terminal/paint.ts";
import { pad, widest, wrapped } from "../terminal/width.ts";
import type { ReportDocument, Reviewed } from "./json.ts";
import { indented, type ListOptions, titled } from "./key-lines.ts";
import { policyLines } from "./policy-lines.ts";
import {
  highlightedKeys,
  isChanging,
  limitText,
  messagesOf,
  settingText,
  shortType,
  totalText,
} from "./summary.ts";
import { syncLines } from "./sync-lines.ts";
import { treeRows } from "./tree.ts";

export interface ConsoleOptions extends ListOptions {
  /** Numbers instead of keys, where a preview has just shown them. */
  isBrief: boolean;
  /** What the provider told while it ran; elsewhere than on a terminal it has been printed by then. */
  tellsInfo: boolean;
  /** How wide the terminal is, where it is one. */
  columns?: number | undefined;
}

/** Of what follows in a row of the tree that is longer than the terminal is wide. */
const INDENT = 8;

type Resource = ReportDocument["resources"][number];

/** The tree of resources, what happens to the secrets of each sync, messages and the summary. */
export function renderReview(document: Reviewed, options: ConsoleOptions): string {
  const { paint } = options;
  const blocks = [
    treeBlock(document, options),
    ...document.resources.map(({ sync, ...resource }) => {
      const keys = sync ? syncLines({ ...resource, sync }, document, options) : [];
      const lines = [...propertyLines(resource, paint), ...keys];
      return lines.length > 0 ? titled(resource.name, lines, paint) : [];
    }),
    policyLines(document.policies, paint),
    messageBlock(document, options),
    summaryBlock(document, paint),
    // What is read from the state alone takes no time worth telling.
    document.durationSeconds > 0 ? [`Duration: ${document.durationSeconds}s`] : [],
    totalLine(document, paint),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

function treeBlock(
  { resources, isPreview }: Reviewed,
  { paint, columns = Infinity }: ConsoleOptions,
): string[] {
  const rows = treeRows(resources.filter(isShown));
  if (rows.length === 0) return [];
  const cells = rows.map(
    ({ prefix, resource }) => [prefix + shortType(resource.type), resource.name] as const,
  );
  const first = widest(["Type", ...cells.map(([type]) => type)]);
  const second = widest(["Name", ...cells.map(([, name]) => name)]);
  const header = `     ${pad("Type", first)}  ${pad("Name", second)}  ${isPreview ? "Plan" : "Status"}`;
  const lines = rows.map(({ resource }, index) => {
    const [type = "", name = ""] = cells[index] ?? [];
    const { sign, color } = wordsOf(resource.operation);
    const start = ` ${paint(color, sign.padEnd(2))}  `;
    const status = statusOf(resource, paint);
    return {
      line: `${start}${pad(type, first)}  ${pad(name, second)}  ${status}`.trimEnd(),
      narrow: `${start}${type}  ${name}  ${status}`,
    };
  });
  // Columns are worth nothing where their rows are broken.
  if (widest(lines.map(({ line }) => line)) > columns)
    return lines.flatMap(({ narrow }) => wrapped(narrow, columns, INDENT));
  return [paint("dim", header.trimEnd()), ...lines.map(({ line }) => line)];
}

/** What stays as it is is not worth a line, unless it is the stack that all hangs from. */
const isShown = (resource: Resource, _index: number, all: Resource[]): boolean =>
  isTold(resource) || (resource.type === "pulumi:pulumi:Stack" && all.some(isTold));

const isTold = ({ sync, ...resource }: Resource): boolean =>
  isChanging(resource) ||
  (sync !== undefined && (sync.keys.length > 0 || sync.isUnknown || sync.skipped !== undefined));

function statusOf({ operation, status, properties, sync }: Resource, paint: Paint): string {
  const { color, planned, running, done } = wordsOf(operation);
  if (status === "failed") return paint("red", `${running} failed`);
  if (operation === "same") return sync?.skipped ? paint("yellow", `skipped (${sync.skipped})`) : "";
  const word = paint(color, status === "planned" ? planned : status === "done" ? done : running);
  const names = properties.map(({ path, kind }) => `${wordsOf(signOf(kind)).sign}${path}`);
  return names.length > 0 ? `${word} ${paint("dim", `[${names.join(",")}]`)}` : word;
}

const signOf = (kind: "add" | "update" | "delete") => (kind === "add" ? "create" : kind);

/** Settings of our own resources that change, with their values. */
function propertyLines({ properties }: Pick<Resource, "properties">, paint: Paint): string[] {
  return properties.flatMap(({ path, kind, ...values }) => {
    const { sign, color } = wordsOf(signOf(kind));
    const text = settingText(values);
    return text === "" ? [] : [`${paint(color, sign)} ${path}: ${text}`];
  });
}

function messageBlock(document: Reviewed, { paint, tellsInfo }: ConsoleOptions): string[] {
  const lines = messagesOf(document, { withInfo: tellsInfo }).flatMap(({ severity, message, subject }) => {
    const isInfo = severity.startsWith("info");
    const color = severity === "error" ? "red" : "yellow";
    const label = isInfo ? "" : `${paint(color, `${severity}:`)} `;
    const [first = "", ...rest] = message.split("\n");
    // A provider's lines begin with the name of the sync, which mostly is that of its resource.
    const about = isInfo || subject === "" || first.startsWith(`${subject}: `) ? "" : `${subject}: `;
    return [`${label}${about}${first}`, ...rest.map(indented)].map(indented);
  });
  return lines.length > 0 ? ["Diagnostics:", ...lines] : [];
}

/** What all of it comes to, where the eye rests. */
function totalLine(document: Reviewed, paint: Paint): string[] {
  const total = totalText(document);
  if (total === "") return [];
  // What was done, and agreed to before, is no alarm any more.
  const isAlarming =
    (document.isPreview || document.result !== "succeeded") && highlightedKeys(document).length > 0;
  return [paint(isAlarming ? "red" : "bold", `Keys: ${total}`)];
}

function summaryBlock(document: Reviewed, paint: Paint): string[] {
  const { summary, isPreview, result } = document;
  const limit = limitText(document);
  const counted = Object.entries(summary).filter(([operation, count]) => count > 0 && operation !== "same");
  const lines = counted.map(([operation, count]) => {
    const { sign, color, planned, done } = wordsOf(operation);
    return `    ${paint(color, `${sign} ${count} ${isPreview ? `to ${planned}` : done}`)}`;
  });
  const same = summary["same"] ?? 0;
  if (same > 0) lines.push(`    ${same} unchanged`);
  if (lines.length === 0) lines.push(result === "failed" ? "    none" : "    no changes");
  return [...(limit === "" ? [] : [limit, ""]), "Resources:", ...lines];
}
