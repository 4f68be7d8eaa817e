/** A sync that is moved writes two places: the new one, and the old one, which it cleans. Two workers run the fleet. */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Database } from "../../automation/fleet/database/database.ts";
import { CLOCK } from "../../automation/fleet/lease/clock.ts";
import type { Outcome } from "../../automation/fleet/rows/rows.ts";
import type { Worker } from "../../automation/fleet/worker/worker.ts";
import { startWorld, type World } from "../support/world.ts";
import { openTestDatabase } from "./databases.ts";
import { declare, isPutDown, rowOf, startTestWorker } from "./fleet.ts";

let database: Database;
let world: World;
let workers: Worker[];
let ends: [string, Outcome][];
let waits: number;
let next = Promise.withResolvers<void>();

function happened() {
  next.resolve();
  next = Promise.withResolvers();
}
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await next.promise;
}

/** How long who waits for a lease waits until it looks again. */
const LOOKS_AGAIN_MS = 1000;

beforeEach(async () => {
  database = await openTestDatabase();
  world = await startWorld({});
  [ends, waits] = [[], 0];
  const start = () =>
    startTestWorker(database, world, {
      // One at a time: what runs beside is the other worker's.
      concurrency: 1,
      clock: {
        ...CLOCK,
        delay(ms, signal) {
          if (ms === LOOKS_AGAIN_MS) waits++;
          happened();
          return CLOCK.delay(ms, signal);
        },
      },
      async ended(_queries, { name }, { outcome }) {
        ends.push([name, outcome]);
        happened();
      },
    });
  workers = [await start(), await start()];
}, 300_000);
afterEach(async () => {
  for (const worker of workers) await worker.stop();
  await world[Symbol.asyncDispose]();
});

const at = ({ projectId, environment }: World["source"], secretPath: string) => ({
  ...{ projectId, environment, secretPath },
});
const read = (folder: string) => world.destination.server.readSecrets(at(world.destination, folder));
const put = (folder: string, values: Record<string, string>) =>
  world.source.server.putSecrets(at(world.source, folder), values);
const more = { onDestinationChange: "remove", removeSecretsOnDelete: true };
/** Each sync reads the folder of its name. @param to where it writes */
const declareAt = (to: Record<string, string>, options: Record<string, unknown> = {}) =>
  declare(
    database,
    world,
    Object.fromEntries(
      Object.entries(to).map(([name, folder]) => [name, { from: `/${name}`, to: folder, options, more }]),
    ),
  );
const trigger = async (...names: string[]) => {
  const rows = await Promise.all(names.map((name) => rowOf(database, name)));
  await workers[0]?.queue.trigger(rows, "hand");
};
const run = async (...names: string[]) => {
  const before = ends.length;
  await trigger(...names);
  await until(() => names.every((name) => ends.slice(before).some(([ended]) => ended === name)));
  await isPutDown(database);
  return ends.slice(before);
};

/** Triggers a sync in the middle of another one's request. @returns once it waits, or has run */
const meanwhile = (method: string, name: string, prepare: () => Promise<unknown> = async () => {}) => {
  const done = Promise.withResolvers<typeof ends>();
  const action = async () => {
    await prepare();
    const before = waits;
    await trigger(name);
    await until(() => waits > before || ends.some(([ended]) => ended === name));
    done.resolve([...ends]);
  };
  world.destination.server.fault({ kind: "run", method, path: /secrets/, action });
  return done.promise;
};

it("cleans its old place while nobody else writes there", async () => {
  put("/app", { A: "a" });
  put("/other", { B: "b" });
  await declareAt({ app: "/old" });
  await run("app");
  await declareAt({ app: "/new" });
  ends = [];
  const then = meanwhile("DELETE", "other", () => declareAt({ app: "/new", other: "/old" }));
  await run("app");
  expect(await then).toEqual([]);
  await until(() => ends.length === 2);
  expect(ends.map(([name]) => name)).toEqual(["app", "other"]);
  expect([read("/old"), read("/new")]).toEqual([{ B: "b" }, { A: "a" }]);
});

it("waits for who writes a folder with its old place in it", async () => {
  put("/app", { A: "a" });
  put("/other/deep", { B: "b" });
  await declareAt({ app: "/old/deep" });
  await run("app");
  await declareAt({ app: "/new" });
  await declareAt({ app: "/new", other: "/old" }, { includeAllSubFolders: true });
  ends = [];
  const then = meanwhile("PATCH", "app");
  await run("other");
  expect(await then).toEqual([]);
  await until(() => ends.length === 2);
  expect(ends.map(([name]) => name)).toEqual(["other", "app"]);
});

it("leaves what it has written where somebody else is declared to write by now", async () => {
  put("/app", { A: "a" });
  put("/other", { A: "a" });
  await declareAt({ app: "/old" });
  await run("app");
  await declareAt({ app: "/new" });
  await declareAt({ app: "/new", other: "/old" });
  await run("other");
  await run("app");
  expect([read("/old"), read("/new")]).toEqual([{ A: "a" }, { A: "a" }]);
});

it("does not wait in a circle for one that has taken its place, and left its own to it", async () => {
  put("/one", { K: "1" });
  put("/two", { K: "2" });
  await declareAt({ one: "/x", two: "/y" });
  await run("one", "two");
  for (const [one, two] of [
    ["/y", "/x"],
    ["/x", "/y"],
  ] as const) {
    await declareAt({ one, two });
    await run("one", "two");
    expect([read(one), read(two)]).toEqual([{ K: "1" }, { K: "2" }]);
  }
});

it("has created what it wrote at its new place before its places were taken from it", async () => {
  put("/app", { A: "a", B: "b" });
  await declareAt({ app: "/old" });
  await run("app");
  await declareAt({ app: "/new" });
  world.destination.server.fault({
    ...{ kind: "run", method: "PATCH", path: /secrets/ },
    async action() {
      await database.query("update lease set fence = fence + 1, holder = null where holder is not null");
    },
  });
  await run("app");
  expect([read("/old"), read("/new")]).toEqual([{}, { A: "a", B: "b" }]);
  const { outputs, intent } = await rowOf(database, "app");
  expect(outputs?.["memory"]).toEqual({
    A: expect.stringMatching(/^created/),
    B: expect.stringMatching(/^created/),
  });
  expect(intent).toBeNull();
});

it.each([
  ["a tree with its old place in it", "/old/deep", {}, "/old", { includeAllSubFolders: true }],
  ["a folder of its old tree", "/old", { includeAllSubFolders: true }, "/old/deep", {}],
])("is waited for by %s, that is declared while it runs", async (_what, old, tree, other, itsTree) => {
  const folderOf = (place: string) => "/old/deep".slice(place.length);
  put(`/app${folderOf(old)}`, { A: "a" });
  put(`/other${folderOf(other)}`, { A: "a" });
  await declareAt({ app: old }, tree);
  await run("app");
  await declareAt({ app: "/new" }, tree);
  ends = [];
  const then = meanwhile("PATCH", "other", () => declareAt({ app: "/new", other }, itsTree));
  await run("app");
  expect(await then).toEqual([]);
  await until(() => ends.length === 2);
  expect(ends.map(([name]) => name)).toEqual(["app", "other"]);
  expect([read("/old/deep"), read(`/new${folderOf(old)}`)]).toEqual([{ A: "a" }, { A: "a" }]);
});
