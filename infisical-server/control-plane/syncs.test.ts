import { describe, expect, test } from "vitest";
import { issuePaths, NO_ID, SYNCS, startTwoInstances } from "./test-client.ts";

const behavior = "overwrite-destination";

async function setUp(options = {}) {
  const world = await startTwoInstances(options);
  const { id } = await world.connection();
  const post = (more: object) => world.admin.post(SYNCS, world.syncBody(id, more));
  return { ...world, connectionId: id as string, post };
}

const rule = (text: string) => ({
  status: 400,
  body: { error: "BadRequest", message: expect.stringContaining(text) },
});

test("a new sync with auto-sync is answered whole, with its first run pending", async () => {
  await using world = await setUp();
  const created = await world.post({ description: null, isAutoSyncEnabled: undefined, isEnabled: false });
  const { secretSync } = created.body;
  expect(created.status).toBe(200);
  expect(secretSync).toEqual({
    id: expect.any(String),
    name: "dr-billing",
    description: null,
    isAutoSyncEnabled: true,
    version: 1,
    projectId: world.project.id,
    folderId: expect.any(String),
    connectionId: world.connectionId,
    createdAt: "2026-05-02T09:00:00.000Z",
    updatedAt: "2026-05-02T09:00:00.000Z",
    syncStatus: "pending",
    lastSyncJobId: null,
    lastSyncMessage: null,
    lastSyncedAt: null,
    importStatus: null,
    lastImportJobId: null,
    lastImportMessage: null,
    lastImportedAt: null,
    removeStatus: null,
    lastRemoveJobId: null,
    lastRemoveMessage: null,
    lastRemovedAt: null,
    syncOptions: { initialSyncBehavior: behavior },
    connection: { app: "external-infisical", name: "dr-site", id: world.connectionId },
    environment: { id: expect.any(String), slug: "dev", name: "Development" },
    folder: { id: secretSync.folderId, path: "/billing" },
    destination: "external-infisical",
    destinationConfig: world.destination,
  });
  const notes = world.log.filter((line) => line.includes("isEnabled"));
  expect(notes).toEqual([expect.stringMatching(/^POST .*isEnabled.*ignored.*isAutoSyncEnabled/)]);
  const ofProject = { projectId: world.project.id };
  for (const path of [`${SYNCS}/${secretSync.id}`, `${SYNCS}/sync-name/dr-billing`]) {
    expect((await world.admin.get(path, ofProject)).body).toEqual(created.body);
  }
  for (const path of [SYNCS, "/api/v1/secret-syncs"]) {
    expect((await world.admin.get(path, ofProject)).body).toEqual({ secretSyncs: [secretSync] });
  }
});

test("its job runs after the answer and within ten seconds", async () => {
  await using world = await setUp();
  const { id } = (await world.post({ isAutoSyncEnabled: true })).body.secretSync;
  await world.clock.advance(10_000);
  const { secretSync } = (await world.admin.get(`${SYNCS}/${id}`)).body;
  expect(secretSync).toMatchObject({ syncStatus: "succeeded", lastSyncJobId: expect.any(String) });
  expect(world.remote.readSecrets(world.destination)).toEqual({ KEY: "value" });
});

test("without auto-sync nothing is queued", async () => {
  await using world = await setUp();
  const { id } = await world.sync(world.connectionId);
  await world.clock.advance(60_000);
  expect((await world.admin.get(`${SYNCS}/${id}`)).body.secretSync.syncStatus).toBeNull();
  expect(world.remote.readSecrets(world.destination)).toEqual({});
});

