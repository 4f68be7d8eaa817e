import { lookUp } from "../../look-up.ts";
import { PARTS, type Part } from "../../schema.ts";
import { partsText } from "../parts.ts";
import { type Change, overwritesForeign, type Plan, type Settled } from "../plan.ts";

/** One effect. A state has its text alone, so the text is all that another version has to understand. */
export interface Effect {
  /**
   * `delete` and `overwrite` are of what this sync did not write, `copy` is of what belongs to a value; `unknown` is the
   * text of another version.
   */
  kind: "restore" | "overwrite" | "delete" | "import" | "mark" | "copy" | "unknown";
  text: string;
  /** What is copied beside the value, or alone. */
  parts?: readonly Part[];
  /** What of it gives way. */
  overwritten?: readonly Part[];
  /** Revision that the destination has; a restore without one is of a key that is missing there. */
  destination?: string;
  /** Revision of the source's secret that an import replaces. */
  over?: string;
}

/** All the texts that there are; revisions stand for the names in <>. */
const FORMS = {
  missing: ["restore", "restore (missing at the destination)"],
  changed: ["restore", "restore (destination has <destination>)"],
  overwrite: ["overwrite", "overwrite (destination has <destination>, not written by this sync)"],
  delete: ["delete", "delete (destination has <destination>, not written by this sync)"],
  import: ["import", "import into the source (destination has <destination>)"],
  importOver: ["import", "import into the source, over <over> (destination has <destination>)"],
  mark: ["mark", "mark (not marked as this sync's)"],
  markRenamed: ["mark", "mark (marked under another name of this sync)"],
  copy: ["copy", "update <parts>"],
  copyOver: ["copy", "update <parts> (overwrites <overwritten>)"],
  copyForeign: ["overwrite", "overwrite <overwritten> (updates <parts>, not written by this sync)"],
  copyBeside: ["copy", "update with <parts>"],
  importParts: ["import", "import <parts> into the source, over <over> (destination has <destination>)"],
  // What an instance removes, by itself; no state has these.
  removeAdopted: ["delete", "delete (it was there before this sync)"],
  removeForeign: ["delete", "delete (not written by this sync)"],
} as const satisfies Record<string, readonly [kind: Effect["kind"], text: string]>;
export type EffectForm = keyof typeof FORMS;
export const EFFECT_FORMS = Object.keys(FORMS) as EffectForm[];

type Named = Pick<Effect, "destination" | "over" | "parts" | "overwritten">;

const ANY_PART = `(?:${PARTS.join("|")})`;
const ANY_PARTS = `${ANY_PART}(?:, ${ANY_PART})*`;
const GROUPS: Readonly<Record<keyof Named, string>> = {
  destination: "\\S+?",
  over: "\\S+?",
  parts: ANY_PARTS,
  overwritten: ANY_PARTS,
};

/** What follows a text that tells of the value. */
const WITH = "; with ";

const READERS = Object.values(FORMS).map(([kind, text]) => {
  const pattern = text
    .replace(/[()]/g, "\\$&")
    .replace(/<(\w+)>/g, (_, name: keyof Named) => `(?<${name}>${GROUPS[name]})`);
  return { kind, pattern: new RegExp(`^${pattern}(?:${WITH}(?<beside>${ANY_PARTS}))?$`) };
});

/** @param named what the form names; parts that it does not name follow it */
export function formatEffect(form: EffectForm, named: Named = {}): string {
  const { destination = "", over = "", parts = [], overwritten = [] } = named;
  const [, template] = FORMS[form];
  const text = template
    .replace("<over>", () => over)
    .replace("<destination>", () => destination)
    .replace("<parts>", () => partsText(parts))
    .replace("<overwritten>", () => partsText(overwritten));
  return parts.length === 0 || template.includes("<parts>") ? text : `${text}${WITH}${partsText(parts)}`;
}

