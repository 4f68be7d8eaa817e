/** What is said about a name that nobody knows: which one may be meant. */

/** Begins all that is said here. */
export const NO_SUCH = "there is no such setting";

/** For example `there is no such setting; did you mean "unownedKeys"?`. */
export const unknownName = (name: string, known: readonly string[]): string => orMeant(NO_SUCH, name, known);

/** A text about a name that nobody knows, with the one that may be meant. */
export function orMeant(text: string, name: string, known: readonly string[]): string {
  const meant = closest(name, known);
  return meant === undefined ? text : `${text}; did you mean "${meant}"?`;
}

/** The most similar name, if it is similar enough to be meant. Case, `_` and `-` do not count. */
function closest(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[_-]/g, "");
  const wanted = plain(name);
  const most = Math.floor(wanted.length / 3);
  const distances = known.map((each) => ({
    each,
    distance: editDistance(wanted, plain(each.slice(each.lastIndexOf(".") + 1))),
  }));
  const [best] = distances.filter(({ distance }) => distance <= most).sort((a, b) => a.distance - b.distance);
  return best?.each;
}

/** How many letters one has to insert, drop or replace (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
