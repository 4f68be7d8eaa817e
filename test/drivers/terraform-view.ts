import { type View, viewOf } from "./driver.ts";

type Labelled = Record<string, string>;

/** What of a sync's attributes a plan shows. */
export interface Shown {
  keys?: unknown;
  taken_over?: unknown;
}

/**
 * Terraform compares the plan with what it has just read, and tells apart what changed outside. What the read
 * found changed and the plan puts back is a restore.
 *
 * @param recorded before the read
 */
export function terraformView(recorded: Shown, refreshed: Shown, planned: Shown): Omit<View, "unchanged"> {
  const [then, now, next] = [recorded, refreshed, planned].map(keysIn) as [Labelled, Labelled, Labelled];
  const { keys, effects } = viewOf(
    { keys: then, effects: labelled(recorded.taken_over) },
    { keys: next, effects: labelled(planned.taken_over) },
  );
  const restores = Object.keys(next)
    .filter(
      (label) => Object.hasOwn(then, label) && then[label] === next[label] && now[label] !== next[label],
    )
    .map((label) => [label, restoreOf(Object.hasOwn(now, label) ? now[label] : undefined)]);
  return { keys, effects: { ...effects, ...Object.fromEntries(restores) } };
}

const keysIn = ({ keys }: Shown) => labelled(keys) ?? {};

const labelled = (value: unknown) =>
  typeof value === "object" && value !== null ? (value as Labelled) : undefined;

const restoreOf = (now: string | undefined) =>
  now === undefined
    ? "restore (missing at the destination)"
    : `restore (destination has ${now.replace("changed ", "")})`;