describe("a body that breaks a rule is a 422 that names the field", () => {
  test.each<[string, object]>([
    ["name", { name: "Upper" }],
    ["name", { name: "a".repeat(257) }],
    ["projectId", { projectId: " " }],
    ["description", { description: "d".repeat(257) }],
    ["connectionId", { connectionId: "dr-site" }],
    ["environment", { environment: "Dev" }],
    ["secretPath", { secretPath: "" }],
    ["isAutoSyncEnabled", { isAutoSyncEnabled: "true" }],
    ["syncOptions", { syncOptions: undefined }],
    ["syncOptions.initialSyncBehavior", { syncOptions: {} }],
    ["syncOptions.keySchema", { syncOptions: { initialSyncBehavior: behavior, keySchema: 1 } }],
    [
      "syncOptions.includeAllSubFolders",
      { syncOptions: { initialSyncBehavior: "import-prioritize-source", includeAllSubFolders: true } },
    ],
    [
      "syncOptions.includeAllSubFolders",
      { syncOptions: { initialSyncBehavior: behavior, includeAllSubFolders: "yes" } },
    ],
    ["destinationConfig.projectId", { destinationConfig: { environment: "prod", secretPath: "/" } }],
    ["destinationConfig.secretPath", { destinationConfig: { projectId: "p", environment: "prod" } }],
  ])("%s %j", async (path, more) => {
    await using world = await setUp();
    const answer = await world.post(more);
    expect([answer.status, issuePaths(answer)]).toEqual([422, [path]]);
  });
});

test("one trailing slash goes from the source path and none from the destination's", async () => {
  await using world = await setUp();
  const destinationConfig = { ...world.destination, environment: "Not_A_Slug", secretPath: "x/" };
  const answer = await world.post({ secretPath: " /billing/ ", destinationConfig });
  expect(answer.body.secretSync).toMatchObject({ folder: { path: "/billing" }, destinationConfig });
});

test.each(["recursive", "includeAllSubFolders", "none"] as const)(
  "each version knows subfolders by one name at most: %s",
  async (subFoldersOption) => {
    await using world = await setUp({ subFoldersOption });
    const { id } = await world.sync(world.connectionId, {
      syncOptions: { initialSyncBehavior: behavior, recursive: true, includeAllSubFolders: true },
    });
    const optionsNow = async () => (await world.admin.get(`${SYNCS}/${id}`)).body.secretSync.syncOptions;
    const on = subFoldersOption === "none" ? {} : { [subFoldersOption]: true };
    expect(await optionsNow()).toEqual({ initialSyncBehavior: behavior, ...on });
    await world.admin.patch(`${SYNCS}/${id}`, {
      syncOptions: { initialSyncBehavior: behavior, recursive: false, includeAllSubFolders: false },
    });
    expect(await optionsNow()).toEqual({ initialSyncBehavior: behavior });
    const typed = await world.post({
      syncOptions: { initialSyncBehavior: behavior, recursive: "?", includeAllSubFolders: "?" },
    });
    if (subFoldersOption === "none") expect(typed.status).toBe(400);
    else expect(issuePaths(typed)).toEqual([`syncOptions.${subFoldersOption}`]);
  },
);

test("a key schema is taken and thrown away, subfolders are kept", async () => {
  await using world = await setUp();
  const syncOptions = {
    initialSyncBehavior: behavior,
    disableSecretDeletion: true,
    includeAllSubFolders: true,
  };
  const answer = await world.post({ syncOptions: { ...syncOptions, keySchema: "any thing", other: 1 } });
  expect(answer.body.secretSync.syncOptions).toEqual(syncOptions);
});

test("checks come in the order of the product", async () => {
  await using world = await setUp({ secretSyncLimit: 1, blockDuplicateSecretSyncDestinations: true });
  const wrong = {
    name: "taken",
    projectId: "none",
    secretPath: "/none",
    connectionId: NO_ID,
    destinationConfig: world.destination,
  };
  const viewer = await world.as("viewer");
  const post = async (more: object, client = world.admin) => {
    const { status, body } = await client.post(SYNCS, { ...world.syncBody(NO_ID), ...wrong, ...more });
    return `${status} ${body.message}`;
  };
  const first = await world.sync(world.connectionId, { name: "taken" });
  expect(await post({})).toMatch(/^400 .*plan limit reached/);
  await world.admin.delete(`${SYNCS}/${first.id}`);
  expect(await post({})).toMatch(/^404 /);
  const ofProject = { projectId: world.project.id };
  expect(await post(ofProject, viewer)).toMatch(/^403 .*create on secret-syncs$/);
  expect(await post(ofProject)).toMatch(/^400 Could not find folder with path "\/none" in environment "dev"/);
  const placed = { ...ofProject, secretPath: "/billing" };
  expect(await post(placed)).toMatch(/^404 Could not find App Connection with ID/);
  const connected = { ...placed, connectionId: world.connectionId };
  expect(await post(connected)).toMatch(/^200 /);
});

