import { firstLines } from "../../engine/shortened.ts";
import { lookUp } from "../../look-up.ts";
import { byName } from "../../natural.ts";
import type { PlannedInputs } from "../../resources/sync/inputs.ts";

type Labelled = Readonly<Record<string, string>>;

/** A plan as one warning, for a tool that shows nothing else of it: foreign keys first. */
export function announcement(
  olds: PlannedInputs,
  { keys, effects }: { keys: unknown; effects: unknown },
): string[] {
  const [before, after] = [labelled(olds.keys), labelled(keys)];
  const [told, now] = [labelled(olds.effects), labelled(effects)];
  if (typeof keys !== "object") return [];
  const foreign = Object.entries(now)
    .filter(([label, text]) => lookUp(told, label) !== text)
    .sort(([a], [b]) => byName(a, b))
    .map(([label, text]) => `${label}: ${text}`);
  const own = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort(byName)
    .filter((label) => lookUp(before, label) !== lookUp(after, label))
    .map((label) => `${signOf(label, before, after)} ${label}`);
  const lines = [...foreign, ...own];
  return lines.length === 0 ? [] : [["At the destination:", ...firstLines(lines)].join("\n")];
}

function signOf(label: string, before: Labelled, after: Labelled): string {
  if (lookUp(before, label) === undefined) return "+";
  return lookUp(after, label) === undefined ? "-" : "~";
}

const labelled = (value: unknown): Labelled =>
  typeof value === "object" && value !== null ? (value as Labelled) : {};
