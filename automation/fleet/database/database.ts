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
   * Runs statements of which all or none take effect. Nested calls are not there: pass on what it gives, since the embedded
   * database has one connection, and who waits for another within a transaction waits for ever.
   */
  transaction<T>(run: (queries: Queries) => Promise<T>): Promise<T>;
  /** How pg-boss gets to it. */
  readonly queueOptions: ConstructorOptions;
}

/** As both kinds of client take them: `undefined` is null, and what is an object or a list is JSON. */
export const asParameters = (parameters: readonly unknown[]): unknown[] =>
  parameters.map((value) =>
    typeof value === "object" && value !== null && !(value instanceof Date)
      ? JSON.stringify(value)
      : (value ?? null),
  );
