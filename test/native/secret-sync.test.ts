/** Infisical Syncs of the source instance, as a resource. */
import { expect, test } from "vitest";
import { acceleratedClock } from "../../infisical-server/index.ts";
import { withLaterOption } from "../support/later-option.ts";
import {
  failureOf,
  type NativeWorld,
  type Properties,
  requestsTo,
  rowOf,
  startNativeWorld,
} from "./provider-calls.ts";

const SYNCS = "/api/v1/secret-syncs/external-infisical";
const LOGIN = "/api/v1/auth/universal-auth/login";

async function startWithSync(options: Parameters<typeof startNativeWorld>[0] = {}, over: Properties = {}) {
  const world = await startNativeWorld({ source: { A: "1", B: "2" }, ...options });
  const connection = await world.create("connection", world.connection);
  const inputs = world.sync(connection.id, over);
  const sync = await world.create("secretSync", inputs);
  await world.provider.nextPhase();
  return Object.assign(world, { inputs, connectionId: connection.id, syncId: sync.id, outs: sync.outs });
}

test("a sync is made at the instance, followed to its end, and recorded as the product tells it", async () => {
  await using world = await startWithSync();
  const row = await rowOf(world, world.syncId);
  expect(world.destination.read()).toEqual({ A: "1", B: "2" });
  expect(world.outs).toMatchObject({
    syncId: world.syncId,
    version: 1,
    destination: "external-infisical",
    syncStatus: "succeeded",
    lastSyncJobId: row?.["lastSyncJobId"],
    lastSyncedAt: row?.["lastSyncedAt"],
    folderId: row?.["folderId"],
    folder: { path: "/app" },
    sourceEnvironment: { slug: "prod" },
    connection: { app: "external-infisical", name: "dr-site", id: world.connectionId },
    counts: { create: 2, update: 0, delete: 0 },
    memory: { A: expect.stringMatching(/^created 1@/), B: expect.stringMatching(/^created 1@/) },
  });
});

test("nothing is asked of the instance when there is nothing to do", async () => {
  await using world = await startWithSync();
  const olds = { ...world.inputs, keys: world.outs["keys"] };
  const { inputs } = await world.check("secretSync", olds, world.inputs);
  expect(await world.diff("secretSync", world.syncId, world.outs, inputs ?? {})).toEqual({ changes: false });
  const before = requestsTo(world, "POST", SYNCS);
  await world.update("secretSync", world.syncId, world.outs, { ...world.inputs, waitTimeoutSeconds: 30 });
  expect(requestsTo(world, "PATCH", SYNCS)).toBe(0);
  expect(requestsTo(world, "POST", SYNCS)).toBe(before);
});

test("an update sends what is different", async () => {
  await using world = await startWithSync();
  const outs = await world.update("secretSync", world.syncId, world.outs, {
    ...world.inputs,
    name: "renamed",
    syncOptions: { initialSyncBehavior: "overwrite-destination", disableSecretDeletion: true },
  });
  expect(outs).toMatchObject({ name: "renamed", syncStatus: "succeeded" });
  expect(await rowOf(world, world.syncId)).toMatchObject({
    name: "renamed",
    syncOptions: { initialSyncBehavior: "overwrite-destination", disableSecretDeletion: true },
  });
});