test("a destination that is taken comes before the connection, a name that is taken after it", async () => {
  await using world = await setUp({ blockDuplicateSecretSyncDestinations: true });
  const sync = await world.sync(world.connectionId);
  expect(await world.post({ connectionId: NO_ID })).toMatchObject(rule("this destination already exists"));
  const elsewhere = { destinationConfig: { ...world.destination, secretPath: "/" } };
  expect((await world.post({ ...elsewhere, connectionId: NO_ID })).status).toBe(404);
  expect(await world.post(elsewhere)).toMatchObject(
    rule(`already exists for the project ${world.project.id}`),
  );
  const other = (await world.post({ ...elsewhere, name: "other" })).body.secretSync;
  const move = (id: string, destinationConfig: object) =>
    world.admin.patch(`${SYNCS}/${id}`, { destinationConfig });
  expect(await move(other.id, world.destination)).toMatchObject(rule("this destination already exists"));
  expect((await move(sync.id, world.destination)).status).toBe(200);
});

test("names are unique in a project only", async () => {
  await using world = await setUp();
  await world.sync(world.connectionId);
  const other = world.source.createProject();
  world.source.putSecrets({ projectId: other.id, environment: "dev", secretPath: "/billing" }, {});
  expect((await world.post({})).status).toBe(400);
  expect((await world.post({ projectId: other.id })).status).toBe(200);
});

test("a project's connection serves this project only", async () => {
  await using world = await setUp();
  const other = world.source.createProject();
  const ofOther = await world.connection({ name: "theirs", projectId: other.id });
  const own = await world.connection({ name: "ours", projectId: world.project.id });
  expect(await world.post({ connectionId: ofOther.id })).toMatchObject(
    rule("You cannot connect project App Connection"),
  );
  expect((await world.post({ connectionId: own.id })).status).toBe(200);
});

test("a sync with subfolders needs distinct keys in all its folders, also when it becomes one", async () => {
  await using world = await setUp();
  const place = { projectId: world.project.id, environment: "dev", secretPath: "/billing/deep" };
  const syncOptions = { initialSyncBehavior: behavior, includeAllSubFolders: true };
  world.source.putSecrets(place, { OTHER: "1" });
  const { id } = (await world.post({ syncOptions })).body.secretSync;
  world.source.putSecrets(place, { KEY: "again" });
  const twins = rule('more than one folder: "KEY" in /billing and /billing/deep. Rename or move');
  expect(await world.post({ name: "second", syncOptions })).toMatchObject(twins);
  // Whatever an update says of options, unless it turns subfolders off.
  expect(await world.admin.patch(`${SYNCS}/${id}`, { name: "new-name" })).toMatchObject(twins);
  expect(await world.admin.patch(`${SYNCS}/${id}`, { syncOptions })).toMatchObject(twins);
  const off = { syncOptions: { initialSyncBehavior: behavior } };
  expect((await world.admin.patch(`${SYNCS}/${id}`, off)).body.secretSync.syncOptions).toEqual(
    off.syncOptions,
  );
});

test("a sync with subfolders whose folder was deleted is given another with whatever is changed", async () => {
  await using world = await setUp();
  const syncOptions = { initialSyncBehavior: behavior, includeAllSubFolders: true };
  const { id } = (await world.post({ syncOptions })).body.secretSync;
  const folders = "/api/v2/folders";
  const place = { projectId: world.project.id, environment: "dev", path: "/" };
  const deleted = await world.admin.delete(`${folders}/billing`, { ...place, forceDelete: true });
  expect(deleted.status).toBe(200);
  expect(await world.admin.patch(`${SYNCS}/${id}`, { name: "other" })).toMatchObject(
    rule("Must specify both"),
  );
  const moved = { name: "other", environment: "dev", secretPath: "/" };
  expect((await world.admin.patch(`${SYNCS}/${id}`, moved)).status).toBe(200);
});

