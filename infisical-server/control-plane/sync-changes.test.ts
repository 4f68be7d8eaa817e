// Updates, deletions and triggers of syncs.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { NO_ID, SYNCS, startTwoInstances } from "./test-client.ts";

async function setUp(more: object = {}, options = {}) {
  const world = await startTwoInstances(options);
  const connection = await world.connection();
  const sync = await world.sync(connection.id, more);
  const url = `${SYNCS}/${sync.id}`;
  const read = async () => (await world.admin.get(url)).body.secretSync;
  const patch = (body: object) => world.admin.patch(url, body);
  const dropSource = () =>
    world.admin.delete("/api/v2/folders/billing", {
      projectId: world.project.id,
      environment: "dev",
      path: "/",
      forceDelete: true,
    });
  return {
    ...world,
    connectionId: connection.id as string,
    syncId: sync.id as string,
    url,
    read,
    patch,
    dropSource,
  };
}

const rule = (text: string) => ({ status: 400, body: { message: expect.stringContaining(text) } });

test("given objects are replaced whole, absent fields stay, null clears", async () => {
  await using world = await setUp({
    description: "text",
    syncOptions: { initialSyncBehavior: "import-prioritize-source", disableSecretDeletion: true },
  });
  const before = await world.read();
  await world.clock.advance(1_000);
  const syncOptions = { initialSyncBehavior: "overwrite-destination" };
  const destinationConfig = { projectId: "p", environment: "e", secretPath: "/" };
  const ignored = { projectId: "other", destination: "github", isEnabled: true };
  const answer = await world.patch({ description: null, syncOptions, destinationConfig, ...ignored });
  expect(answer.body.secretSync).toEqual({
    ...before,
    description: null,
    syncOptions,
    destinationConfig,
    updatedAt: "2026-05-02T09:00:01.000Z",
  });
  expect(world.log.filter((line) => line.includes("isAutoSyncEnabled"))).toHaveLength(1);
  expect((await world.patch({ syncOptions: { disableSecretDeletion: true } })).status).toBe(422);
  expect((await world.patch({ destinationConfig: { secretPath: "/" } })).status).toBe(422);
});

test("every update queues a run while auto-sync is on, even an empty one", async () => {
  await using world = await setUp();
  expect((await world.patch({ name: "new-name" })).body.secretSync.syncStatus).toBeNull();
  expect((await world.patch({ isAutoSyncEnabled: true })).body.secretSync.syncStatus).toBe("pending");
  await world.clock.advance(10_000);
  expect(await world.read()).toMatchObject({ syncStatus: "succeeded" });
  const again = (await world.patch({})).body.secretSync;
  expect(again).toMatchObject({ syncStatus: "pending", lastSyncedAt: expect.any(String) });
  await world.clock.advance(10_000);
  expect((await world.patch({ isAutoSyncEnabled: false })).body.secretSync.syncStatus).toBe("succeeded");
});

test("half of a new source keeps the other half; it must exist", async () => {
  await using world = await setUp();
  world.source.putSecrets({ projectId: world.project.id, environment: "prod", secretPath: "/billing" }, {});
  expect((await world.patch({ environment: "prod" })).body.secretSync).toMatchObject({
    environment: { slug: "prod" },
    folder: { path: "/billing" },
  });
  expect((await world.patch({ secretPath: "/" })).body.secretSync).toMatchObject({
    environment: { slug: "prod" },
    folder: { path: "/" },
  });
  expect(await world.patch({ secretPath: "/none" })).toMatchObject(rule("Could not find folder with path"));
});

test("a sync outlives its source folder and can be given a new one", async () => {
  await using world = await setUp({ isAutoSyncEnabled: true });
  await world.clock.advance(10_000);
  await world.dropSource();
  expect(await world.read()).toMatchObject({ folderId: null, folder: null, environment: null });
  expect(await world.patch({ secretPath: "/" })).toMatchObject(rule("Must specify both"));
  expect((await world.patch({ name: "new-name" })).body.secretSync).toMatchObject({
    name: "new-name",
    syncStatus: "succeeded",
  });
  for (const [method, path] of [
    ["post", "/sync-secrets"],
    ["post", "/import-secrets?importBehavior=prioritize-source"],
    ["post", "/remove-secrets"],
    ["delete", "?removeSecrets=true"],
  ] as const) {
    expect(await world.admin[method](world.url + path)).toMatchObject(rule("folder no longer exists"));
  }
  const answer = await world.patch({ environment: "dev", secretPath: "/" });
  expect(answer.body.secretSync).toMatchObject({ folder: { path: "/" }, syncStatus: "pending" });
});

test("the path follows a rename of the folder; an environment takes its folders along", async () => {
  await using world = await setUp();
  const { folderId } = await world.read();
  const place = { projectId: world.project.id, environment: "dev", path: "/" };
  await world.admin.patch(`/api/v2/folders/${folderId}`, { ...place, name: "renamed" });
  expect(await world.read()).toMatchObject({ folder: { id: folderId, path: "/renamed" } });
  const { environment } = await world.read();
  await world.admin.delete(`/api/v1/projects/${world.project.id}/environments/${environment.id}`);
  expect(await world.read()).toMatchObject({ folderId: null, environment: null });
});

