/** What the fleet asks of its database: PostgreSQL, embedded (PGlite) or on a server. */
import type { ConstructorOptions, Db } from "pg-boss";

/** Runs statements. Parameters are `$1`, `$2`, …; objects and arrays are given as JSON. It is also what pg-boss joins a transaction by. */
export interface Queries extends Pick<Db, "executeSql"> {
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<Row[]>;
}

export interface Database extends Queries, AsyncDisposable {
  /** `embedded` is of one process alone. */
  readonly kind: "embedded" | "server";
  /** What it is for messages, without who logs in. */
  readonly description: string;
  /**
   * SQL for a text that is another one once the server has started anew, or another has taken its place: what was committed
   * last may then be gone. Absent where the database ends with this process.
   */
  readonly era?: string;
  /**
   * Runs statements of which all or none take effect. Nested calls are not there: pass on what it gives, since the embedded
   * database has one connection, and who waits for another within a transaction waits for ever. It is run again where the server
   * has ended it for another one, with which it waited in a circle.
   */
  transaction<T>(run: (queries: Queries) => Promise<T>): Promise<T>;
  /** How pg-boss gets to it. */
  readonly queueOptions: ConstructorOptions;
}

/**
 * As both kinds of client take them: `undefined` is null, and what is an object or a list is JSON. What PostgreSQL has no
 * place for in texts (NUL, halves of characters) is marked as such: what others say must not keep us from putting it down.
 */
export const asParameters = (parameters: readonly unknown[]): unknown[] =>
  parameters.map((value) => {
    if (typeof value === "string") return value.toWellFormed().replaceAll("\0", REPLACED);
    return typeof value === "object" && value !== null && !(value instanceof Date)
      ? JSON.stringify(value).replace(ESCAPED, (text) => (UNSTORABLE.test(text) ? REPLACED : text))
      : (value ?? null);
  });

const REPLACED = "\ufffd";
const ESCAPED = /\\(?:u[0-9a-f]{4}|.)/g;
const UNSTORABLE = /^\\u(?:0000|d[89a-f][0-9a-f]{2})$/;