/** What a text of {@link formatEffect} says. */
export function parseEffect(text: string): Effect {
  for (const { kind, pattern } of READERS) {
    const match = pattern.exec(text);
    if (!match) continue;
    const { destination, over, parts, overwritten, beside } = match.groups ?? {};
    const read = (list: string | undefined) => list?.split(", ") as Part[] | undefined;
    const named = { destination, over, parts: read(parts ?? beside), overwritten: read(overwritten) };
    const told = Object.entries(named).filter(([, value]) => value !== undefined);
    return { kind, text, ...(Object.fromEntries(told) as Named) };
  }
  return { kind: "unknown", text };
}

/** The text for a line that tells what the destination has already. */
export const textWithoutDestination = ({ text, destination }: Effect): string =>
  text.replace(`destination has ${destination}`, "").replace("(, ", "(").replace(" ()", "");

/** Of keys that `keys` shows as changes, and that nothing is written of. */
const SETTLED: Readonly<Record<Settled["how"], string>> = {
  there: "unchanged (at the destination already)",
  gone: "unchanged (gone from the destination already)",
  leftOut: "unchanged (left as it is: the filter leaves it out)",
  beneath: "unchanged (left as it is: folders beneath no longer come along)",
};

/** True for the text that nothing is written. */
export const isSettled = (text: string): boolean => Object.values(SETTLED).includes(text);

/**
 * What a run does that a comparison of old and new `keys` does not show: it deletes or overwrites what this
 * sync did not write, imports into the source, puts back what somebody changed at the destination, marks a key, copies
 * what belongs to a value, or writes nothing since the destination is so already.
 *
 * @returns label → text
 */
export function effectsOf({
  changes,
  settled = [],
}: Pick<Plan, "changes"> & Partial<Pick<Plan, "settled">>): Record<string, string> {
  const effects = settled.map(({ label, how }): [string, string] => [label, SETTLED[how]]);
  for (const change of changes) {
    const form = formOf(change);
    if (form !== undefined) effects.push([change.label, formatEffect(form, namedIn(change))]);
  }
  return Object.fromEntries(effects);
}

/** The effect of one change, or nothing where the change of its revision tells it all. */
function formOf(change: Change): EffectForm | undefined {
  switch (change.kind) {
    case "create":
      return change.isRestore ? "missing" : undefined;
    case "update":
      if (!change.isOwned) return "overwrite";
      if (change.isRestore) return "changed";
      return change.copies && "copyBeside";
    case "copy":
      if (overwritesForeign(change)) return "copyForeign";
      return change.copies.overwritten.length > 0 ? "copyOver" : "copy";
    case "delete":
      return change.isOwned ? undefined : "delete";
    case "import":
      if (change.isOfParts) return "importParts";
      return change.over === undefined ? "import" : "importOver";
    case "mark":
      return change.isRenamed ? "markRenamed" : "mark";
    default:
      return change satisfies never;
  }
}

const namedIn = (change: Change): Named => ({
  ...("destination" in change && { destination: change.destination }),
  ...("over" in change && change.over !== undefined && { over: change.over }),
  // What is made anew comes with all that belongs to it.
  ...(change.kind !== "create" && "copies" in change && change.copies),
});

const AGAIN = " (again)";

/**
 * Effects as they stand in a resource's inputs. They stay there after their run, since taking them away
 * would itself look like a change; so an effect that comes back must read differently than last time.
 */
export function stickyEffects(
  old: Readonly<Record<string, string>>,
  pending: Readonly<Record<string, string>>,
): Record<string, string> {
  const told = Object.entries(pending).map(([label, text]) => [
    label,
    lookUp(old, label) === text ? `${text}${AGAIN}` : text,
  ]);
  return { ...old, ...Object.fromEntries(told) };
}

/** The effects that the next run still has to carry out: those that were not there, or read differently. */
export function pendingEffects(
  old: Readonly<Record<string, string>>,
  announced: Readonly<Record<string, string>>,
): Record<string, string> {
  const pending = Object.entries(announced).filter(([label, text]) => lookUp(old, label) !== text);
  return Object.fromEntries(
    pending.map(([label, text]) => [label, text.endsWith(AGAIN) ? text.slice(0, -AGAIN.length) : text]),
  );
}
