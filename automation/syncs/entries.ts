/** The syncs that the entries of a syncs.yaml stand for. */
import { secretSyncArgs } from "../../provider/schema.ts";
import { type Problem, type YamlPath, zodProblems } from "../files/problems.ts";
import {
  combinationsOf,
  countOf,
  forEachProblems,
  MOST_SYNCS,
  refersToEach,
  substitute,
} from "./for-each.ts";
import type { ForEach } from "./schema.ts";

/** An entry as it is written. */
export interface WrittenEntry {
  path: YamlPath;
  /** Its name in a map; a list has none. */
  key: string | undefined;
  /** What it says its name is. */
  name: string | undefined;
  own: Readonly<Record<string, unknown>>;
  forEach: ForEach | undefined;
}

/** One sync, before it is checked. */
export interface ExpandedEntry {
  name: string;
  /** Of the entry. */
  path: YamlPath;
  /** Of what gives it its name. */
  namePath: YamlPath;
  own: Readonly<Record<string, unknown>>;
  /** Which one it is of those that the entry makes, in words. */
  combination: string | undefined;
}

/** Carries out the fan-out. An entry with problems makes no syncs. */
export function expandEntries(written: readonly WrittenEntry[]): {
  entries: ExpandedEntry[];
  problems: Problem[];
} {
  const problems: Problem[] = [];
  const entries: ExpandedEntry[] = [];
  let count = 0;
  for (const entry of written) {
    count += entry.forEach ? countOf(entry.forEach) : 1;
    if (count > MOST_SYNCS) {
      const path = entry.forEach ? [...entry.path, "forEach"] : entry.path;
      const message = `with this there are ${count} syncs; a file has ${MOST_SYNCS} at most`;
      return { entries: [], problems: [...problems, { path, message }] };
    }
    const made = entry.forEach ? fanOut(entry, entry.forEach) : single(entry);
    problems.push(...made.problems);
    if (made.problems.length === 0) entries.push(...made.entries);
  }
  return { entries, problems };
}

function single({ path, key, name, own }: WrittenEntry): ReturnType<typeof expandEntries> {
  const texts = textsIn({ ...own, ...(name !== undefined && { name }) }, path);
  const problems = texts
    .filter(({ text }) => refersToEach(text))
    .map(({ path: at }) => ({ path: at, message: "there is no forEach for ${each.…} here" }));
  if (key !== undefined && name !== undefined && problems.length === 0)
    problems.push({ path: [...path, "name"], message: "goes with forEach; without it the name is the key" });
  return {
    entries: [{ name: name ?? key ?? "", path, namePath: path, own, combination: undefined }],
    problems,
  };
}

function fanOut({ path, key, name, own }: WrittenEntry, forEach: ForEach): ReturnType<typeof expandEntries> {
  const found = forEachProblems(forEach);
  if (found.length > 0)
    return {
      entries: [],
      problems: found.map((each) => ({ ...each, path: [...path, "forEach", ...each.path] })),
    };
  const problems: Problem[] = [];
  const entries = combinationsOf(forEach).map((combination): ExpandedEntry => {
    const mine: Problem[] = [];
    const namePath = name === undefined ? path : [...path, "name"];
    const told =
      name === undefined
        ? `${key}-${combination.suffix}`
        : String(substitute(name, combination, namePath, mine));
    const substituted = substitute(own, combination, path, mine) as ExpandedEntry["own"];
    const checked = secretSyncArgs.shape.name.safeParse(told);
    if (!checked.success && mine.length === 0)
      mine.push(
        ...zodProblems(checked.error, namePath).map((problem) => ({
          ...problem,
          message: `the name "${told}" ${problem.message}`,
        })),
      );
    problems.push(
      ...mine.map((each) => ({ ...each, message: `${each.message} (with ${combination.label})` })),
    );
    return { name: told, path, namePath, own: substituted, combination: combination.label };
  });
  return { entries, problems };
}

function textsIn(value: unknown, path: YamlPath): { text: string; path: YamlPath }[] {
  if (typeof value === "string") return [{ text: value, path }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(refersToEach(name) ? [{ text: name, path: [...path, name] }] : []),
    ...textsIn(inner, [...path, Array.isArray(value) ? Number(name) : name]),
  ]);
}
