/** An object of the instance that one resource has taken over from another of the same deployment stays there. */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import type { Engine, StackHandle } from "../../automation/engines/engine.ts";
import { type Api, adminOf } from "../support/admin.ts";
import { syncArguments } from "../support/arguments.ts";
import { declarePair, OPENED_ENGINES, openStack, type Pair } from "../support/open-stack.ts";
import { bin } from "../support/run-command.ts";
import { startWorld, type World } from "../support/world.ts";
import { type Properties, rowOf, startNativeWorld } from "./provider-calls.ts";

/** A stack of a connection and a sync, both native; what a program says of either comes with each command. */
async function openPair(engine: Engine, world: World) {
  let declared: Pair = {};
  const opened = await openStack(engine, world, { program: async () => declarePair(world, declared) });
  const api = adminOf(world.source.server);
  const run = async (command: "preview" | "up" | "refresh", pair: Pair) => {
    declared = pair;
    const shown: string[] = [];
    await opened.stack[command]({ onEvent: (event) => shown.push(event.diagnosticEvent?.message ?? "") });
    return shown.join("");
  };
  const there = async () => {
    const { secretSyncs } = await api(
      "GET",
      `/api/v1/secret-syncs/external-infisical?projectId=${world.source.projectId}`,
    );
    const { appConnections } = await api("GET", "/api/v1/app-connections/external-infisical");
    return {
      syncs: (secretSyncs as Properties[]).map(({ id, name }) => ({ id, name })),
      connections: (appConnections as Properties[]).map(({ id, name }) => ({ id, name })),
    };
  };
  return { ...opened, run, there, api };
}

/** Renames the stack's own object by hand, and makes another one of its name that leads elsewhere. */
async function takeName(
  api: Api,
  world: World,
  { syncs, connections }: { syncs: Properties[]; connections: Properties[] },
  kind: "sync" | "connection",
) {
  const path = `/api/v1/${kind === "sync" ? "secret-syncs" : "app-connections"}/external-infisical`;
  const own = String((kind === "sync" ? syncs : connections)[0]?.["id"]);
  expect(await api("PATCH", `${path}/${own}`, { name: "renamed" })).not.toHaveProperty("error");
  const { server, clientId, clientSecret } = world.destination;
  const { destinationConfig, ...declared } = syncArguments(world, { isAutoSyncEnabled: false });
  const body = {
    sync: {
      ...declared,
      connectionId: connections[0]?.["id"],
      destinationConfig: { ...(destinationConfig as Properties), secretPath: "/b" },
    },
    connection: {
      name: "dr-site",
      method: "machine-identity-universal-auth",
      credentials: {
        instanceUrl: server.url.replace("127.0.0.1", "localhost"),
        machineIdentityClientId: clientId,
        machineIdentityClientSecret: clientSecret,
      },
    },
  }[kind];
  expect(await api("POST", path, body)).not.toHaveProperty("error");
}

/** Ids on record, by type. */
async function recordedIn(stack: StackHandle) {
  const { deployment } = (await stack.exportStack()) as {
    deployment: { resources: { type: string; id?: string }[] };
  };
  const idsOf = (type: string) =>
    deployment.resources.filter((resource) => resource.type.endsWith(type)).map(({ id }) => id);
  return { syncs: idsOf("Sync"), connections: idsOf("Connection") };
}

const isBuilt = existsSync(bin);
const ADOPT = { sync: { adopt: true } };
const REPLACE = { syncOptions: { replaceOnChanges: ["description"] } };

test.skipIf(!isBuilt).each(OPENED_ENGINES)(
  "engine %s: a sync that is replaced is made anew, whether it adopts or not (needs npm run build)",
  async (_name, engine) => {
    for (const adopt of [true, false]) {
      await using world = await startWorld({ execution: "native", source: { A: "1" } });
      await using opened = await openPair(engine, world);
      await opened.run("up", { sync: { adopt, description: "first" }, ...REPLACE });
      const before = await opened.there();
      const program = { sync: { adopt, description: "second" }, ...REPLACE };
      await opened.run("preview", program);
      await opened.run("up", program);
      const after = await opened.there();
      expect(after.syncs).toEqual([{ id: expect.any(String), name: "dr-billing" }]);
      expect(after.syncs).not.toEqual(before.syncs);
      expect((await recordedIn(opened.stack)).syncs).toEqual(after.syncs.map(({ id }) => id));
      expect(world.destination.read()).toEqual({ A: "1" });
    }
  },
  300_000,
);

