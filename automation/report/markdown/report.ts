/** A report as Markdown, for a comment on a pull or merge request. */

import { goneText } from "../../../provider/engine/gone-folders.ts";
import type { KeyEntry } from "../../review/key-entries.ts";
import { outcomeOf, UNKNOWN_OUTCOME, wordsOfAction } from "../../review/key-words.ts";
import { stateWords, wordsOf } from "../../review/operations.ts";
import { counted, number } from "../counts.ts";
import type { Rendered } from "../formats.ts";
import type { ReportDocument, ReportedSync, SyncResource } from "../json.ts";
import {
  byWeight,
  headlineOf,
  highlightedKeys,
  highlightText,
  isHighlighted,
  limitText,
  messagesOf,
  originText,
  otherResources,
  pausedText,
  placeText,
  settingText,
  shortType,
  syncTally,
  toldSyncs,
  untoldError,
} from "../summary.ts";
import { type Block, fitInto, sizeOf } from "./fit.ts";
import { code, codeLines, MARKER_START, marker } from "./text.ts";

/** What GitHub takes as a comment. */
const MOST_CHARACTERS = 65_536;
/** For what a bot adds. */
const SPARE = 1_000;
/** So many syncs are listed at the start. */
const MOST_FLEET_ROWS = 50;
/** Longer lists are folded. */
const MOST_OPEN_ROWS = 25;

/** Renders a document so that it fits into a comment. */
export function markdownReport(document: ReportDocument, fullName?: string): Rendered {
  const limit = limitText(document);
  const start = [marker(document.project, document.stack), summaryLine(document), ""];
  const first = limit === "" ? start : [...start, code(limit), ""];
  const last = ["", `<sub>${originText(document)}</sub>`];
  const blocks = blocksOf(document);
  const { lines, left } = fitInto(blocks, MOST_CHARACTERS - SPARE - sizeOf([...first, ...last]));
  const text = (middle: readonly string[]) => `${[...first, ...middle, ...last].join("\n")}\n`;
  const counts = Object.entries(left);
  if (counts.length === 0) return { text: text(lines), marker: MARKER_START };
  const cut = counts.map(([unit, count]) => counted(count, unit)).join(", ");
  const where = fullName === undefined ? "" : `; all of it is in ${code(fullName)}`;
  return {
    text: text([...lines, "", `**Cut to fit a comment: ${cut} more**${where}.`]),
    full: text(fitInto(blocks, Number.POSITIVE_INFINITY).lines),
    marker: MARKER_START,
  };
}

function summaryLine(document: ReportDocument): string {
  const { what, where } = headlineOf(document);
  const stack = document.stack === undefined ? "" : ` · stack ${code(document.stack)}`;
  return `**${what}**${where && ` ${where}`}${stack}`;
}

/** The most important first, since the last are cut. */
function blocksOf(document: ReportDocument): Block[] {
  return [
    ...fleetBlocks(document),
    ...errorBlocks(document),
    ...policyBlocks(document),
    ...highlightBlocks(document),
    ...messageBlocks(document),
    ...toldSyncs(document).map((resource) => syncBlock(resource, document)),
    ...otherBlocks(document),
  ];
}

/** Many syncs at a glance, those first that there is most to tell of. */
function fleetBlocks(document: ReportDocument): Block[] {
  const all = toldSyncs(document);
  if (all.length < 2) return [];
  const told = byWeight(all);
  const rows = told.slice(0, MOST_FLEET_ROWS).map((resource) => {
    const { name, operation, status, sync } = resource;
    const foreign = sync.totals.foreign > 0 ? ` (**${number(sync.totals.foreign)} foreign**)` : "";
    const state = `${stateWords(operation, status)}${status === "failed" ? " ❌" : ""}`;
    return row([code(name), state, `${syncTally(resource, document)}${foreign}`, placesText(resource)]);
  });
  const left = told.length - rows.length;
  const { open, close, ...block } = table([], ["Sync", "", "Keys", "From → to"], rows, "sync");
  const more = left > 0 ? ["", `and ${counted(left, "more sync")}, below`] : [];
  return [{ ...block, open: open.slice(1), close: [...more, ...close] }];
}

function errorBlocks(document: ReportDocument): Block[] {
  const error = untoldError(document);
  if (!error) return [];
  const texts = [error.message, error.hint].filter((text) => text !== undefined);
  const rows = texts.flatMap((text, index) => [...(index > 0 ? [">"] : []), `> ${codeLines(text)}`]);
  return [{ open: ["> [!CAUTION]"], rows, close: [""], unit: "message" }];
}

function policyBlocks({ policies }: ReportDocument): Block[] {
  if (policies.length === 0) return [];
  const sorted = policies.toSorted((a, b) => rank(a.enforcement) - rank(b.enforcement));
  const mandatory = policies.filter(({ enforcement }) => enforcement === "mandatory").length;
  const title = mandatory > 0 ? `❌ ${counted(mandatory, "policy violation")}` : "⚠️ Policies";
  const rows = sorted.map(({ rule, enforcement, sync, key, message }) =>
    row([code(rule), enforcement, code(sync), key === undefined ? "" : code(key), code(message)]),
  );
  return [table([`### ${title}`], ["Rule", "", "Sync", "Key", "What is wrong"], rows, "rule")];
}

const rank = (enforcement: "advisory" | "mandatory") => (enforcement === "mandatory" ? 0 : 1);

