import { expect, test } from "vitest";
import { send } from "../test-client.ts";
import { CONNECTIONS, SYNCS, startTwoInstances } from "./test-client.ts";

test("what is done with connections and syncs is in the audit log", async () => {
  await using world = await startTwoInstances();
  const { admin, source, project } = world;
  const ofProject = { projectId: project.id };
  const connection = await world.connection();
  const url = `${CONNECTIONS}/${connection.id}`;
  await admin.get(CONNECTIONS);
  await admin.get("/api/v1/app-connections", ofProject);
  await admin.get(`${CONNECTIONS}/available`);
  await admin.get(url);
  await admin.patch(url, { name: "new-name", credentials: world.credentials });
  const body = world.syncBody(connection.id);
  const sync = (await admin.post(SYNCS, { ...body, isEnabled: true })).body.secretSync;
  await admin.get(SYNCS, ofProject);
  await admin.get(`${SYNCS}/sync-name/${sync.name}`, ofProject);
  await admin.patch(`${SYNCS}/${sync.id}`, { description: null });
  await admin.delete(`${SYNCS}/${sync.id}`);
  await admin.delete(url);

  const app = "external-infisical";
  const connectionId = connection.id;
  const aboutSync = { syncId: sync.id, destination: app };
  expect(source.auditEvents.map(({ type, projectId, metadata }) => [type, projectId, metadata])).toEqual([
    [
      "create-app-connection",
      null,
      {
        name: "dr-site",
        method: "machine-identity-universal-auth",
        app,
        connectionId,
        isPlatformManagedCredentials: false,
      },
    ],
    ["get-app-connections", null, { app, count: 1, connectionIds: [connectionId] }],
    ["get-app-connections", project.id, { count: 0, connectionIds: [] }],
    ["get-available-app-connections-details", null, { app, count: 1, connectionIds: [connectionId] }],
    ["get-app-connection", null, { connectionId }],
    ["update-app-connection", null, { name: "new-name", credentialsUpdated: true, connectionId }],
    ["create-secret-sync", project.id, { ...aboutSync, ...body }],
    ["get-secret-syncs", project.id, { destination: app, count: 1, syncIds: [sync.id] }],
    ["get-secret-sync", project.id, aboutSync],
    ["update-secret-sync", project.id, { ...aboutSync, description: null }],
    ["delete-secret-sync", null, { ...aboutSync, removeSecrets: false }],
    ["delete-app-connection", null, { connectionId }],
  ]);
  for (const event of source.auditEvents) {
    expect(event).toMatchObject({
      actor: { type: "identity", id: source.admin.identityId, name: "bootstrap" },
      createdAt: "2026-05-02T09:00:00.000Z",
    });
  }
  const { auditEvents } = (await send(source, "GET", "/__test/audit-events")).body;
  expect(auditEvents).toHaveLength(12);
});

test("what is refused, looked up for options or checked for duplicates leaves no entry", async () => {
  await using world = await startTwoInstances();
  const { admin, project } = world;
  await admin.post(SYNCS, {});
  await admin.get(`${CONNECTIONS}/some-id`);
  await (await world.as("no-access")).get(SYNCS, { projectId: project.id });
  await admin.get("/api/v1/app-connections/options");
  await admin.get("/api/v1/secret-syncs/options");
  const checked = await admin.post(`${SYNCS}/check-destination`, { projectId: project.id });
  expect(checked.body).toEqual({ hasDuplicate: false });
  expect(world.source.auditEvents).toEqual([]);
});
