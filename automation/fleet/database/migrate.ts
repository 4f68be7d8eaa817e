/** The tables, brought to this version's form: in one step, by somebody who may make tables. */
import { EngineError } from "../../engines/engine.ts";
import { newBoss, QUEUE, QUEUE_OPTIONS } from "./boss.ts";
import type { Database, Queries } from "./database.ts";
import { MIGRATIONS, SCHEMA } from "./migrations.ts";

/** Two who migrate at once do so one after the other. */
const LOCK = 7_319_604_455;

/** @returns how many steps were made */
export async function migrate(database: Database, migrations = MIGRATIONS): Promise<number> {
  const made = await database.transaction(async (queries) => {
    await queries.query("select pg_advisory_xact_lock($1)", [LOCK]);
    // Who has waited for that asks the table: to `if not exists`, what the other one has made may not be there yet. Who may make
    // no schema is refused before anything is made, as the queue's is needed, too.
    const [schema] = await queries.query<{ done: boolean }>(
      "select exists (select from pg_namespace where nspname = $1) and has_database_privilege(current_database(), 'create') as done",
      [SCHEMA],
    );
    if (!schema?.done) await queries.query(`create schema if not exists ${SCHEMA}`);
    await queries.query(`create table if not exists ${SCHEMA}.version (version integer not null)`);
    const before = (await versionOf(queries)) ?? 0;
    requireNotLater(before, migrations.length, database);
    for (const step of migrations.slice(before)) await runAll(queries, step);
    await queries.query("delete from version");
    await queries.query("insert into version values ($1)", [migrations.length]);
    return migrations.length - before;
  });
  const boss = await newBoss(database, { supervise: false, migrate: true, registerInstance: false });
  await boss.start();
  try {
    if (!(await boss.getQueue(QUEUE))) await boss.createQueue(QUEUE, QUEUE_OPTIONS);
  } finally {
    await boss.stop({ graceful: false });
  }
  return made;
}

/**
 * The database as this version has it: an embedded one is made so; on a server that is for who may make tables.
 *
 * @throws EngineError where it is not so
 */
export async function makeReady(database: Database): Promise<void> {
  if (database.kind !== "embedded") return requireMigrated(database);
  await migrate(database);
  // It is this process's alone: a worker that is on record has ended without a word.
  await database.query("delete from worker");
}

/** @throws EngineError where the database has not this version's form */
export async function requireMigrated(database: Database): Promise<void> {
  const version = await versionOf(database);
  requireNotLater(version ?? 0, MIGRATIONS.length, database);
  if (version === MIGRATIONS.length) return;
  throw new EngineError(
    "invalid-state",
    version === undefined
      ? `There is no fleet in the ${database.description}.`
      : `The ${database.description} has an earlier version's tables (${version}, this version has ${MIGRATIONS.length}).`,
    { hint: "Make them once, as somebody who may: external-infisical fleet migrate" },
  );
}

/** Undefined where there is no fleet. */
async function versionOf(queries: Queries): Promise<number | undefined> {
  const [found] = await queries.query<{ found: string | null }>("select to_regclass($1)::text as found", [
    `${SCHEMA}.version`,
  ]);
  if (!found?.found) return undefined;
  const [row] = await queries.query<{ version: number }>(`select version from ${SCHEMA}.version`);
  return row?.version;
}

function requireNotLater(version: number, own: number, { description }: Database): void {
  if (version <= own) return;
  throw new EngineError(
    "invalid-state",
    `The ${description} has a later version's tables (${version}, this version has ${own}).`,
    { hint: "Install the version that the other processes of the fleet have." },
  );
}

/** One by one: neither client takes several statements with parameters, and both take them so. */
async function runAll(queries: Queries, step: string): Promise<void> {
  for (const statement of step.split(/;\s*$/m)) if (statement.trim()) await queries.query(statement);
}