test("a failed run fails the deployment in the instance's words and keeps the sync; the next one runs again", async () => {
  await using world = await startNativeWorld({ source: { A: "1" }, destinationRole: "viewer" });
  const connection = await world.create("connection", world.connection);
  const failure = await failureOf(world.create("secretSync", world.sync(connection.id)));
  expect(failure.message).toMatch(/The instance's sync of "dr-billing" failed: .*\(403\)\. Mend the cause/);
  expect(failure.reasons).toContainEqual("not done: create A");
  expect(failure.id).toBeDefined();
  const olds = failure.properties ?? {};
  expect(olds).toMatchObject({ syncStatus: "failed", keys: {}, lastSyncMessage: expect.any(String) });

  const { server, projectId, clientId } = world.destination;
  const identity = await identityOf(world, clientId);
  server.addMember(projectId, identity, "member");
  const outs = await world.update("secretSync", String(failure.id), olds, world.sync(connection.id));
  expect(outs).toMatchObject({ syncStatus: "succeeded", keys: { A: expect.any(String) } });
  expect(world.destination.read()).toEqual({ A: "1" });
});

/** The identity behind a client id, as the requests at the destination show it. */
async function identityOf(world: NativeWorld, _clientId: string): Promise<string> {
  const request = world.destination.server.requests.findLast(({ identityId }) => identityId !== undefined);
  if (request?.identityId === undefined) throw new Error("Nobody has asked the destination anything");
  return request.identityId;
}

test("a run that takes too long ends the wait, not the sync", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  const connection = await world.create("connection", world.connection);
  world.destination.server.fault({
    kind: "status",
    status: 503,
    path: "/api/v3/secrets",
    times: Number.POSITIVE_INFINITY,
  });
  const inputs = world.sync(connection.id, { waitTimeoutSeconds: 1 });
  const failure = await failureOf(world.create("secretSync", inputs));
  expect(failure.message).toMatch(/Waited 1 s for the instance's run of dr-billing.*refresh to see/);
  expect(failure.properties).toMatchObject({ syncStatus: "pending", keys: { A: expect.any(String) } });
  expect(await rowOf(world, String(failure.id))).toMatchObject({ name: "dr-billing" });
});

test("waitForSync: false returns at once, and a refresh tells how it ended", async () => {
  await using world = await startWithSync({}, { waitForSync: false });
  expect(world.outs).toMatchObject({ syncStatus: "pending", keys: { A: expect.any(String) } });
  expect(world.outs).not.toHaveProperty("memory");
  await expect.poll(() => rowOf(world, world.syncId)).toMatchObject({ syncStatus: "succeeded" });
  expect((await world.read("secretSync", world.syncId, world.outs)).props).toMatchObject({
    syncStatus: "succeeded",
  });
  world.source.drop("B");
  await world.update("secretSync", world.syncId, world.outs, world.inputs);
  await expect.poll(() => world.destination.read()).toEqual({ A: "1" });
});

test("the id of a connection is enough; without its secret the keys are not known", async () => {
  await using world = await startNativeWorld({ source: { A: "1" }, destination: { OLD: "o" } });
  const { id } = await world.create("connection", world.connection);
  const { name, projectId, environment, secretPath, destinationConfig, syncOptions } = world.sync(id);
  const inputs = {
    ...{ name, projectId, environment, secretPath, destinationConfig, syncOptions },
    connectionId: id,
    execution: "native",
  };
  const checked = await world.check("secretSync", {}, inputs);
  expect(checked.inputs).not.toHaveProperty("keys");
  expect(world.shown.join("\n")).toMatch(
    /keys unknown, since the destination is not readable: .*No client secret for/,
  );
  const { outs } = await world.create("secretSync", inputs);
  expect(outs).toMatchObject({ syncStatus: "succeeded" });
  expect(outs).not.toHaveProperty("keys");
  expect(world.destination.read()).toEqual({ A: "1" });
});

test("with the secret in the configuration the id of a connection is enough for a plan too", async () => {
  await using world = await startNativeWorld({ source: { A: "1" }, connectionSecret: "configuration" });
  const { id } = await world.create("connection", world.connection);
  const { name, projectId, environment, secretPath, destinationConfig, syncOptions } = world.sync(id);
  const inputs = { name, projectId, environment, secretPath, destinationConfig, syncOptions };
  const { outs } = await world.create("secretSync", { ...inputs, connectionId: id, execution: "native" });
  expect(outs).toMatchObject({ keys: { A: expect.any(String) }, syncStatus: "succeeded" });
});

test("a name that is taken fails in the preview, and can be adopted", async () => {
  await using world = await startWithSync();
  const { failures } = await world.check("secretSync", {}, world.inputs);
  expect(JSON.stringify(failures)).toMatch(/already.*set adopt to take it over/);
  const adopted = await world.create("secretSync", {
    ...world.inputs,
    adopt: true,
    description: "taken over",
    isAutoSyncEnabled: false,
  });
  expect(adopted.id).toBe(world.syncId);
  expect(await rowOf(world, world.syncId)).toMatchObject({ description: "taken over" });
  expect(adopted.outs["adopts"]).toBe(`${world.syncId}, changing isAutoSyncEnabled, description`);
});

test("a sync that is as declared is taken over unchanged, with what the destination holds", async () => {
  await using world = await startWithSync();
  const written = requestsTo(world, "PATCH", SYNCS) + requestsTo(world, "POST", SYNCS);
  const declared = { ...world.inputs, adopt: true };
  const adopted = await world.create("secretSync", declared);
  expect(adopted).toMatchObject({
    id: world.syncId,
    outs: { adopts: world.syncId, keys: world.outs["keys"], syncStatus: "succeeded" },
  });
  expect(requestsTo(world, "PATCH", SYNCS) + requestsTo(world, "POST", SYNCS)).toBe(written);
  await world.provider.nextPhase();
  const { inputs = {} } = await world.check("secretSync", adopted.outs, declared);
  expect(await world.diff("secretSync", world.syncId, adopted.outs, inputs)).toEqual({ changes: false });
  expect((await world.read("secretSync", world.syncId, adopted.outs)).inputs["adopts"]).toBe(world.syncId);
});

test("a sync with an option that is not known here is taken over without a run", async () => {
  await using world = await startWithSync();
  await withLaterOption(world.source.server, world.syncId);
  const runs = requestsTo(world, "POST", SYNCS);
  const adopted = await world.create("secretSync", { ...world.inputs, adopt: true });
  expect(adopted).toMatchObject({ id: world.syncId, outs: { adopts: world.syncId } });
  expect(requestsTo(world, "POST", SYNCS)).toBe(runs);
  expect(world.shown.join()).toContain("keys unknown, since the instance's sync has laterOption on");
});

test("what a sync that is taken over would write is announced, and done", async () => {
  await using world = await startWithSync();
  world.destination.drop("A");
  world.destination.put({ B: "other", THEIRS: "x" });
  await world.provider.nextPhase();
  const declared = { ...world.inputs, adopt: true };
  const { inputs } = await world.check("secretSync", {}, declared);
  expect(inputs?.["effects"]).toEqual({
    A: "restore (missing at the destination)",
    B: expect.stringMatching(/^overwrite \(destination has 2@/),
    THEIRS: expect.stringMatching(/^delete \(destination has 1@/),
  });
  await world.create("secretSync", declared);
  expect(world.destination.read()).toEqual({ A: "1", B: "2" });
});

test("a sync that the instance made although its answer was lost is not made twice", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  const connection = await world.create("connection", world.connection);
  world.source.server.fault({ kind: "drop-after", method: "POST", path: SYNCS });
  const { id, outs } = await world.create("secretSync", world.sync(connection.id));
  expect(outs).toMatchObject({ syncStatus: "succeeded" });
  expect(
    (await world.api("GET", `${SYNCS}?projectId=${world.source.projectId}`))["secretSyncs"],
  ).toMatchObject([{ id }]);
});

test("a refresh tells what somebody changed at the instance, and drift by key", async () => {
  await using world = await startWithSync();
  await world.api("PATCH", `${SYNCS}/${world.syncId}`, { isAutoSyncEnabled: false, description: "by hand" });
  world.destination.put({ A: "edited" });
  world.destination.drop("B");
  const { inputs, props } = await world.read("secretSync", world.syncId, world.outs);
  expect(inputs).toMatchObject({
    description: "by hand",
    isAutoSyncEnabled: false,
    keys: { A: expect.stringMatching(/^changed 2@/) },
    syncOptions: world.inputs["syncOptions"],
  });
  expect(props["keys"]).toEqual(inputs["keys"]);
  await world.api("DELETE", `${SYNCS}/${world.syncId}`);
  expect(await world.read("secretSync", world.syncId, world.outs)).toEqual({ id: "", props: {} });
  const { failures } = await world.check("secretSync", world.inputs, { ...world.inputs, description: "x" });
  expect(JSON.stringify(failures)).toMatch(/Refresh, then deploy again/);
});

test("the source folder is followed when it is renamed, and told", async () => {
  await using world = await startWithSync();
  await world.api("PATCH", `/api/v2/folders/${String(world.outs["folderId"])}`, {
    projectId: world.source.projectId,
    environment: "prod",
    path: "/",
    name: "moved",
  });
  const { inputs } = await world.read("secretSync", world.syncId, world.outs);
  expect(inputs["secretPath"]).toBe("/moved");
});

test("the instance picks up a change by itself, and the next preview has nothing left to do at the destination", async () => {
  await using world = await startWithSync({ sourceServer: { clock: acceleratedClock(200) } });
  world.source.put({ A: "changed", NEW: "n" });
  await expect.poll(() => world.destination.read()).toEqual({ A: "changed", B: "2", NEW: "n" });
  const writes = requestsTo(world, "POST", SYNCS);
  const outs = await world.update("secretSync", world.syncId, world.outs, world.inputs);
  expect(outs["counts"]).toMatchObject({ create: 0, update: 0, unchanged: 3 });
  expect(requestsTo(world, "POST", SYNCS), "no run was asked for").toBe(writes);
});

test("another project is another sync; both executions are different resources", async () => {
  await using world = await startWithSync();
  const { outs, inputs, syncId } = world;
  expect(await world.diff("secretSync", syncId, outs, { ...inputs, projectId: "other" })).toEqual({
    replaces: ["projectId"],
  });
  expect(await world.diff("secretSync", syncId, outs, { ...inputs, connectionExecution: "engine" })).toEqual({
    replaces: ["connectionExecution"],
  });
  const mixed = await world.check("secretSync", {}, { ...inputs, name: "mixed", execution: "engine" });
  expect(JSON.stringify(mixed.failures)).toMatch(/the sync says .*engine.* and its connection .*native/);
});

test("an identity without the right to make syncs is told so in the deployment, with the way out", async () => {
  await using world = await startNativeWorld({ source: { A: "1" }, sourceRole: "viewer" });
  const connection = await world.create("connection", world.connection);
  const failure = await failureOf(world.create("secretSync", world.sync(connection.id)));
  expect(failure.message).toMatch(/lacks "create" on "secret-syncs".*or use execution: "engine"/);
  expect(failure.id).toBeUndefined();
});

test("a missing folder at the destination is made, since the instance would not", async () => {
  await using world = await startNativeWorld({ source: { A: "1" }, destinationFolder: false });
  const connection = await world.create("connection", world.connection);
  const { outs } = await world.create("secretSync", world.sync(connection.id));
  expect(outs["syncStatus"]).toBe("succeeded");
  expect(world.destination.read()).toEqual({ A: "1" });
});

test("an import that changes what others refer to is a success, although the values were not foreseen", async () => {
  await using world = await startNativeWorld({
    source: { HOST: "old", URL: "//${HOST}" },
    destination: { HOST: "new" },
  });
  const connection = await world.create("connection", world.connection);
  const inputs = world.sync(connection.id, {
    syncOptions: { initialSyncBehavior: "import-prioritize-destination" },
  });
  const { id, outs } = await world.create("secretSync", inputs);
  expect(outs["syncStatus"]).toBe("succeeded");
  expect(world.destination.read()).toEqual({ HOST: "new", URL: "//new" });
  const checked = await world.check("secretSync", { ...inputs, keys: outs["keys"] }, inputs);
  expect(checked.inputs?.["keys"]).toEqual(outs["keys"]);
  expect((await world.read("secretSync", id, outs)).props["keys"]).toEqual(outs["keys"]);
});

test("deleting waits for a running job, and takes no secrets unless asked", async () => {
  await using world = await startWithSync();
  await world.remove("secretSync", world.syncId, world.outs);
  expect(await rowOf(world, world.syncId)).toBeUndefined();
  expect(world.destination.read()).toEqual({ A: "1", B: "2" });
  // Gone already is as good as deleted.
  await world.remove("secretSync", world.syncId, world.outs);
});

test("one login at the source is enough for a whole deployment", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  const connection = await world.create("connection", world.connection);
  const before = requestsTo(world, "POST", LOGIN);
  await world.create("secretSync", world.sync(connection.id));
  expect(requestsTo(world, "POST", LOGIN) - before).toBe(1);
});