test("a project takes its syncs and connections along and leaves the destination alone", async () => {
  await using world = await setUp();
  const own = await world.connection({ name: "own", projectId: world.project.id });
  world.remote.putSecrets(world.destination, { KEPT: "1" });
  await world.admin.delete(`/api/v1/projects/${world.project.id}`);
  expect((await world.admin.get(world.url)).status).toBe(404);
  const connections = "/api/v1/app-connections/external-infisical";
  expect((await world.admin.get(`${connections}/${own.id}`)).status).toBe(404);
  expect((await world.admin.get(`${connections}/${world.connectionId}`)).status).toBe(200);
  expect(world.remote.readSecrets(world.destination)).toEqual({ KEPT: "1" });
});

test("a new connection is checked as on creation", async () => {
  await using world = await setUp();
  const other = world.source.createProject();
  const foreign = await world.connection({ name: "foreign", projectId: other.id });
  const second = await world.connection({ name: "second" });
  expect((await world.patch({ connectionId: NO_ID })).status).toBe(404);
  expect(await world.patch({ connectionId: foreign.id })).toMatchObject(rule("You cannot connect"));
  expect((await world.patch({ connectionId: second.id })).body.secretSync.connection.name).toBe("second");
});

test("a rename must not clash, but may keep the name", async () => {
  await using world = await setUp();
  await world.sync(world.connectionId, { name: "other" });
  expect((await world.patch({ name: "dr-billing" })).status).toBe(200);
  expect(await world.patch({ name: "other" })).toMatchObject(rule("already exists"));
});

test("a plain deletion answers the row and leaves the destination alone", async () => {
  await using world = await setUp({ isAutoSyncEnabled: true });
  await world.clock.advance(10_000);
  const before = await world.read();
  expect((await world.admin.delete(world.url)).body).toEqual({ secretSync: before });
  expect((await world.admin.get(world.url)).status).toBe(404);
  expect(world.remote.readSecrets(world.destination)).toEqual({ KEY: "value" });
});

test("a deletion with removal is done when the row is gone", async () => {
  await using world = await setUp({ isAutoSyncEnabled: true });
  await world.clock.advance(10_000);
  const answer = await world.admin.delete(`${world.url}?removeSecrets=true`);
  expect(answer).toMatchObject({ status: 200, body: { secretSync: { removeStatus: "pending" } } });
  expect((await world.admin.get(world.url)).status).toBe(200);
  await world.clock.advance(0);
  expect((await world.admin.get(world.url)).status).toBe(404);
  expect(world.remote.readSecrets(world.destination)).toEqual({});
});

test("triggers work without auto-sync and answer their pending status", async () => {
  await using world = await setUp();
  world.remote.putSecrets(world.destination, { REMOTE: "1" });
  const trigger = async (path: string) => (await world.admin.post(world.url + path)).body.secretSync;
  expect(await trigger("/import-secrets?importBehavior=prioritize-source")).toMatchObject({
    importStatus: "pending",
    syncStatus: null,
  });
  await world.clock.advance(0);
  const source = { projectId: world.project.id, environment: "dev", secretPath: "/billing" };
  expect(world.source.readSecrets(source)).toEqual({ KEY: "value", REMOTE: "1" });
  expect(await trigger("/sync-secrets")).toMatchObject({ importStatus: "succeeded", syncStatus: "pending" });
  await world.clock.advance(10_000);
  expect(world.remote.readSecrets(world.destination)).toEqual({ KEY: "value", REMOTE: "1" });
  expect(await trigger("/remove-secrets")).toMatchObject({ removeStatus: "pending" });
  await world.clock.advance(0);
  expect(world.remote.readSecrets(world.destination)).toEqual({});
  expect(await world.read()).toMatchObject({ removeStatus: "succeeded" });
});

test("while a job runs nothing else can be asked for; a waiting job does not count", async () => {
  let arrived = () => {};
  const running = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const silent = createServer(() => arrived());
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  {
    await using world = await startTwoInstances();
    const { port } = silent.address() as AddressInfo;
    const { secretSyncs } = world.source.seed({
      connections: [
        { name: "silent", credentials: { ...world.credentials, instanceUrl: `http://127.0.0.1:${port}` } },
      ],
      secretSyncs: [
        {
          name: "stuck",
          project: "source",
          connection: "silent",
          environment: "dev",
          secretPath: "/billing",
          syncOptions: { initialSyncBehavior: "overwrite-destination" },
          destinationConfig: world.destination,
        },
      ],
    });
    const url = `${SYNCS}/${secretSyncs[0]?.id}`;
    const trigger = () => world.admin.post(`${url}/import-secrets?importBehavior=prioritize-source`);
    expect([(await trigger()).status, (await trigger()).status]).toEqual([200, 200]);
    const stopped = world.clock.advance(0);
    await running;
    for (const answer of [
      await trigger(),
      await world.admin.post(`${url}/sync-secrets`),
      await world.admin.post(`${url}/remove-secrets`),
      await world.admin.delete(`${url}?removeSecrets=true`),
    ]) {
      expect(answer).toMatchObject(rule("already in progress"));
    }
    expect((await world.admin.patch(url, { isAutoSyncEnabled: false })).status).toBe(200);
    silent.closeAllConnections();
    await world.source.close();
    await stopped;
  }
  await new Promise((resolve) => silent.close(resolve));
});
