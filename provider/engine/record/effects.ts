import { lookUp } from "../../look-up.ts";
import type { Change } from "../plan.ts";

/**
 * What a run does that a comparison of old and new `keys` does not show: it deletes or overwrites what this
 * sync did not write, imports into the source, puts back what somebody changed at the destination, or marks a key.
 *
 * @returns label → text, in the order of the changes
 */
export function effectsOf(changes: readonly Change[]): Record<string, string> {
  const effects: [string, string][] = [];
  for (const change of changes) {
    const text = effectOf(change);
    if (text !== undefined) effects.push([change.label, text]);
  }
  return Object.fromEntries(effects);
}

/** The effect of one change, or nothing where the change of its revision tells it all. */
function effectOf(change: Change): string | undefined {
  switch (change.kind) {
    case "create":
      return change.isRestore ? "restore (missing at the destination)" : undefined;
    case "update":
      if (!change.isOwned)
        return `overwrite (destination has ${change.destination}, not written by this sync)`;
      return change.isRestore ? `restore (destination has ${change.destination})` : undefined;
    case "delete":
      return change.isOwned
        ? undefined
        : `delete (destination has ${change.destination}, not written by this sync)`;
    case "import":
      return change.over === undefined
        ? `import into the source (destination has ${change.destination})`
        : `import into the source, over ${change.over} (destination has ${change.destination})`;
    case "mark":
      return change.isRenamed
        ? "mark (marked under another name of this sync)"
        : "mark (not marked as this sync's)";
    default:
      return change satisfies never;
  }
}

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
