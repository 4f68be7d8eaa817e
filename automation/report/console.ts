/** A review as text for people, in Pulumi's own manner. */
import type { Diagnostic } from "../engines/engine.ts";
import { resourceName } from "../engines/urn.ts";
import type { ResourceReview, Review } from "../review/model.ts";
import { wordsOf } from "../review/operations.ts";
import { isQuiet } from "../review/sync-review.ts";
import type { Paint } from "../terminal/paint.ts";
import { policyLines } from "./policy-lines.ts";
import { shortType } from "./summary.ts";
import { syncLines } from "./sync-lines.ts";
import { treeRows } from "./tree.ts";

export interface ConsoleOptions {
  paint: Paint;
  /** All keys of each sync, however many. */
  isFull: boolean;
  /** Numbers instead of keys, where a preview has just shown them. */
  isBrief: boolean;
  /** What the provider told while it ran; elsewhere than on a terminal it has been printed by then. */
  tellsInfo: boolean;
}

/** The tree of resources, what happens to the secrets of each sync, messages and the summary. */
export function renderReview(review: Review, options: ConsoleOptions): string {
  const { paint } = options;
  const blocks = [
    treeBlock(review, paint),
    ...review.resources.flatMap((resource) => {
      const lines = [...propertyLines(resource, paint), ...syncLines(resource, review, options)];
      return lines.length > 0 ? [[paint("bold", resource.name), ...lines.map(indented)].map(indented)] : [];
    }),
    policyLines(review.policies, paint),
    diagnosticBlock(
      review.diagnostics.filter(({ severity }) => options.tellsInfo || !severity.startsWith("info")),
      paint,
    ),
    summaryBlock(review, paint),
    // What is read from the state alone takes no time worth telling.
    review.durationSeconds > 0 ? [`Duration: ${review.durationSeconds}s`] : [],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

const indented = (line: string) => `  ${line}`;

function treeBlock(review: Review, paint: Paint): string[] {
  const rows = treeRows(review.resources.filter(isShown));
  if (rows.length === 0) return [];
  const cells = rows.map(
    ({ prefix, resource }) => [prefix + shortType(resource.type), resource.name] as const,
  );
  const widths = [0, 1].map((column) => Math.max(4, ...cells.map((cell) => cell[column]?.length ?? 0)));
  const [first = 0, second = 0] = widths;
  const header = `     ${"Type".padEnd(first)}  ${"Name".padEnd(second)}  ${review.isPreview ? "Plan" : "Status"}`;
  const lines = rows.map(({ resource }, index) => {
    const [type = "", name = ""] = cells[index] ?? [];
    const { sign, color } = wordsOf(resource.operation);
    return ` ${paint(color, sign.padEnd(2))}  ${type.padEnd(first)}  ${name.padEnd(second)}  ${statusOf(resource, paint)}`.trimEnd();
  });
  return [paint("dim", header.trimEnd()), ...lines];
}

/** What stays as it is is not worth a line, unless it is the stack that all hangs from. */
const isShown = (resource: ResourceReview, _index: number, all: ResourceReview[]): boolean =>
  isTold(resource) || (resource.type === "pulumi:pulumi:Stack" && all.some(isTold));

const isTold = ({ operation, status, sync }: ResourceReview): boolean =>
  (operation !== "same" && operation !== "refresh") ||
  status === "failed" ||
  (sync !== undefined && !isQuiet(sync));

function statusOf({ operation, status, properties, sync }: ResourceReview, paint: Paint): string {
  const { color, planned, running, done } = wordsOf(operation);
  if (status === "failed") return paint("red", `${running} failed`);
  if (operation === "same") return sync?.skipped ? paint("yellow", `skipped (${sync.skipped})`) : "";
  const word = paint(color, status === "planned" ? planned : status === "done" ? done : running);
  const names = properties.map(({ path, kind }) => `${wordsOf(signOf(kind)).sign}${path}`);
  return names.length > 0 ? `${word} ${paint("dim", `[${names.join(",")}]`)}` : word;
}

const signOf = (kind: "add" | "update" | "delete") => (kind === "add" ? "create" : kind);

/** Settings of our own resources that change, with their values. */
function propertyLines({ properties }: ResourceReview, paint: Paint): string[] {
  return properties
    .filter(({ before, after }) => before !== undefined || after !== undefined)
    .map(({ path, kind, before, after }) => {
      const { sign, color } = wordsOf(signOf(kind));
      const values = [before, after]
        .filter((value) => value !== undefined)
        .map((value) => JSON.stringify(value));
      return `${paint(color, sign)} ${path}: ${values.join(" => ")}`;
    });
}

function diagnosticBlock(diagnostics: readonly Diagnostic[], paint: Paint): string[] {
  const shown = diagnostics.filter(({ message }, index) => {
    return diagnostics.findIndex((other) => other.message === message) === index;
  });
  if (shown.length === 0) return [];
  const lines = shown.flatMap(({ severity, message, urn }) => {
    const color = severity === "error" ? "red" : severity === "warning" ? "yellow" : "cyan";
    const label = severity.startsWith("info") ? "" : `${paint(color, `${severity}:`)} `;
    const name = urn === undefined ? "" : resourceName(urn);
    const [first = "", ...rest] = message.split("\n");
    const subject = name === "" || severity.startsWith("info") ? "" : `${name}: `;
    return [`${label}${subject}${first}`, ...rest.map(indented)].map(indented);
  });
  return ["Diagnostics:", ...lines];
}

function summaryBlock({ changes, isPreview, result }: Review, paint: Paint): string[] {
  const counted = Object.entries(changes).filter(([operation, count]) => count > 0 && operation !== "same");
  const lines = counted.map(([operation, count]) => {
    const { sign, color, planned, done } = wordsOf(operation);
    return `    ${paint(color, `${sign} ${count} ${isPreview ? `to ${planned}` : done}`)}`;
  });
  const same = changes["same"] ?? 0;
  if (same > 0) lines.push(`    ${same} unchanged`);
  if (lines.length === 0) lines.push(result === "failed" ? "    none" : "    no changes");
  return ["Resources:", ...lines];
}
