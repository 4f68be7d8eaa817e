import { join } from "node:path";
import { homeIn } from "../../files/home.ts";
import type { Database } from "./database.ts";

export interface DatabaseOptions {
  /** `postgres://…`; without it the embedded database is used. */
  database?: string | undefined;
  /** Folder of the embedded database. */
  dataDir?: string | undefined;
  /** An embedded database that is not there yet is made. Default: true. */
  mayMake?: boolean;
}

/** Opens the database that is asked for, as it is: see `migrate` and `requireMigrated`. */
export async function openDatabase(
  { database, dataDir, mayMake }: DatabaseOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Database> {
  // Each loads libraries of its own.
  if (database !== undefined) return (await import("./postgres.ts")).openServer(database);
  return (await import("./pglite.ts")).openEmbedded(dataDir ?? defaultDataDir(environment), mayMake);
}

/** Where the embedded database is, unless told otherwise. */
export function defaultDataDir(environment: Readonly<Record<string, string | undefined>>): string {
  const states = environment["XDG_STATE_HOME"] || join(homeIn(environment), ".local", "state");
  return join(states, "external-infisical", "fleet");
}
