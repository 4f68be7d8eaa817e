/** The embedded database: PostgreSQL in this process, with its data in a folder. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "../../engines/engine.ts";
import { makePrivateFolder } from "../../files/private.ts";
import { asParameters, type Database, type Queries } from "./database.ts";
import { lockFolder } from "./folder-lock.ts";
import { SCHEMA } from "./migrations.ts";
import { optional } from "./optional.ts";

/** Its data, within the folder. */
export const EMBEDDED_DATA = "postgres";

/** PostgreSQL's type of big numbers, which pg gives as texts. */
const INT8 = 20;

/** @throws EngineError `locked` where another process has the folder, `not-found` where there is no database and none may be made */
export async function openEmbedded(folder: string, mayMake = true): Promise<Database> {
  const { PGlite } = await optional("@electric-sql/pglite", () => import("@electric-sql/pglite"));
  const { fromPglite } = await optional("pg-boss", () => import("pg-boss"));
  if (!mayMake) await requireData(folder);
  await makePrivateFolder(folder);
  const lock = await lockFolder(folder);
  try {
    const client = await PGlite.create({
      dataDir: join(folder, EMBEDDED_DATA),
      parsers: { [INT8]: (value: string) => value },
    });
    await client.exec(`set search_path to ${SCHEMA}`);
    const on = (connection: Pick<typeof client, "query">): Queries => ({
      query: async <Row extends object>(sql: string, parameters: readonly unknown[] = []) =>
        (await connection.query<Row>(sql, asParameters(parameters))).rows,
      executeSql: (sql, parameters) => connection.query(sql, parameters),
    });
    return {
      kind: "embedded",
      description: `embedded database in ${folder}`,
      ...on(client),
      transaction: (run) => client.transaction((transaction) => run(on(transaction))),
      queueOptions: { db: fromPglite(client), backend: "pglite" },
      async [Symbol.asyncDispose]() {
        await client.close();
        lock[Symbol.dispose]();
      },
    };
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

async function requireData(folder: string): Promise<void> {
  try {
    await stat(join(folder, EMBEDDED_DATA));
  } catch (cause) {
    throw new EngineError("not-found", `There is no fleet in ${folder}.`, {
      hint: "Is it another folder (--data-dir), or on a server (--database)? `external-infisical fleet start` makes one.",
      cause,
    });
  }
}
