/** What people read of drift. */
import { goneText } from "../../../provider/engine/gone-folders.ts";
import { parseEffect, textWithoutDestination } from "../../../provider/engine/record/effects.ts";
import { byName } from "../../../provider/natural.ts";
import { differenceText } from "../../../provider/resources/sync/native/repairs.ts";
import { number } from "../../report/counts.ts";
import { keyLines, type ListOptions, titled } from "../../report/key-lines.ts";
import { places } from "../../report/sync-lines.ts";
import { type Color, wordsOf } from "../../review/operations.ts";
import type { Paint } from "../../terminal/paint.ts";
import type { KeyPart, LookPart } from "./document.ts";

/** The syncs that are worth telling of, and the count of the others. */
export function driftText(looks: readonly LookPart[], options: ListOptions): string {
  const told = looks.filter((look) => !isInSync(look)).map((look) => block(look, options));
  return [...told, tally(looks)].join("\n\n");
}

const isInSync = ({ status, warnings }: LookPart) => status === "in-sync" && warnings.length === 0;

function block(look: LookPart, options: ListOptions): string {
  const { keys, goneFolders = [], refusal, error, warnings } = look;
  const { paint } = options;
  const lines = [
    ...places(look, paint),
    ...look.arguments.map((one) => `${paint("yellow", "~")} ${one.argument}: ${differenceText(one)}`),
    ...goneFolders.map((folder) => paint("yellow", goneText(folder))),
    ...keyLines(
      keys
        .toSorted(byAttention)
        .map((key) => ({ key: key.key, ...signOf(key), text: whatHappened(key) + remedy(key, paint) })),
      options,
    ),
    ...(keys.length > 0 ? [paint("dim", keyTally(keys))] : []),
    ...(look.moved === "source" && !look.waitsFor ? [DUE] : []),
    ...(keys.length > 0 && look.waitsFor ? [WAITING[look.waitsFor]] : []),
    ...(refusal ? [`${paint("yellow", "warning:")} a run would be refused: ${errorText(refusal)}`] : []),
    ...warnings.map((text) => `${paint("yellow", "warning:")} ${text}`),
    ...(error ? [`${paint("red", "error:")} ${errorText(error)}`] : []),
  ];
  return titled(look.resource, lines, paint).join("\n");
}

const errorText = ({ message, hint }: NonNullable<LookPart["error"]>) =>
  hint === undefined ? message : `${message} ${hint}`;

const DUE = "the destination is as it was, or as the source is now: a deployment is due";

const WAITING = {
  resume: "paused since it was rolled back: nothing is pushed until external-infisical resume",
  triggers: "nothing is pushed until asked: change triggers",
} as const;

function signOf({ repair }: KeyPart): { sign: string; color: Color } {
  if (repair === "import") return { sign: "<", color: "cyan" };
  return repair === undefined
    ? { sign: "=", color: "gray" }
    : wordsOf(repair === "mark" || repair === "copy" ? "update" : repair);
}

/** For example "source changed (4@9f2c41ab), destination removed". */
export function whatHappened(key: KeyPart): string {
  const side = (name: string, what: string | undefined, revision: string | undefined) =>
    what === undefined ? [] : [`${name} ${what}${revision === undefined ? "" : ` (${revision})`}`];
  return [
    ...side("source", key.source, key.sourceRevision),
    ...side("destination", key.destination, key.destinationRevision),
  ].join(", ");
}

function remedy({ repair, effect: told }: KeyPart, paint: Paint): string {
  if (repair === undefined) return "";
  const effect = told === undefined ? undefined : parseEffect(told);
  // What the destination has stands in the line already.
  const text = `  => ${effect === undefined ? repair : textWithoutDestination(effect)}`;
  return needsAttention(told) ? paint("red", text) : text;
}

function needsAttention(told: string | undefined): boolean {
  const kind = told === undefined ? undefined : parseEffect(told).kind;
  return kind !== undefined && !["restore", "mark", "copy"].includes(kind);
}

/** As a preview of the repair has them. */
const rank = ({ repair, effect }: KeyPart): number =>
  needsAttention(effect) ? 0 : repair === "delete" ? 1 : 2;

const byAttention = (a: KeyPart, b: KeyPart): number => rank(a) - rank(b) || byName(a.key, b.key);

function keyTally(keys: readonly KeyPart[]): string {
  const count = (what: string, of: (key: KeyPart) => boolean) => {
    const found = keys.filter(of).length;
    return found > 0 ? [`${number(found)} ${what}`] : [];
  };
  const parts = [
    ...count("at the source", ({ source, destination }) => source !== undefined && !destination),
    ...count("at the destination", ({ source, destination }) => !source && destination !== undefined),
    ...count("on both sides", ({ source, destination }) => source !== undefined && destination !== undefined),
  ];
  return `drift: ${parts.join(", ")}`;
}

const STATUSES: readonly (readonly [LookPart["status"], string])[] = [
  ["drifted", "drifted"],
  ["failed", "failed"],
  ["unreadable", "not readable"],
  ["in-sync", "in sync"],
];

/** Each drifted sync is one of these; the side of which somebody may have to be asked comes first. */
const MOVED: readonly (readonly [string, (look: LookPart) => boolean])[] = [
  ["changed at the destination", ({ moved }) => moved === "destination"],
  ["on both sides", ({ moved }) => moved === "both"],
  ["at the source alone, so that a deployment is due", ({ moved }) => moved === "source"],
  ["at the source instance's own sync", ({ moved }) => moved === undefined],
];

function tally(looks: readonly LookPart[]): string {
  const lines = STATUSES.flatMap(([status, words]) => {
    const found = looks.filter((look) => look.status === status).length;
    return found > 0 ? [`    ${found} ${words}`] : [];
  });
  const ofDrift = MOVED.flatMap(([words, of]) => {
    const found = looks.filter((look) => look.status === "drifted" && of(look)).length;
    return found > 0 ? [`${found} ${words}`] : [];
  });
  const told = lines.map((line) => (line.endsWith(" drifted") ? `${line}: ${ofDrift.join(", ")}` : line));
  return ["Syncs:", ...(told.length > 0 ? told : ["    none"])].join("\n");
}
