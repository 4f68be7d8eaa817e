/** What a glob asks for letter by letter: where a name cannot have that in it, the glob can never match. */

const SETS = /\[[!^]?[^\]]+\]/g;
const RANGES = /\{-?\w+\.\.-?\w+(?:\.\.-?\d+)?\}/g;
const ALTERNATIVES = /\{([^{}]*,[^{}]*)\}/g;

/** A glob without its wildcards, sets, ranges and the braces of alternatives; those that are not closed mean themselves. */
export function literalsOf(glob: string): string {
  let rest = glob.replace(SETS, "").replace(RANGES, "");
  for (let before = ""; before !== rest; ) {
    before = rest;
    rest = rest.replace(ALTERNATIVES, (_, inner: string) => inner.replaceAll(",", ""));
  }
  return rest.replace(/[*?]/g, "");
}
