/** A report in a line, and what else the Markdown and the HTML say in the same words. */

import { some } from "../../provider/engine/shortened.ts";
import { PARTS } from "../../provider/schema.ts";
import type { Diagnostic } from "../engines/engine.ts";
import { resourceName, typeOf } from "../engines/urn.ts";
import {
  KEY_ACTIONS,
  type KeyAction,
  type KeyEntry,
  type KeyTotals,
  needsAttention,
  totalsOf,
} from "../review/key-entries.ts";
import { outcomeOf, SKIPPED_TEXT, TALLY_WORDS, tenseOf } from "../review/key-words.ts";
import { isSyncType, type Place } from "../review/sync-review.ts";
import { counted, number } from "./counts.ts";
import { type ReportDocument, type ReportedSync, type Reviewed, type SyncResource, syncsOf } from "./json.ts";

const TITLES: Readonly<Record<ReportDocument["command"], string>> = {
  preview: "Preview",
  up: "Update",
  refresh: "Refresh",
  destroy: "Destruction",
  drift: "Drift",
};

export const titleOf = ({ command }: Pick<ReportDocument, "command">): string => TITLES[command];

export interface Headline {
  /** What happens, or that it failed. */
  what: string;
  /** In how many syncs. */
  where: string;
}

/** `3 to create, 2 to delete (1 foreign)` and `in 2 of 5 syncs`. */
export function headlineOf(document: ReportDocument): Headline {
  const { result } = document;
  const where = whereOf(document);
  const counts = tallyOf(document).join(", ");
  if (result !== "succeeded")
    return { what: `${titleOf(document)} ${result}${counts && `: ${counts}`}`, where };
  if (counts !== "") return { what: counts, where };
  const isUnknown = syncsOf(document).some(({ sync }) => sync.isUnknown);
  return { what: isUnknown ? "Keys known only during the deployment" : "No keys change", where };
}

/** `3 to create, 2 to delete (1 foreign), 20 unchanged in 2 of 5 syncs`; empty without any sync. */
export function totalText(document: Reviewed): string {
  const syncs = syncsOf(document);
  if (syncs.length === 0) return "";
  const sumOf = (count: (sync: ReportedSync) => number) =>
    syncs.reduce((sum, { sync }) => sum + count(sync), 0);
  const standing = { kept: sumOf(({ kept = 0 }) => kept), unchanged: sumOf(({ unchanged }) => unchanged) };
  const parts = [...tallyOf(document), ...standingTexts(standing)];
  if (syncs.some(({ sync }) => sync.isUnknown))
    parts.push(`${parts.length > 0 ? "others " : ""}known only during the deployment`);
  return `${parts.join(", ") || "none"} ${whereOf(document)}`;
}

/** What a document is limited to; empty where it is of the whole stack. */
export function limitText({ targets }: Pick<ReportDocument, "targets">): string {
  if (targets === undefined) return "";
  const syncs = targets.filter((urn) => isSyncType(typeOf(urn)));
  const names = (syncs.length > 0 ? syncs : targets).map(resourceName);
  return `Only ${some(names)}; nothing else of the stack was looked at.`;
}

function whereOf(document: Pick<ReportDocument, "resources" | "totals">): string {
  const { changingSyncs, syncs } = document.totals;
  if (syncs === 0) return "";
  const failed = syncsOf(document).filter(({ status }) => status === "failed").length;
  const some = failed > 0 ? failed : changingSyncs;
  const count = (wanted: (sync: ReportedSync) => boolean) =>
    syncsOf(document).filter(({ sync }) => wanted(sync)).length;
  const skipped = count((sync) => sync.skipped !== undefined);
  const paused = count((sync) => sync.paused !== undefined);
  return [
    `in ${some > 0 && some < syncs ? `${number(some)} of ` : ""}${counted(syncs, "sync")}`,
    ...(skipped > 0 ? [`${number(skipped)} skipped (unreachable)`] : []),
    ...(paused > 0 ? [`${number(paused)} paused`] : []),
  ].join(", ");
}

/** Keys by what became of them; where nothing has failed, all are planned or done as the document says. */
export interface KeyNumbers {
  /** What is planned, or what was done. */
  told: KeyTotals;
  /** Planned by syncs that have failed, and not done. */
  notDone: number;
  /** Planned by syncs that have failed, and nobody knows. */
  notKnown: number;
}

export function keyNumbers(syncs: readonly Pick<SyncResource, "sync">[]): KeyNumbers {
  const keys = syncs.flatMap(({ sync }) =>
    sync.keys.map((entry) => ({ entry, outcome: outcomeOf(entry, sync) })),
  );
  const count = (wanted: "not done" | "not known") => keys.filter(({ outcome }) => outcome === wanted).length;
  const told = keys
    .filter(({ outcome }) => outcome === undefined || outcome === "done")
    .map(({ entry }) => entry);
  return { told: totalsOf(told), notDone: count("not done"), notKnown: count("not known") };
}