test.skipIf(!isBuilt).each(OPENED_ENGINES)(
  "engine %s: a connection that is replaced takes its sync along, in the preview as in the update (needs npm run build)",
  async (_name, engine) => {
    for (const isAutoSyncEnabled of [true, false]) {
      await using world = await startWorld({ execution: "native", source: { A: "1" } });
      await using opened = await openPair(engine, world);
      const programOf = (description: string) => ({
        connection: { description },
        sync: { isAutoSyncEnabled },
        connectionOptions: { replaceOnChanges: ["description"] },
      });
      await opened.run("up", programOf("first"));
      const before = await opened.there();
      await opened.run("preview", programOf("second"));
      expect(await opened.there()).toEqual(before);
      await opened.run("up", programOf("second"));
      const after = await opened.there();
      expect(after.connections).toEqual([{ id: expect.any(String), name: "dr-site" }]);
      expect(after.connections).not.toEqual(before.connections);
      expect(after.syncs).toEqual([{ id: expect.any(String), name: "dr-billing" }]);
    }
  },
  300_000,
);

test.skipIf(!isBuilt).each(OPENED_ENGINES)(
  "engine %s: a copy of a sync is refused in the preview, and two resources never stand for one object (needs npm run build)",
  async (_name, engine) => {
    await using world = await startWorld({ execution: "native", source: { A: "1" } });
    await using opened = await openPair(engine, world);
    await opened.run("up", {});
    const before = await opened.there();
    const { projectId, environment } = world.destination;
    const destinationConfig = { projectId, environment, secretPath: "/elsewhere" };
    for (const copy of [{}, { adopt: true }, { adopt: true, destinationConfig }])
      for (const command of ["preview", "up"] as const) {
        await expect(opened.run(command, { copy })).rejects.toThrow(/Two resources/);
        expect(await opened.there()).toEqual(before);
      }
    expect((await recordedIn(opened.stack)).syncs).toEqual(before.syncs.map(({ id }) => id));
  },
  300_000,
);

test.skipIf(!isBuilt).each(OPENED_ENGINES)(
  "engine %s: what has the name of a replaced sync or connection, and leads elsewhere, is refused or adopted, and nothing is deleted before (needs npm run build)",
  async (_name, engine) => {
    for (const kind of ["sync", "connection"] as const) {
      await using world = await startWorld({ execution: "native", source: { A: "1" } });
      await using opened = await openPair(engine, world);
      const programOf = (args: Properties) => ({
        sync: { isAutoSyncEnabled: kind === "sync", ...(kind === "sync" && args) },
        ...(kind === "connection" && { connection: args }),
        [`${kind}Options`]: { replaceOnChanges: ["description"] },
      });
      await opened.run("up", programOf({ description: "first" }));
      await takeName(opened.api, world, await opened.there(), kind);
      const before = await opened.there();
      for (const command of ["preview", "up"] as const) {
        const refused = opened.run(command, programOf({ description: "second" }));
        await expect(refused).rejects.toThrow(/has an Infisical \w+ "dr-\w+" already/);
        expect(await opened.there()).toEqual(before);
      }
      const shown = await opened.run("preview", programOf({ description: "second", adopt: true }));
      expect(shown).toMatch(/is there already .* and is taken over/);
      expect(await opened.there()).toEqual(before);
    }
  },
  300_000,
);

test.skipIf(!isBuilt).each(OPENED_ENGINES)(
  "engine %s: an object that a renamed resource adopts, or one that replaces it, is not deleted with the old one (needs npm run build)",
  async (_name, engine) => {
    await using world = await startWorld({ execution: "native", source: { A: "1" } });
    await using opened = await openPair(engine, world);
    await opened.run("up", {});
    const before = await opened.there();
    const renamed = { syncName: "renamed", connectionName: "moved", ...ADOPT, connection: { adopt: true } };
    const shown = await opened.run("up", renamed);
    expect(shown).toContain("dr-billing: the Infisical Sync stays at the source instance");
    expect(shown).toContain("dr-site: the Infisical Connection stays at the source instance");
    expect(await opened.there()).toEqual(before);

    const syncOptions = { replaceOnChanges: ["description"], deleteBeforeReplace: false };
    const program = { ...renamed, sync: { adopt: true, description: "second" }, syncOptions };
    expect(await opened.run("up", program)).toContain("the Infisical Sync stays");
    expect(await opened.there()).toEqual(before);
    expect((await recordedIn(opened.stack)).syncs).toEqual(before.syncs.map(({ id }) => id));

    await opened.stack.destroy();
    expect(await opened.there()).toEqual({ syncs: [], connections: [] });
  },
  300_000,
);

