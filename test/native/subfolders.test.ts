/** Native syncs that take the folders beneath their source along, into one folder (control-plane §3.15). */
import { expect, test } from "vitest";
import { removalOf } from "../../provider/resources/sync/native/removal.ts";
import { runJob } from "../../provider/resources/sync/native/run-job.ts";
import { openProvider } from "../support/provider-process.ts";
import { drop, placeIn, put } from "../support/side.ts";
import type { WorldOptions } from "../support/world.ts";
import {
  failureOf,
  type NativeWorld,
  type Properties,
  requestsTo,
  rowOf,
  startNativeWorld,
} from "./provider-calls.ts";

const SYNCS = "/api/v1/secret-syncs/external-infisical";
const FLAT = {
  syncOptions: { initialSyncBehavior: "overwrite-destination", disableSecretDeletion: false },
} as const;
const TREE = { syncOptions: { ...FLAT.syncOptions, includeAllSubFolders: true } } as const;

async function startWithTree(options: WorldOptions = {}) {
  const world = await startNativeWorld({ source: { A: "1" }, ...options });
  put(world.source, "api", { B: "2" });
  put(world.source, "api/v1", { C: "${B}-3" });
  const { id } = await world.create("connection", world.connection);
  return Object.assign(world, { connectionId: id });
}

const deploy = (world: NativeWorld & { connectionId: string }, over: Properties = TREE) =>
  world.create("secretSync", world.sync(world.connectionId, over));

const optionsOf = async (world: NativeWorld, id: string) => (await rowOf(world, id))?.["syncOptions"];

async function preview(world: NativeWorld, olds: Properties, news: Properties) {
  await world.provider.nextPhase();
  return world.check("secretSync", olds, news);
}

test.each(["recursive", "includeAllSubFolders"] as const)(
  "the life of a sync with subfolders, on an instance that calls it %s",
  async (subFoldersOption) => {
    await using world = await startWithTree({
      destination: { THEIRS: "t" },
      sourceServer: { subFoldersOption },
    });
    const declared = world.sync(world.connectionId, { ...TREE, removeSecretsOnDelete: true });
    const on = { ...FLAT.syncOptions, [subFoldersOption]: true };
    const { id, outs } = await world.create("secretSync", declared);
    expect(await optionsOf(world, id)).toEqual(on);
    expect(world.destination.read()).toEqual({ A: "1", B: "2", C: "${B}-3" });
    expect(Object.keys(outs["keys"] as object).sort()).toEqual(["A", "B", "C"]);

    // Nothing to do; what is new in a folder beneath is planned by its name, and is done.
    const writes = () => requestsTo(world, "PATCH", SYNCS) + requestsTo(world, "POST", SYNCS);
    const before = writes();
    const { inputs: same = {} } = await preview(world, outs, declared);
    expect(await world.diff("secretSync", id, outs, same)).toEqual({ changes: false });
    expect(writes()).toBe(before);
    put(world.source, "api", { B: "2b" });
    put(world.source, "new/deep", { D: "4" });
    drop(world.source, "api/v1", "C");
    const changed = await world.update("secretSync", id, outs, declared);
    expect(world.destination.read()).toEqual({ A: "1", B: "2b", D: "4" });

    // Somebody turns it off by hand: told, and put right, by an update that replaces the options whole.
    await world.api("PATCH", `${SYNCS}/${id}`, FLAT);
    await expect.poll(() => world.destination.read()).toEqual({ A: "1" });
    const { inputs } = await preview(world, changed, declared);
    expect(inputs?.["repairs"]).toEqual({ "syncOptions.includeAllSubFolders": "false => true" });
    const refreshed = await world.read("secretSync", id, changed);
    expect(refreshed.inputs["syncOptions"]).toMatchObject({ includeAllSubFolders: false });
    const repaired = await world.update("secretSync", id, changed, declared);
    expect(await optionsOf(world, id)).toEqual(on);
    expect(world.destination.read()).toEqual({ A: "1", B: "2b", D: "4" });

    // As it stands it is taken over unchanged.
    await world.provider.nextPhase();
    const adopted = await world.create("secretSync", { ...declared, adopt: true });
    expect(adopted.outs).toMatchObject({ adopts: id, keys: repaired["keys"] });

    // Turned off in the declaration: the folders' keys go.
    await world.provider.nextPhase();
    const flat = { ...declared, ...FLAT };
    const without = await world.update("secretSync", id, repaired, flat);
    expect(await optionsOf(world, id)).toEqual(FLAT.syncOptions);
    expect(world.destination.read()).toEqual({ A: "1" });
    const again = await world.update("secretSync", id, without, declared);

    world.destination.put({ THEIRS: "t" });
    await world.remove("secretSync", id, again);
    expect(world.destination.read()).toEqual({ THEIRS: "t" });
    expect(await rowOf(world, id)).toBeUndefined();
  },
);

test("an instance that knows no subfolders is found out before anything is made or changed", async () => {
  await using world = await startWithTree({ sourceServer: { subFoldersOption: "none" } });
  const flat = world.sync(world.connectionId, FLAT);
  const tree = world.sync(world.connectionId, TREE);
  const refusal = /take subfolders along: its version does not know.*execution: \\?"engine/;
  expect(JSON.stringify((await world.check("secretSync", {}, tree)).failures)).toMatch(refusal);
  // Without a run nothing is planned.
  const quiet = world.sync(world.connectionId, { ...TREE, isAutoSyncEnabled: false });
  expect((await failureOf(world.create("secretSync", quiet))).message).toMatch(refusal);
  const { id, outs } = await world.create("secretSync", flat);
  expect((await failureOf(world.update("secretSync", id, outs, tree))).message).toMatch(refusal);
  expect(requestsTo(world, "PATCH", SYNCS)).toBe(0);
  expect(world.destination.read()).toEqual({ A: "1" });
});

