/** What the fleet asks of its database: PostgreSQL, embedded (PGlite) or on a server. */

/** Runs statements. Parameters are `$1`, `$2`, …; objects and arrays are given as JSON. */
export interface Queries {
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<Row[]>;
}

export interface Database extends Queries, AsyncDisposable {
  /** `embedded` is of one process alone. */
  readonly kind: "embedded" | "server";
  /**
   * Runs statements of which all or none take effect. Nested calls are not there: pass on what it gives, since the embedded
   * database has one connection, and who waits for another within a transaction waits for ever.
   */
  transaction<T>(run: (queries: Queries) => Promise<T>): Promise<T>;
}
