/** Orders names in a query as lists do everywhere: sync-2 before sync-10. See provider/natural.ts. */

/** Digits that numbers are compared by; of a longer one, these are the last. */
const DIGITS = 18;

/** @param column an expression of a text, for `order by` */
export const naturally = (column: string): string =>
  `regexp_replace(regexp_replace(lower(${column}), '(\\d+)', '${"0".repeat(DIGITS)}\\1', 'g'), '\\d*(\\d{${DIGITS}})', '\\1', 'g'), ${column}`;

/** Of rows of `sync`. */
export const BY_NAME = `${naturally("sync.project")}, ${naturally("sync.name")}`;