/** For example `3 created, 1 deleted, 20 not done`. */
function tallyTexts(
  { told, notDone, notKnown }: KeyNumbers,
  textOf: (action: KeyAction, count: number) => string,
): string[] {
  return [
    ...KEY_ACTIONS.filter((action) => told[action] > 0).map((action) =>
      action === "update" ? textOf(action, told[action]) + partsTally(told) : textOf(action, told[action]),
    ),
    ...(notDone > 0 ? [`${number(notDone)} not done`] : []),
    ...(notKnown > 0 ? [`of ${counted(notKnown, "key")} not known`] : []),
  ];
}

/** For example ` (2 comment, 1 tags)`. */
function partsTally(told: KeyTotals): string {
  const texts = PARTS.flatMap((part) => (told[part] === undefined ? [] : [`${number(told[part])} ${part}`]));
  return texts.length > 0 ? ` (${texts.join(", ")})` : "";
}

function tallyOf(document: Pick<ReportDocument, "resources" | "command" | "isPreview">): string[] {
  const words = TALLY_WORDS[tenseOf(document)];
  const foreign = syncsOf(document).flatMap(({ sync }) =>
    sync.keys.filter((entry) => entry.isForeign && !isOpen(outcomeOf(entry, sync))),
  );
  return tallyTexts(keyNumbers(syncsOf(document)), (action, count) => {
    const alien = foreign.filter((entry) => entry.action === action).length;
    return `${number(count)} ${words[action]}${alien > 0 ? ` (${number(alien)} foreign)` : ""}`;
  });
}

const isOpen = (outcome: ReturnType<typeof outcomeOf>) => outcome === "not done" || outcome === "not known";

/** The keys of one sync in numbers: planned, done, or what is known of that. */
export function syncTally(
  { sync }: { sync: ReportedSync },
  document: Pick<ReportDocument, "command" | "isPreview">,
): string {
  if (sync.skipped !== undefined) return SKIPPED_TEXT;
  if (sync.isUnknown) return "keys known only during the deployment";
  const words = TALLY_WORDS[sync.outcome === "unknown" ? "plan" : tenseOf(document)];
  const numbers = sync.outcome === "unknown" ? asPlanned(sync) : keyNumbers([{ sync }]);
  const texts = tallyTexts(numbers, (action, count) => `${number(count)} ${words[action]}`);
  texts.push(...standingTexts(sync));
  return texts.length > 0 ? texts.join(", ") : "no keys change";
}

/** For example `3 kept` and `20 unchanged`. */
const standingTexts = ({ kept = 0, unchanged }: Pick<ReportedSync, "kept" | "unchanged">): string[] => [
  ...(kept > 0 ? [`${number(kept)} kept`] : []),
  ...(unchanged > 0 ? [`${number(unchanged)} unchanged`] : []),
];

const asPlanned = ({ totals }: ReportedSync): KeyNumbers => ({ told: totals, notDone: 0, notKnown: 0 });

/** True for a key that is told apart from the others: what was not done is nothing to be warned of. */
export const isHighlighted = (entry: KeyEntry, sync: ReportedSync): boolean =>
  needsAttention(entry) && outcomeOf(entry, sync) !== "not done";

/** Keys that are to be highlighted, with the sync that they are of. */
export function highlightedKeys(
  document: Pick<ReportDocument, "resources">,
): { name: string; entry: KeyEntry; sync: ReportedSync }[] {
  return syncsOf(document).flatMap(({ name, sync }) =>
    sync.keys.filter((entry) => isHighlighted(entry, sync)).map((entry) => ({ name, entry, sync })),
  );
}

/** What the highlighted keys have in common. */
export function highlightText(document: ReportDocument): string {
  const keys = highlightedKeys(document);
  const entries = keys.map(({ entry }) => entry);
  const unsure = keys.filter(({ entry, sync }) => outcomeOf(entry, sync) === "not known").length;
  const count = (wanted: (entry: KeyEntry) => boolean) => entries.filter(wanted).length;
  const [deleted, overwritten, imported] = [
    count(({ action, isForeign }) => isForeign && action === "delete"),
    count(({ action, isForeign }) => isForeign && action === "update"),
    count(({ action }) => action === "import"),
  ];
  const texts = [
    ...(deleted > 0 ? [`${number(deleted)} deleted`] : []),
    ...(overwritten > 0 ? [`${number(overwritten)} overwritten`] : []),
  ];
  const foreign = deleted + overwritten;
  return [
    ...(foreign > 0 ? [`${counted(foreign, "key")} that the sync did not write: ${texts.join(", ")}.`] : []),
    ...(imported > 0 ? [`${counted(imported, "key")} written into the source.`] : []),
    ...(unsure > 0 ? [`Of ${counted(unsure, "key")} it is not known whether it was done.`] : []),
  ].join(" ");
}

