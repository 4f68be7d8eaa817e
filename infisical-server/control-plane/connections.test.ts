import { describe, expect, test } from "vitest";
import { CONNECTIONS, issuePaths, NO_ID, startTwoInstances } from "./test-client.ts";

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

test("a new connection is answered with everything but its secret", async () => {
  await using world = await startTwoInstances();
  const created = await world.admin.post(CONNECTIONS, world.connectionBody({ description: " text " }));
  const { machineIdentityClientSecret: _secret, ...shown } = world.credentials;
  expect(created.status).toBe(200);
  expect(created.body).toEqual({
    appConnection: {
      id: UUID,
      name: "dr-site",
      description: "text",
      version: 1,
      orgId: world.source.organizationId,
      createdAt: "2026-05-02T09:00:00.000Z",
      updatedAt: "2026-05-02T09:00:00.000Z",
      isPlatformManagedCredentials: false,
      gatewayId: null,
      gatewayPoolId: null,
      projectId: null,
      isAutoRotationEnabled: false,
      credentialsHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      app: "external-infisical",
      method: "machine-identity-universal-auth",
      credentials: shown,
    },
  });
  const read = await world.admin.get(`${CONNECTIONS}/${created.body.appConnection.id}`);
  expect(read.body).toEqual(created.body);
});

test("the client secret is in no answer, log line or audit event", async () => {
  await using world = await startTwoInstances();
  const { id } = await world.connection();
  const url = `${CONNECTIONS}/${id}`;
  const answers = [
    await world.admin.patch(url, { credentials: world.credentials }),
    await world.admin.get(url),
    await world.admin.get(CONNECTIONS),
    await world.admin.get(`${CONNECTIONS}/available`),
    await world.admin.patch(url, { credentials: { ...world.credentials, instanceUrl: "no address" } }),
    await world.admin.delete(url),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 422, 200]);
  const seen = [...answers.map(({ text }) => text), ...world.log, JSON.stringify(world.source.auditEvents)];
  expect(seen.join("\n")).toContain(world.credentials.machineIdentityClientId);
  expect(seen.join("\n")).not.toContain(world.credentials.machineIdentityClientSecret);
});

describe("a body that breaks a rule is a 422 that names the field", () => {
  test.each<[string, object]>([
    ["name", { name: "Dr-Site" }],
    ["name", { name: "dr_site" }],
    ["name", { name: "dr--site" }],
    ["name", { name: "a".repeat(65) }],
    ["name", { name: undefined }],
    ["method", { method: "machine-identity" }],
    ["description", { description: "d".repeat(257) }],
    ["credentials", { credentials: undefined }],
    ["isPlatformManagedCredentials", { isPlatformManagedCredentials: true }],
    ["gatewayId", { gatewayId: NO_ID }],
    ["isAutoRotationEnabled", { isAutoRotationEnabled: true }],
    ["rotation", { rotation: {} }],
  ])("%s %j", async (path, more) => {
    await using world = await startTwoInstances();
    const answer = await world.admin.post(CONNECTIONS, world.connectionBody(more));
    expect([answer.status, answer.body.error, issuePaths(answer)]).toEqual([
      422,
      "ValidationFailure",
      [path],
    ]);
    expect(world.remote.requests).toEqual([]);
  });

  test.each<[string, object]>([
    ["instanceUrl", { instanceUrl: "remote.example.org" }],
    ["instanceUrl", { instanceUrl: `https://${"a".repeat(512)}` }],
    ["machineIdentityClientId", { machineIdentityClientId: "not-a-uuid" }],
    ["machineIdentityClientSecret", { machineIdentityClientSecret: " " }],
    ["machineIdentityClientSecret", { machineIdentityClientSecret: "s".repeat(513) }],
  ])("credentials.%s %j", async (field, more) => {
    await using world = await startTwoInstances();
    const credentials = { ...world.credentials, ...more };
    const answer = await world.admin.post(CONNECTIONS, world.connectionBody({ credentials }));
    expect([answer.status, issuePaths(answer)]).toEqual([422, [`credentials.${field}`]]);
  });
});

test("empty values of unsupported fields are taken, unknown fields are dropped", async () => {
  await using world = await startTwoInstances();
  const connection = await world.connection({
    isPlatformManagedCredentials: false,
    gatewayId: null,
    gatewayPoolId: NO_ID,
    isAutoRotationEnabled: false,
    rotation: null,
    configuration: {},
  });
  expect(connection).toMatchObject({ gatewayPoolId: null });
  expect(connection).not.toHaveProperty("configuration");
});

test("names are unique in their scope; a clash shows after the login only", async () => {
  await using world = await startTwoInstances();
  const { admin, connectionBody, project, credentials, remote } = world;
  await world.connection();
  await world.connection({ projectId: project.id });
  const other = world.source.createProject();
  await world.connection({ projectId: other.id });
  remote.clearRequests();
  for (const scope of [{}, { projectId: project.id }]) {
    expect(await admin.post(CONNECTIONS, connectionBody(scope))).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching(/"dr-site" already exists/) },
    });
  }
  expect(remote.requests).toHaveLength(2);
  const wrong = { credentials: { ...credentials, machineIdentityClientSecret: "wrong" } };
  expect((await admin.post(CONNECTIONS, connectionBody(wrong))).body.message).toContain("status code 401");
});

