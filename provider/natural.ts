/** The one order in which names stand for people: OLD_2 before OLD_10. */
const { compare } = new Intl.Collator("en", { numeric: true });

export function byName(a: string, b: string): number {
  const order = compare(a, b);
  // Names that differ for a machine alone have an order, too.
  return order !== 0 || a === b ? order : a < b ? -1 : 1;
}