function highlightBlocks(document: ReportDocument): Block[] {
  const keys = highlightedKeys(document);
  if (keys.length === 0) return [];
  const head = ["> [!WARNING]", `> **${highlightText(document)}**`];
  const rows = keys.map(({ name, entry, sync }) => row([code(name), ...cells(entry, sync)]));
  return [table(head, ["Sync", ...COLUMNS], rows, "key")];
}

function messageBlocks(document: ReportDocument): Block[] {
  const rows = messagesOf(document).map(({ severity, message, subject }) => {
    return `- **${severity}**${subject === "" ? "" : ` ${code(subject)}`}: ${codeLines(message)}`;
  });
  return rows.length === 0 ? [] : [{ open: ["### Messages", ""], rows, close: [""], unit: "message" }];
}

function syncBlock(resource: SyncResource, document: ReportDocument): Block {
  const { name, operation, status, sync, properties } = resource;
  const isTold = operation !== "same" && operation !== "refresh";
  const state = `${stateWords(operation, status)}${status === "failed" ? " ❌" : ""}`;
  const open = [
    `### ${code(name)}${isTold || status === "failed" ? ` · ${state}` : ""}`,
    "",
    ...placeLine(resource),
    ...(sync.isBlind
      ? ["⚠️ **The source instance deletes every key of the source, whoever wrote it.**  "]
      : []),
    ...(sync.outcome === "unknown" ? [`⚠️ **${UNKNOWN_OUTCOME}**  `] : []),
    ...(sync.goneFolders ?? []).map((folder) => `⚠️ ${codeLines(goneText(folder))}  `),
    ...(sync.paused ? [`⏸️ ${codeLines(pausedText(sync.paused))}  `] : []),
    `${syncTally(resource, document)}${highlightNote(sync)}`,
    ...(properties.length > 0 ? ["", ...settings(properties)] : []),
  ];
  const quiet = sync.keys.filter((entry) => !isHighlighted(entry, sync));
  const rows = quiet.map((entry) => row(cells(entry, sync)));
  return table(open, COLUMNS, rows, rows.length > 0 ? "key" : "sync");
}

function placeLine(resource: SyncResource): string[] {
  const text = placesText(resource);
  return text === "" ? [] : [`${text}  `];
}

function placesText({ sync: { source, destination } }: SyncResource): string {
  if (!source) return "";
  return [source, ...(destination ? [destination] : [])]
    .map((place) => {
      const at = place.instanceUrl === undefined ? "" : ` at ${code(place.instanceUrl)}`;
      return `${code(placeText(place))}${at}`;
    })
    .join(" → ");
}

function highlightNote(sync: ReportedSync): string {
  const { keys } = sync;
  const loud = keys.filter((entry) => isHighlighted(entry, sync)).length;
  return loud === 0 ? "" : ` (${loud === keys.length ? "all" : counted(loud, "key")} in the table above)`;
}

const settings = (properties: SyncResource["properties"]): string[] =>
  properties.map(({ path, kind, before, after }) => {
    const { sign } = wordsOf(kind === "add" ? "create" : kind);
    const text = settingText({ before, after });
    return `- \`${sign}\` ${code(path)}${text === "" ? "" : `: ${code(text)}`}`;
  });

function otherBlocks(document: ReportDocument): Block[] {
  const rows = otherResources(document).map(({ name, type, operation, status, properties }) => {
    const { sign } = wordsOf(operation);
    const state = `${status === "failed" ? "❌ " : ""}${stateWords(operation, status)}`;
    const changes = properties.map(({ path, before, after }) =>
      `${path} ${settingText({ before, after })}`.trim(),
    );
    return row([`\`${sign}\` ${state}`, code(shortType(type)), code(name), changes.map(code).join("<br>")]);
  });
  if (rows.length === 0) return [];
  return [table(["### Other resources"], ["", "Type", "Name", "Settings"], rows, "resource")];
}

const COLUMNS = ["", "Key", "Why", "Source revision", "Destination revision"];

function cells(entry: KeyEntry, sync: ReportedSync): string[] {
  const { key, action, why, reason, before, sourceRevision, destinationRevision } = entry;
  const outcome = outcomeOf(entry, sync);
  const isRevised = before !== undefined && before !== sourceRevision && reason === "new-value";
  const source = [...(isRevised ? [before] : []), ...(sourceRevision === undefined ? [] : [sourceRevision])];
  return [
    `\`${wordsOfAction(action).sign}\` ${action}${outcome === undefined ? "" : outcome === "done" ? " · done" : ` · **${outcome}**`}`,
    code(key),
    reason === "other" ? code(why) : why,
    source.map(code).join(" → "),
    destinationRevision === undefined ? "" : code(destinationRevision),
  ];
}

const row = (texts: readonly string[]): string => `| ${texts.join(" | ")} |`;

/** A table below some lines, folded if it is long. */
function table(
  head: readonly string[],
  columns: readonly string[],
  rows: string[],
  unit: Block["unit"],
): Block {
  if (rows.length === 0) return { open: [...head], rows, close: [""], unit };
  const header = [row(columns), row(columns.map(() => "---"))];
  if (rows.length <= MOST_OPEN_ROWS) return { open: [...head, "", ...header], rows, close: [""], unit };
  const fold = ["<details>", `<summary>${counted(rows.length, unit)}</summary>`, ""];
  return { open: [...head, "", ...fold, ...header], rows, close: ["", "</details>", ""], unit };
}