test("a connection for an unknown project is a 400, for a project of others a 403", async () => {
  await using world = await startTwoInstances();
  const body = world.connectionBody({ projectId: "none" });
  expect(await world.admin.post(CONNECTIONS, body)).toMatchObject({
    status: 400,
    body: { message: "Could not find project with ID none" },
  });
  const stranger = await world.as("admin");
  const other = world.source.createProject();
  expect((await stranger.post(CONNECTIONS, world.connectionBody({ projectId: other.id }))).status).toBe(403);
  expect(world.remote.requests).toEqual([]);
});

test("an update changes what is given; null clears the description", async () => {
  await using world = await startTwoInstances();
  const before = await world.connection({ description: "text" });
  const url = `${CONNECTIONS}/${before.id}`;
  world.remote.clearRequests();
  await world.clock.advance(1_000);
  const ignored = { method: "other", app: "other", projectId: world.project.id };
  const renamed = (await world.admin.patch(url, { name: "new-name", ...ignored })).body.appConnection;
  expect(renamed).toEqual({ ...before, name: "new-name", updatedAt: "2026-05-02T09:00:01.000Z" });
  expect((await world.admin.patch(url, { description: null })).body.appConnection.description).toBeNull();
  expect(world.remote.requests).toEqual([]);
});

test("new credentials must be complete, are tried, and give a new hash even when equal", async () => {
  await using world = await startTwoInstances();
  const { credentials, admin } = world;
  const { id, credentialsHash } = await world.connection();
  const url = `${CONNECTIONS}/${id}`;
  const partial = await admin.patch(url, {
    credentials: { machineIdentityClientSecret: credentials.machineIdentityClientSecret },
  });
  expect([partial.status, issuePaths(partial)]).toEqual([
    422,
    ["credentials.instanceUrl", "credentials.machineIdentityClientId"],
  ]);
  const wrong = { ...credentials, machineIdentityClientSecret: "wrong" };
  expect((await admin.patch(url, { credentials: wrong, name: "other" })).status).toBe(400);
  const unchanged = (await admin.get(url)).body.appConnection;
  expect(unchanged).toMatchObject({ name: "dr-site", credentialsHash });
  const { appConnection } = (await admin.patch(url, { credentials })).body;
  expect(appConnection.credentialsHash).not.toBe(credentialsHash);
});

test("a rename must not clash, but may keep the name", async () => {
  await using world = await startTwoInstances();
  await world.connection({ name: "other" });
  const { id } = await world.connection();
  const rename = (name: string) => world.admin.patch(`${CONNECTIONS}/${id}`, { name });
  expect((await rename("dr-site")).status).toBe(200);
  expect((await rename("other")).body.message).toContain("already exists");
});

test("a connection in use cannot be deleted", async () => {
  await using world = await startTwoInstances();
  const connection = await world.connection();
  const { id } = await world.sync(connection.id);
  const url = `${CONNECTIONS}/${connection.id}`;
  expect(await world.admin.delete(url)).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining("Cannot delete App Connection") },
  });
  await world.admin.delete(`/api/v1/secret-syncs/external-infisical/${id}`);
  expect((await world.admin.delete(url)).body).toEqual({ appConnection: connection });
  expect(await world.admin.get(url)).toMatchObject({
    status: 404,
    body: { message: expect.stringContaining("Could not find App Connection with ID"), error: "NotFound" },
  });
});

test("an id that is no UUID is a 422", async () => {
  await using world = await startTwoInstances();
  for (const method of ["get", "patch", "delete"] as const) {
    const answer = await world.admin[method](`${CONNECTIONS}/some-id`);
    expect([answer.status, issuePaths(answer)]).toEqual([422, ["connectionId"]]);
  }
});

test("credentials cannot be rotated", async () => {
  await using world = await startTwoInstances();
  const { id } = await world.connection();
  expect((await world.admin.post(`${CONNECTIONS}/${id}/rotate-credentials`)).status).toBe(400);
});

test("there is no usage route", async () => {
  await using world = await startTwoInstances();
  expect((await world.admin.get(`${CONNECTIONS}/${NO_ID}/usage`)).body.message).toMatch(
    /^Route GET:.* not found$/,
  );
});

test.each(["projects", "projects/some-project/environment-folder-tree"])(
  "a machine identity may not look into the other instance: %s",
  async (what) => {
    await using world = await startTwoInstances();
    const path = `${CONNECTIONS}/no-uuid/${what}`;
    expect(await world.admin.get(path, { a: "1" })).toMatchObject({
      status: 403,
      body: { error: `Forbidden access to ${path}` },
    });
    expect((await fetch(world.source.url + path)).status).toBe(401);
  },
);