/** A message, and the names of the resources that it is about. */
export type Message = Diagnostic & { subject: string };

/** Warnings and errors, each once, without those that say only that there was another. */
export function messagesOf(
  { diagnostics }: Pick<ReportDocument, "diagnostics">,
  { withInfo = false } = {},
): Message[] {
  const isProblem = ({ severity }: Pick<Diagnostic, "severity">) => !severity.startsWith("info");
  const told = diagnostics.filter((each) => withInfo || isProblem(each));
  const isMeaningful = ({ message }: Pick<Diagnostic, "message">) => !/^\w+ failed$/.test(message);
  const hasMeaning = told.some((each) => isProblem(each) && isMeaningful(each));
  return [...Map.groupBy(told, ({ message }) => message).values()].flatMap((alike): Message[] => {
    const [first] = alike;
    if (!first || (hasMeaning && !isMeaningful(first))) return [];
    const names = new Set(alike.map(({ urn }) => subjectOf(urn)).filter((name) => name !== undefined));
    return [{ ...(first as Diagnostic), subject: some([...names]) }];
  });
}

/** The failure as far as no message tells it already. */
export function untoldError(document: ReportDocument): { message?: string; hint?: string } | undefined {
  const { error } = document;
  if (!error) return undefined;
  const isTold = messagesOf(document).some(
    ({ message }) => message.includes(error.message) || error.message.includes(message),
  );
  const { message, hint } = error;
  if (isTold && hint === undefined) return undefined;
  return { ...(!isTold && { message }), ...(hint !== undefined && { hint }) };
}

/** The name of the resource that a message is about. */
const subjectOf = (urn: string | undefined): string | undefined =>
  urn === undefined || urn === "" ? undefined : resourceName(urn);

/** `Billing (bbfe7392…) prod:/app`, or with the whole id where the name is not known and there is room for it. */
export function placeText(
  { projectId, projectName, environment, secretPath }: Place,
  { isShort = false } = {},
): string {
  const id = projectId.length > 12 ? `${projectId.slice(0, 8)}…` : projectId;
  const bare = isShort ? id : projectId;
  return `${projectName === undefined ? bare : `${projectName} (${id})`} ${environment}:${secretPath}`;
}

/** A setting that changes, as `"a" => "b"`. */
export function settingText({ before, after }: { before?: unknown; after?: unknown }): string {
  return [before, after]
    .filter((value) => value !== undefined)
    .map((value) => JSON.stringify(value))
    .join(" => ");
}

/** Resources other than syncs that change. */
export const otherResources = ({ resources }: ReportDocument): ReportDocument["resources"] =>
  resources.filter(
    (resource) =>
      resource.sync === undefined && resource.type !== "pulumi:pulumi:Stack" && isChanging(resource),
  );

/** True for a resource that something is done about, or was tried. */
export const isChanging = ({ operation, status }: { operation: string; status: string }): boolean =>
  (operation !== "same" && operation !== "refresh") || status === "failed";

/** Syncs that there is something to tell of. */
export const toldSyncs = (document: Pick<ReportDocument, "resources">): SyncResource[] =>
  syncsOf(document).filter(
    ({ sync, ...resource }) =>
      isChanging(resource) ||
      sync.keys.length > 0 ||
      sync.isUnknown ||
      sync.isBlind === true ||
      sync.skipped !== undefined ||
      sync.paused !== undefined ||
      resource.properties.length > 0,
  );

/** Those first that there is most to tell of; else in their order. */
export const byWeight = (syncs: readonly SyncResource[]): SyncResource[] =>
  syncs.toSorted((a, b) => weight(b) - weight(a));

const weight = ({ status, sync }: SyncResource): number =>
  status === "failed" ? 3 : sync.totals.foreign > 0 ? 2 : sync.keys.length > 0 || sync.isUnknown ? 1 : 0;

/** What is told of a paused sync. */
export const pausedText = ({ run, at }: NonNullable<ReportedSync["paused"]>): string =>
  `paused since ${at}, when it was rolled back to run ${run}: nothing is pushed until external-infisical resume`;

/** `pulumi-nodejs:dynamic/external-infisical:ExternalInfisicalConnection` → its last part. */
export const shortType = (type: string): string => type.slice(type.lastIndexOf(":") + 1);

/** How the report was made. */
export function originText({ engine, madeAt, durationSeconds }: ReportDocument): string {
  const by = engine
    ? `${engine.kind === "pulumi" ? "Pulumi CLI" : "local engine"} ${engine.version}`
    : undefined;
  const at = `${madeAt.slice(0, 16).replace("T", " ")} UTC`;
  const took = durationSeconds > 0 ? `${durationSeconds} s` : undefined;
  return [at, by, took].filter((each) => each !== undefined).join(" · ");
}
