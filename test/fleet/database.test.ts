import { chown, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../automation/fleet/database/database.ts";
import { lockFolder } from "../../automation/fleet/database/folder-lock.ts";
import { migrate, requireMigrated } from "../../automation/fleet/database/migrate.ts";
import { MIGRATIONS } from "../../automation/fleet/database/migrations.ts";
import { openDatabase } from "../../automation/fleet/database/open.ts";
import {
  OWN_POSTGRES,
  openTestEmbedded,
  openTestServer,
  startPostgres,
  type TestServer,
} from "./databases.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.[Symbol.asyncDispose]());

describe.each(["embedded", "server"] as const)("a database that is %s", (kind) => {
  let database: Database;

  beforeAll(async () => {
    database = await (kind === "server" ? openTestServer(OWN_POSTGRES ?? server.url) : openTestEmbedded());
    await database.query("drop schema if exists external_infisical, pgboss cascade");
  });
  afterAll(() => database?.[Symbol.asyncDispose]());

  it("says what to do where there are no tables yet", async () => {
    await expect(requireMigrated(database)).rejects.toMatchObject({
      code: "invalid-state",
      message: expect.stringContaining("There is no fleet in the"),
      hint: expect.stringContaining("fleet migrate"),
    });
  });

  it("gets its tables once, on a server whoever else makes them at the same time", async () => {
    const first = migrate(database);
    if (kind === "embedded") await first;
    const made = await Promise.all([first, migrate(database)]);
    expect(made.toSorted()).toEqual([0, MIGRATIONS.length]);
    await requireMigrated(database);
  });

  it("is refused with a later version's tables", async () => {
    await database.query("update version set version = version + 1");
    await expect(requireMigrated(database)).rejects.toThrow(/a later version's tables/);
    await expect(migrate(database)).rejects.toThrow(/a later version's tables/);
    await database.query("update version set version = version - 1");
  });

  it("is brought forward from an earlier version's tables, and keeps what is in them", async () => {
    await database.query("insert into worker (id, host, version) values ('w', 'h', '1')");
    const later = [
      ...MIGRATIONS,
      "alter table worker add column note text;\nupdate worker set note = 'new';",
    ];
    expect(await migrate(database, later)).toBe(1);
    expect(await database.query("select id, note from worker")).toEqual([{ id: "w", note: "new" }]);
    await database.query("alter table worker drop column note");
    await database.query("delete from worker");
    await database.query("update version set version = $1", [MIGRATIONS.length]);
  });

  it("gives rows alike", async () => {
    const at = new Date("2026-01-02T03:04:05.678Z");
    const [row] = await database.query(
      `select $1::bigint as big, $2::jsonb as json, $3::jsonb as list, $4::timestamptz as at, $5::text as nothing,
         count(*) as counted, true as yes, 1.5::double precision as part, 7 as small`,
      ["9007199254740993", { a: [1, { b: "ü" }] }, ["x"], at, undefined],
    );
    expect(row).toEqual({
      big: "9007199254740993",
      json: { a: [1, { b: "ü" }] },
      list: ["x"],
      at,
      nothing: null,
      counted: "1",
      yes: true,
      part: 1.5,
      small: 7,
    });
  });

  it("does all of a transaction or nothing", async () => {
    const insert = "insert into bucket values ($1, 'read', 1, now())";
    const failing = database.transaction(async (queries) => {
      await queries.query(insert, ["lost"]);
      await queries.query("select 1 / 0");
    });
    await expect(failing).rejects.toThrow(/division by zero/);
    await database.transaction(async (queries) => void (await queries.query(insert, ["kept"])));
    expect(await database.query("select host from bucket")).toEqual([{ host: "kept" }]);
  });
});

it("makes no tables for somebody who may not make the queue's as well", async () => {
  const url = await server.create("half");
  await using owner = await openDatabase({ database: url }, {});
  await owner.query("create role half login password 'password'");
  await owner.query("create schema external_infisical authorization half");
  await using database = await openDatabase({ database: url.replace("//postgres:", "//half:") }, {});
  await expect(migrate(database)).rejects.toThrow("permission denied for database");
  expect(await owner.query("select from pg_tables where schemaname = 'external_infisical'")).toEqual([]);
}, 60_000);

it("makes a transaction again that the server has ended for another one, which waited for it as well", async () => {
  await using database = await openTestServer(server.url);
  await migrate(database);
  await database.query(
    "insert into bucket select host, 'read', 0, now() from unnest(array['a', 'b']) as host",
  );
  const met = Promise.withResolvers<void>();
  let begun = 0;
  const add = (...hosts: string[]) =>
    database.transaction(async (queries) => {
      for (const host of hosts) {
        await queries.query("update bucket set tokens = tokens + 1 where host = $1", [host]);
        if (++begun === 2) met.resolve();
        await met.promise;
      }
    });
  await Promise.all([add("a", "b"), add("b", "a")]);
  expect(begun).toBeGreaterThan(4);
  expect(await database.query("select host, tokens from bucket order by host")).toEqual([
    { host: "a", tokens: 2 },
    { host: "b", tokens: 2 },
  ]);
}, 60_000);

it("tells, to whoever may log in, that the server has started anew, and that it has taken another's place", async () => {
  await using owner = await openDatabase({ database: server.url }, {});
  await owner.query("create role worker login password 'password'");
  const url = server.url.replace("//postgres:", "//worker:");
  await using database = await openDatabase({ database: url }, {});
  const eras = new Set<unknown>();
  const note = async () => {
    const [row] = await database.query(`select ${database.era} as era`);
    eras.add(row?.["era"]);
  };
  await note();
  await note();
  expect(eras.size).toBe(1);
  const { uid, gid } = await stat(join(server.folder, "data"));
  await server.stop();
  const standby = join(server.folder, "data/standby.signal");
  await writeFile(standby, "");
  await chown(standby, uid, gid);
  // It does not say that it has started until it is promoted.
  const started = server.start();
  const isNoted = () =>
    note().then(
      () => true,
      () => false,
    );
  while (!(await isNoted()));
  expect(eras.size).toBe(2);
  await owner.query("select pg_promote()");
  await started;
  await note();
  expect(eras.size).toBe(3);
}, 60_000);

it("is in a folder of one process alone, until that ends", async () => {
  const folder = await mkdtemp(join(tmpdir(), "external-infisical-fleet-"));
  const lock = await lockFolder(folder);
  await expect(openDatabase({ dataDir: folder }, {})).rejects.toMatchObject({
    code: "locked",
    message: expect.stringContaining(folder),
  });
  lock[Symbol.dispose]();
  using again = await lockFolder(folder);
  expect(again).toBeDefined();
  await rm(folder, { recursive: true });
});

it("tells where a server was not reached, and not who wanted to log in", async () => {
  const opening = openDatabase({ database: "postgres://me:hidden-word@127.0.0.1:1/fleet" }, {});
  await expect(opening).rejects.toMatchObject({
    code: "engine-failed",
    message: expect.stringMatching(/postgres:\/\/127\.0\.0\.1:1\/fleet.*ECONNREFUSED/),
  });
  await expect(opening).rejects.not.toThrow(/hidden-word/);
});

it.each([
  "postgres://ada:12/canary@host.invalid/db",
  "postgres://ada:12#canary@host.invalid/db",
  "postgres://ada:12?canary@host.invalid/db",
  "https://ada:canary@host.invalid/db",
  "canary",
])("does not tell what may be part of a password, nor ask it for a host: %s", async (url) => {
  const opened = openDatabase({ database: url }, {});
  await expect(opened).rejects.toThrow(
    /^The database is not given as a URL, postgres:\/\/user:password@host/,
  );
  await expect(opened).rejects.not.toThrow("canary");
});