test("of equal names five are told", async () => {
  await using world = await setUp();
  const alike = Object.fromEntries([..."ABCDEFG"].map((key) => [key, "1"]));
  for (const folder of ["x", "y"]) {
    const place = { projectId: world.project.id, environment: "dev", secretPath: `/billing/${folder}` };
    world.source.putSecrets(place, alike);
  }
  const syncOptions = { initialSyncBehavior: behavior, includeAllSubFolders: true };
  expect(await world.post({ syncOptions })).toMatchObject(
    rule('"E" in /billing/x and /billing/y, and 2 more. Rename'),
  );
});

test("what is not there is a 404, what names nothing a 422", async () => {
  await using world = await setUp();
  const ofProject = { projectId: world.project.id };
  const missing = (text: string) => ({
    status: 404,
    body: { error: "NotFound", message: expect.stringContaining(text) },
  });
  const byId = missing("Could not find Infisical Sync with ID");
  const url = `${SYNCS}/${NO_ID}`;
  expect(await world.admin.get(url)).toMatchObject(byId);
  expect(await world.admin.patch(url, {})).toMatchObject(byId);
  expect(await world.admin.delete(url)).toMatchObject(byId);
  expect(await world.admin.post(`${url}/sync-secrets`)).toMatchObject(byId);
  expect(await world.admin.get(`${SYNCS}/sync-name/none`, ofProject)).toMatchObject(
    missing("Could not find Infisical Sync with name"),
  );
  for (const path of [SYNCS, "/api/v1/secret-syncs", `${SYNCS}/sync-name/none`]) {
    expect(issuePaths(await world.admin.get(path))).toEqual(["projectId"]);
  }
  expect(issuePaths(await world.admin.get(`${SYNCS}/dr-billing`))).toEqual(["syncId"]);
  expect(issuePaths(await world.admin.delete(`${url}?removeSecrets=yes`))).toEqual(["removeSecrets"]);
  expect(issuePaths(await world.admin.post(`${url}/import-secrets`))).toEqual(["importBehavior"]);
});

test("the destination is offered", async () => {
  await using world = await startTwoInstances();
  expect((await world.admin.get("/api/v1/secret-syncs/options")).body).toEqual({
    secretSyncOptions: [
      {
        name: "Infisical",
        destination: "external-infisical",
        connection: "external-infisical",
        canImportSecrets: true,
        canRemoveSecretsOnDeletion: true,
        supportsKeySchema: false,
      },
    ],
  });
});

test("check-destination finds equal coordinates in the organization, and names projects of the caller only", async () => {
  await using world = await setUp();
  const other = world.source.createProject();
  world.source.putSecrets({ projectId: other.id, environment: "dev", secretPath: "/billing" }, {});
  const check = (client: typeof world.admin, more: object) =>
    client.post(`${SYNCS}/check-destination`, {
      projectId: world.project.id,
      destinationConfig: world.destination,
      ...more,
    });
  expect((await check(world.admin, {})).body).toEqual({ hasDuplicate: false });
  const { id } = (await world.post({ projectId: other.id })).body.secretSync;
  expect((await check(world.admin, {})).body).toEqual({ hasDuplicate: true, duplicateProjectId: other.id });
  expect((await check(await world.as("viewer"), {})).body).toEqual({ hasDuplicate: true });
  for (const more of [
    { excludeSyncId: id },
    { destinationConfig: undefined },
    { destinationConfig: { ...world.destination, more: 1 } },
  ]) {
    expect((await check(world.admin, more)).body).toEqual({ hasDuplicate: false });
  }
  expect((await check(await world.as("no-access"), {})).status).toBe(403);
  expect(issuePaths(await check(world.admin, { projectId: "slug" }))).toEqual(["projectId"]);
});
