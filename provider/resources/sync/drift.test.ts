/** Looking for drift: what it costs, and what it can tell in either execution. */
import { expect, test } from "vitest";
import { startNativeWorld } from "../../../test/native/provider-calls.ts";
import type { WorldOptions } from "../../../test/support/world.ts";
import type { Execution } from "../../schema.ts";
import type { Properties } from "../resource.ts";
import { readDrift } from "./drift.ts";

/** A world with a sync that has run once, and a way to look at it. */
async function start(options: WorldOptions, over: Properties = {}) {
  const world = await startNativeWorld({ source: { A: "1", B: "2" }, ...options });
  const connection = await world.create("connection", world.connection);
  const sync = await world.create("secretSync", world.sync(connection.id, over));
  await world.provider.nextPhase();
  const notes: string[] = [];
  const look = (outs = sync.outs, recorded?: Properties) =>
    readDrift(
      sync.id,
      outs,
      world.provider.context((line) => notes.push(line)),
      recorded,
    );
  const sides = async () =>
    (await look()).keys?.map(({ label, source, destination }) => [label, source, destination]);
  return {
    world,
    notes,
    look,
    sides,
    outs: sync.outs,
    connection,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

test("where nothing has changed it costs one request a side, and no content the second time", async () => {
  await using sync = await start({ execution: "engine" });
  const { source, destination } = sync.world;
  const lists = () =>
    [source, destination].map(({ server }) =>
      server.requests.filter(({ path }) => path.startsWith("/api/v4/secrets")).map(({ status }) => status),
    );
  for (const { server } of [source, destination]) server.clearRequests();
  expect((await sync.look()).keys).toEqual([]);
  expect((await sync.look()).keys).toEqual([]);
  expect(lists()).toEqual([
    [200, 304],
    [200, 304],
  ]);
  destination.put({ A: "theirs" });
  expect(await sync.sides()).toEqual([["A", undefined, "changed"]]);
  expect(lists()).toEqual([
    [200, 304, 304],
    [200, 304, 200],
  ]);
});

test.each<Execution>(["engine", "native"])(
  "%s: both sides are compared with what was left there",
  async (execution) => {
    await using sync = await start({ execution, destination: { FOREIGN: "f" } });
    sync.world.destination.drop("A");
    sync.world.source.put({ B: "22" });
    expect(await sync.sides()).toEqual([
      ["A", undefined, "removed"],
      ["B", "changed", undefined],
    ]);
    // The same value from both sides is what a run would have made.
    sync.world.destination.put({ A: "1", B: "22" });
    expect(await sync.sides()).toEqual([]);
  },
);

test("keys of others count where a run would take them away, and not where they stay", async () => {
  for (const [unownedKeys, expected] of [
    ["delete", [["THEIRS", undefined, "added"]]],
    ["keep", []],
  ] as const) {
    await using sync = await start(
      { execution: "engine" },
      { syncOptions: { initialSyncBehavior: "overwrite-destination", unownedKeys } },
    );
    sync.world.destination.put({ THEIRS: "t" });
    expect(await sync.sides(), unownedKeys).toEqual(expected);
  }
});

test("what a filter leaves out is no drift, also where it did not before", async () => {
  const initialSyncBehavior = "overwrite-destination";
  await using sync = await start(
    { execution: "engine" },
    {
      syncOptions: { initialSyncBehavior, filter: { keys: { include: ["A", "B"] }, metadata: { to: "dr" } } },
    },
  );
  const { source, destination } = sync.world;
  const put = (key: string, to: string) =>
    source.server.putSecrets({ ...source }, { [key]: { value: key, metadata: { to } } });
  put("A", "dr");
  source.put({ OTHER: "o" });
  destination.put({ OTHER: "theirs" });
  expect(await sync.sides()).toEqual([["A", "added", undefined]]);
  put("A", "elsewhere");
  destination.put({ A: "a" });
  expect(await sync.sides()).toEqual([]);
});

test("a repair that would be refused is told with its reason", async () => {
  await using sync = await start(
    { execution: "engine" },
    { syncOptions: { initialSyncBehavior: "overwrite-destination", maxDeletes: 0 } },
  );
  sync.world.source.drop("B");
  const drift = await sync.look();
  expect(drift.keys).toMatchObject([{ label: "B", source: "removed", repair: "delete" }]);
  expect(drift.refusal?.code).toBe("too-many-deletes");
});

test("what may not be read is an error, not drift", async () => {
  await using sync = await start({ execution: "engine" });
  sync.world.destination.server.fault({ kind: "hide-values", path: "/api/v4/secrets" });
  await expect(sync.look()).rejects.toMatchObject({ code: "partial-read" });
});

test("what somebody changed of the instance's objects is drift, and so it stays after a refresh", async () => {
  await using sync = await start({ execution: "native" });
  const { world } = sync;
  const [path, id] = ["/api/v1/secret-syncs/external-infisical", String(sync.outs["syncId"])];
  await world.api("PATCH", `${path}/${id}`, { isAutoSyncEnabled: false });
  const { server, clientId, clientSecret } = world.destination;
  const instanceUrl = server.url.replace("127.0.0.1", "localhost");
  await world.api("PATCH", `/api/v1/app-connections/external-infisical/${sync.outs["connectionId"]}`, {
    credentials: {
      instanceUrl,
      machineIdentityClientId: clientId,
      machineIdentityClientSecret: clientSecret,
    },
  });
  const expected = {
    arguments: [
      { argument: "isAutoSyncEnabled", instance: false, declared: true },
      { argument: "connection.instanceUrl", instance: instanceUrl, declared: server.url },
    ],
    keys: [],
  };
  expect(await sync.look()).toMatchObject(expected);
  const { props } = await world.read("secretSync", id, sync.outs);
  expect(await sync.look(props)).toMatchObject(expected);
});

test.each<[string, Properties, Properties[], Properties[]]>([
  [
    "renamed",
    { name: "renamed" },
    [{ argument: "connection.name", instance: "renamed", declared: "dr-site" }],
    [{ argument: "connection.name", instance: "renamed", declared: "dr-site" }],
  ],
  [
    "described otherwise, which only the connection's own record tells",
    { description: "by hand" },
    [],
    [{ argument: "connection.description", instance: "by hand" }],
  ],
])("a connection that somebody has %s", async (_what, changes, ofSync, ofBoth) => {
  await using sync = await start({ execution: "native" });
  const { id, outs } = sync.connection;
  await sync.world.api("PATCH", `/api/v1/app-connections/external-infisical/${id}`, changes);
  expect((await sync.look()).arguments).toMatchObject(ofSync);
  expect((await sync.look(sync.outs, outs)).arguments).toMatchObject(ofBoth);
});

test("credentials that somebody wrote over are told with what to do, also after a refresh", async () => {
  await using sync = await start({ execution: "native" });
  const { id, outs } = sync.connection;
  expect(await sync.look(sync.outs, outs)).toMatchObject({ arguments: [] });
  expect(sync.notes).toEqual([]);
  const { server, clientId, clientSecret } = sync.world.destination;
  await sync.world.api("PATCH", `/api/v1/app-connections/external-infisical/${id}`, {
    credentials: {
      instanceUrl: server.url,
      machineIdentityClientId: clientId,
      machineIdentityClientSecret: clientSecret,
    },
  });
  const { props } = await sync.world.read("connection", id, outs);
  for (const recorded of [outs, props]) {
    // No argument of it differs: a deployment alone would repair nothing.
    expect(await sync.look(sync.outs, recorded)).toMatchObject({ arguments: [] });
    expect(sync.notes.splice(0)).toEqual([
      expect.stringMatching(/written the credentials of its connection .*Refresh, then deploy again/),
    ]);
  }
});
