/** A database on a server, for as many processes as there are. */
import type { Pool, PoolClient } from "pg";
import { describeError } from "../../../provider/errors.ts";
import { EngineError } from "../../engines/engine.ts";
import { asParameters, type Database, type Queries } from "./database.ts";
import { SCHEMA } from "./migrations.ts";
import { optional } from "./optional.ts";

/**
 * Everything ends, also where the network is cut without a word: the server stops statements and lets go of what a process
 * that stands still has locked, and the client gives up on an answer a little later.
 */
const STATEMENT_MS = 15_000;
const ANSWER_MS = 20_000;
const IDLE_IN_TRANSACTION_MS = 8_000;
const CONNECT_MS = 10_000;

/** A copy that is promoted goes on in a timeline of its own; just after that, the control file has it as the end of recovery. */
const ERA = `concat(pg_postmaster_start_time()::text, ' ', greatest(
  (select timeline_id from pg_control_checkpoint()),
  (select min_recovery_end_timeline from pg_control_recovery())))`;

const SETTINGS = [
  `set search_path to ${SCHEMA}`,
  `set statement_timeout to ${STATEMENT_MS}`,
  `set idle_in_transaction_session_timeout to ${IDLE_IN_TRANSACTION_MS}`,
].join("; ");

export interface ServerOptions {
  /** Most connections of this process, the queue's not counted. */
  connections?: number;
}

/** @throws EngineError where no connection can be made */
export async function openServer(url: string, { connections = 10 }: ServerOptions = {}): Promise<Database> {
  const { default: pg } = await optional("pg", () => import("pg"));
  const description = describeUrl(url);
  const timeouts = {
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: CONNECT_MS,
  };
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "external-infisical",
    max: connections,
    onConnect: (client) => client.query(SETTINGS),
    ...timeouts,
  });
  // Connections that rest may break: the next statement gets another.
  pool.on("error", () => {});
  try {
    await pool.query("select 1");
  } catch (cause) {
    await pool.end();
    throw new EngineError("engine-failed", `Cannot reach the ${description}: ${describeError(cause)}`, {
      hint: "Look at --database and at whether the server takes connections from here.",
      cause,
    });
  }
  return {
    kind: "server",
    description,
    era: ERA,
    ...on(pool),
    transaction: (run) => givingWay(() => inTransaction(pool, run)),
    queueOptions: {
      connectionString: url,
      application_name: "external-infisical queue",
      max: 4,
      ...timeouts,
    },
    async [Symbol.asyncDispose]() {
      await pool.end();
    },
  };
}

const on = (connection: Pick<Pool | PoolClient, "query">): Queries => ({
  query: async <Row extends object>(sql: string, parameters: readonly unknown[] = []) =>
    (await connection.query<Row>(sql, asParameters(parameters))).rows,
  executeSql: (sql, parameters) => connection.query(sql, parameters),
});

async function inTransaction<T>(pool: Pool, run: (queries: Queries) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // A connection that breaks between two statements is told by the next one.
  client.on("error", ignore);
  try {
    await client.query("begin");
    const result = await run(on(client));
    await client.query("commit");
    client.off("error", ignore);
    client.release();
    return result;
  } catch (error) {
    // Closed, and so rolled back, whatever state it is in.
    client.release(true);
    throw error;
  }
}

/** Transactions of which each waits for what the other has locked: PostgreSQL ends one, without a fault of its own. */
async function givingWay<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = MOST_GIVING_WAY; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || (error as { code?: unknown }).code !== DEADLOCK_DETECTED) throw error;
    }
  }
}

const DEADLOCK_DETECTED = "40P01";
const MOST_GIVING_WAY = 5;

const ignore = () => {};

const afterHost = ({ pathname, search, hash }: URL): string => pathname + search + hash;

/** Where it is, without who logs in. */
function describeUrl(url: string): string {
  const parsed = URL.parse(url);
  // Cut short by a password with `/`, `?` or `#`, it would be told, and be asked for as a host.
  if (!parsed || !/^postgres(?:ql)?:$/.test(parsed.protocol) || afterHost(parsed).includes("@"))
    throw new EngineError(
      "invalid-config",
      "The database is not given as a URL, postgres://user:password@host/database.",
      {
        hint: "Characters such as / ? # @ % in the password are written as %2F %3F %23 %40 %25.",
      },
    );
  return `database postgres://${parsed.host}${parsed.pathname}`;
}
