/** Patterns of keys and folders, wherever users write them: one meaning in filters and in policies. */
import { braceExpand, minimatch } from "minimatch";
import { z } from "zod";
import { normalPath } from "./normal-place.ts";

/** Plain globs: `!` and `#` at the beginning mean themselves, and names that begin with a dot are names. */
export const GLOB = { dot: true, nonegate: true, nocomment: true, noext: true } as const;

const SETS = /\[[!^]?[^\]]+\]/g;
const RANGES = /\{-?\w+\.\.-?\w+(?:\.\.-?\d+)?\}/g;
const ALTERNATIVES = /\{([^{}]*,[^{}]*)\}/g;

/**
 * What a glob asks for letter by letter: where a name cannot have that in it, the glob can never match. It is the glob without
 * its wildcards, sets, ranges and the braces of alternatives; those that are not closed mean themselves.
 */
export function literalsOf(glob: string): string {
  let rest = glob.replace(SETS, "").replace(RANGES, "");
  for (let before = ""; before !== rest; ) {
    before = rest;
    rest = rest.replace(ALTERNATIVES, (_, inner: string) => inner.replaceAll(",", ""));
  }
  return rest.replace(/[*?]/g, "");
}

/** Keys of old may have : and / in them, which `?` and `*` stand for as well; mostly a place was meant, and no key. */
export const keyGlob = z
  .string()
  .trim()
  .min(1)
  .refine((glob) => !/[:/]/.test(literalsOf(glob)), {
    message: "has : or / in it, but no key has that in its name: keys are named without their place",
  });

/** What folders' names are made of, whatever the version (data-plane §7.1). */
const FOLDERS = /^[\w/-]*$/;

/** What is wrong with globs of single names. */
export function nameProblem(names: readonly string[]): string | undefined {
  if (names.some((name) => name === "." || name === "..")) return "must have no . or .. in it";
  return names.some((name) => name.startsWith("!"))
    ? "has a ! in it, but nothing is negated here"
    : undefined;
}

/** What is wrong with a glob of paths; undefined where some folder could have that path. */
export function pathProblem(path: string): string | undefined {
  const problem = nameProblem(path.split("/"));
  if (problem !== undefined || FOLDERS.test(literalsOf(path))) return problem;
  return `"${path}" has characters in it that no folder has in its name: those are letters, digits, hyphens and underscores`;
}

/** A folder beneath another, which is `/` itself. */
export const folderGlob = z
  .string()
  .trim()
  .regex(/^\//, "must start with /, which stands for the folder of the sync itself")
  .superRefine((path, context) => {
    const message = pathProblem(path);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

/** `/a/**` has `/a` in it too, also as one of several in braces. */
export const withTops = (path: string): string[] =>
  braceExpand(path).flatMap((one) => {
    const top = one.replace(/(?:\/\*\*)+$/, "");
    return top === one ? [one] : [one, top || "/"];
  });

/** Key names, whatever their case. They have no segments: a wildcard stands for the / of a name of old, too. */
export function keyMatcher(globs: readonly string[]): (key: string) => boolean {
  const matches = globs.map((glob) => minimatch.filter(glob, { ...GLOB, nocase: true }));
  return (key) => anyOf(matches, key.replaceAll("/", ":"));
}

/** Paths of folders, from `/` on. */
export function folderMatcher(globs: readonly string[]): (path: string) => boolean {
  const matches = globs
    .flatMap((glob) => withTops(normalPath(glob)))
    .map((glob) => minimatch.filter(glob, GLOB));
  return (path) => anyOf(matches, path);
}

const anyOf = (matches: readonly ((text: string) => boolean)[], text: string) =>
  matches.some((isMatch) => isMatch(text));