test("an old resource that an earlier deployment could not delete any more takes nothing away either", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  const connection = await world.create("connection", world.connection);
  const old = await world.create("secretSync", world.sync(connection.id));
  const inputs = world.sync(connection.id, { adopt: true });
  await world.provider.nextPhase();
  const checked = await world.check("secretSync", {}, inputs);
  const taken = await world.apply("secretSync", checked.inputs ?? {});
  expect(taken.id).toBe(old.id);
  // The deployment ends here; the next one finds the old resource among what is to be deleted.
  await world.provider.nextPhase();
  await world.check("secretSync", checked.inputs ?? {}, inputs);
  await world.discard("secretSync", old.id, { ...old.outs, removeSecretsOnDelete: true });
  expect(await rowOf(world, old.id)).toMatchObject({ id: old.id });
  expect(world.destination.read()).toEqual({ A: "1" });
});

test("a sync of the name and the destination on record makes room only where its source is the same, or gone", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  const { environment, projectId } = world.source;
  const folder = { projectId, environment, path: "/", name: "other" };
  expect(await world.api("POST", "/api/v2/folders", folder)).not.toHaveProperty("error");
  const connection = await world.create("connection", world.connection);
  const declared = world.sync(connection.id, { isAutoSyncEnabled: false });
  const sync = await world.create("secretSync", declared);
  const path = `/api/v1/secret-syncs/external-infisical/${sync.id}`;
  const failures = async () => {
    await world.provider.nextPhase();
    await world.check("secretSync", sync.outs, declared);
    return (await world.check("secretSync", {}, declared)).failures;
  };
  expect(await failures()).toBeUndefined();
  expect(await world.api("PATCH", path, { environment, secretPath: "/other" })).not.toHaveProperty("error");
  expect(JSON.stringify(await failures())).toMatch(/has an Infisical Sync .* already/);
  const gone = await world.api("DELETE", "/api/v2/folders/other", { ...folder, name: undefined });
  expect(gone).not.toHaveProperty("error");
  expect(await failures()).toBeUndefined();
});

test("what somebody has pointed elsewhere is replaced after a refresh, and the refusal says so", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  const connection = await world.create("connection", world.connection);
  const declared = world.sync(connection.id, { isAutoSyncEnabled: false });
  const sync = await world.create("secretSync", declared);
  const credentials = {
    instanceUrl: world.destination.server.url.replace("127.0.0.1", "localhost"),
    machineIdentityClientId: world.destination.clientId,
    machineIdentityClientSecret: world.destination.clientSecret,
  };
  const destinationConfig = { ...(declared["destinationConfig"] as Properties), secretPath: "/b" };
  for (const [path, change] of [
    [`/api/v1/app-connections/external-infisical/${connection.id}`, { credentials }],
    [`/api/v1/secret-syncs/external-infisical/${sync.id}`, { destinationConfig }],
  ] as const)
    expect(await world.api("PATCH", path, change)).not.toHaveProperty("error");
  const kinds = [
    ["connection", connection, world.connection],
    ["secretSync", sync, declared],
  ] as const;
  for (const [kind, { id, outs }, news] of kinds) {
    const failuresFrom = async (olds: Properties) => {
      await world.provider.nextPhase();
      await world.check(kind, olds, news);
      return (await world.check(kind, {}, news)).failures;
    };
    expect(JSON.stringify(await failuresFrom(outs))).toMatch(/already.* refresh first/);
    expect(await failuresFrom((await world.read(kind, id, outs)).inputs)).toBeUndefined();
  }
});

test("what is replaced under another name is deleted", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  const connection = await world.create("connection", world.connection);
  const declared = world.sync(connection.id);
  const sync = await world.create("secretSync", declared);
  await world.provider.nextPhase();
  const renamed = { ...declared, name: "renamed" };
  await world.check("secretSync", sync.outs, renamed);
  const checked = await world.check("secretSync", {}, renamed);
  await world.apply("secretSync", checked.inputs ?? {});
  await world.discard("secretSync", sync.id, sync.outs);
  expect(await rowOf(world, sync.id)).toBeUndefined();
});
