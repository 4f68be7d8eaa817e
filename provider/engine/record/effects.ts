import { lookUp } from "../../look-up.ts";
import type { Change, Plan, Settled } from "../plan.ts";

/** One effect. A state has its text alone, so the text is all that another version has to understand. */
export interface Effect {
  /** `delete` and `overwrite` are of what this sync did not write; `unknown` is the text of another version. */
  kind: "restore" | "overwrite" | "delete" | "import" | "mark" | "unknown";
  text: string;
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
  // What an instance removes, by itself; no state has these.
  removeAdopted: ["delete", "delete (it was there before this sync)"],
  removeForeign: ["delete", "delete (not written by this sync)"],
} as const satisfies Record<string, readonly [kind: Effect["kind"], text: string]>;
export type EffectForm = keyof typeof FORMS;
export const EFFECT_FORMS = Object.keys(FORMS) as EffectForm[];

type Revisions = Pick<Effect, "destination" | "over">;

const READERS = Object.values(FORMS).map(([kind, text]) => {
  const pattern = text.replace(/[()]/g, "\\$&").replace(/<(\w+)>/g, "(?<$1>\\S+?)");
  return { kind, pattern: new RegExp(`^${pattern}$`) };
});

/** @param revisions those that the form names */
export const formatEffect = (form: EffectForm, { destination = "", over = "" }: Revisions = {}): string =>
  FORMS[form][1].replace("<over>", () => over).replace("<destination>", () => destination);

/** What a text of {@link formatEffect} says. */
export function parseEffect(text: string): Effect {
  for (const { kind, pattern } of READERS) {
    const match = pattern.exec(text);
    if (match) return { kind, text, ...match.groups };
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
 * sync did not write, imports into the source, puts back what somebody changed at the destination, marks a key, or
 * writes nothing since the destination is so already.
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
    if (form !== undefined) effects.push([change.label, formatEffect(form, revisionsIn(change))]);
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
      return change.isRestore ? "changed" : undefined;
    case "delete":
      return change.isOwned ? undefined : "delete";
    case "import":
      return change.over === undefined ? "import" : "importOver";
    case "mark":
      return change.isRenamed ? "markRenamed" : "mark";
    default:
      return change satisfies never;
  }
}

const revisionsIn = (change: Change): Revisions => ({
  ...("destination" in change && { destination: change.destination }),
  ...("over" in change && change.over !== undefined && { over: change.over }),
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