test("the instance is asked once what it knows, and not at all by syncs of one folder", async () => {
  await using world = await startWithTree();
  const posts = () =>
    world.source.server.requests.filter(({ method, path }) => method === "POST" && path === SYNCS).length;
  await deploy(world, { ...FLAT, name: "flat", isAutoSyncEnabled: false });
  expect(posts()).toBe(1);
  const { id, outs } = await deploy(world);
  expect(posts()).toBe(3);
  await world.update("secretSync", id, outs, world.sync(world.connectionId, TREE));
  expect(posts()).toBe(3);
});

test.each([
  [
    "keep",
    { subFolders: "keep" },
    /syncOptions\.subFolders: .*keep.* needs execution: .*an instance flattens/,
  ],
  ["an import", { initialSyncBehavior: "import-prioritize-source" }, /cannot import with.*flattened/],
])("%s is refused by the check", async (_what, options, refusal) => {
  await using world = await startWithTree();
  const declared = world.sync(world.connectionId, { syncOptions: { ...TREE.syncOptions, ...options } });
  const { failures } = await world.check("secretSync", {}, declared);
  expect(JSON.stringify(failures)).toMatch(refusal);
  expect(requestsTo(world, "PATCH", SYNCS)).toBe(0);
});

/** A connection whose secret only the instance has, so that nothing can be planned here. */
function unplanned(world: NativeWorld & { connectionId: string }, options: object = {}): Properties {
  const { name, projectId, environment, secretPath, destinationConfig } = world.sync(world.connectionId);
  const syncOptions = { ...TREE.syncOptions, ...options };
  const { connectionId } = world;
  return {
    ...{ name, projectId, environment, secretPath, destinationConfig, syncOptions, connectionId },
    execution: "native",
  };
}

test("equal names are refused with both folders: by the preview, and else by the instance", async () => {
  await using world = await startWithTree();
  put(world.source, "web", { B: "other" });
  const { failures } = await world.check("secretSync", {}, world.sync(world.connectionId, TREE));
  expect(JSON.stringify(failures)).toMatch(/equal names:.*B in \/api and in \/web/);
  const refused = await failureOf(world.create("secretSync", unplanned(world)));
  expect(refused.message).toMatch(/"B" in \/app\/api and \/app\/web.*execution: "engine" can/);

  drop(world.source, "web", "B");
  const { id, outs } = await world.create("secretSync", unplanned(world));
  put(world.source, "web", { B: "other" });
  const failed = await failureOf(runJob(id, outs, { kind: "sync" }, world.provider.context()));
  expect(failed.message).toMatch(/"B" in \/app\/api and \/app\/web\. Rename/);
});

test("what the instance alone refuses says what to do", async () => {
  await using world = await startWithTree();
  const importing = unplanned(world, { initialSyncBehavior: "import-prioritize-source" });
  expect((await failureOf(world.create("secretSync", importing))).message).toMatch(
    /takes overwrite-destination only/,
  );
});

test("a folder that the identity may not read is named by the instance", async () => {
  await using world = await startWithTree();
  const { server, projectId } = world.source;
  const paths = [{ secretPath: "/app/api/v1", role: "no-access" as const }];
  const memberships = [{ projectId, role: "admin" as const, paths }];
  const identity = server.createIdentity({ orgRole: "admin", memberships });
  Object.assign(world.source, identity);
  await using provider = openProvider(world);
  const failure = await failureOf(provider.call("secretSync", "create", unplanned(world)));
  expect(failure.message).toMatch(/path "\/app\/api\/v1".*read access to the source folder and/);
});

test("what the instance may leave out of its run is told by the keys that can be known, and seen afterwards", async () => {
  await using world = await startWithTree();
  const { id, outs } = await deploy(world);
  put(world.source, "api", { E: "${GONE}" });
  await preview(world, outs, world.sync(world.connectionId, TREE));
  expect(world.shown.join("\n")).toMatch(/leaves them out of its run without a word.*deleted.*: C, E$/m);

  world.source.server.spoilSecrets(placeIn(world.source, "api"), ["B"]);
  const failure = await failureOf(
    world.update("secretSync", id, outs, world.sync(world.connectionId, { ...TREE, triggers: { n: 1 } })),
  );
  expect(failure.message).toMatch(/not as planned.*it leaves such out without a word/);
});

test("an import, which would make the secrets of folders beneath a second time, is not asked for", async () => {
  await using world = await startWithTree();
  const { id, outs } = await deploy(world);
  const job = { kind: "import", behavior: "prioritize-source" } as const;
  const refused = await failureOf(runJob(id, outs, job, world.provider.context()));
  expect(refused.message).toMatch(/takes subfolders along: an import would put/);
  expect(requestsTo(world, "POST", `${SYNCS}/${id}/import-secrets`)).toBe(0);
  expect(world.source.read()).toEqual({ A: "1" });
});

test("a removal takes the keys of all folders, of equal names one, and is foreseen", async () => {
  await using world = await startWithTree();
  const { id, outs } = await deploy(world);
  put(world.source, "web", { B: "other" });
  const context = world.provider.context();
  expect(await removalOf(id, outs, context)).toMatchObject({ keys: ["A", "B", "C"], missing: [] });
  world.destination.put({ THEIRS: "t" });
  await runJob(id, outs, { kind: "remove" }, context);
  expect(world.destination.read()).toEqual({ THEIRS: "t" });
});
