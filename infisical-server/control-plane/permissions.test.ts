import { expect, test } from "vitest";
import type { PathRule, Role } from "../index.ts";
import type { OrganizationRole } from "../model.ts";
import type { Client } from "../test-client.ts";
import { CONNECTIONS, SYNCS, startTwoInstances } from "./test-client.ts";

async function setUp() {
  const world = await startTwoInstances();
  const connection = await world.connection();
  const sync = await world.sync(connection.id);
  return { ...world, connectionId: connection.id as string, url: `${SYNCS}/${sync.id}` };
}

test.each<[Role, string]>([
  ["member", "read create edit sync-secrets import-secrets remove-secrets delete"],
  ["viewer", "read"],
  ["describe-only", "read"],
  ["no-access", ""],
])("%s may do with syncs: %s", async (role, allowed) => {
  await using world = await setUp();
  const client = await world.as(role);
  const tries: [string, () => ReturnType<Client["get"]>][] = [
    ["read", () => client.get(world.url)],
    ["create", () => client.post(SYNCS, world.syncBody(world.connectionId, { name: "second" }))],
    ["edit", () => client.patch(world.url, {})],
    ["sync-secrets", () => client.post(`${world.url}/sync-secrets`)],
    ["import-secrets", () => client.post(`${world.url}/import-secrets?importBehavior=prioritize-source`)],
    ["remove-secrets", () => client.post(`${world.url}/remove-secrets`)],
    ["delete", () => client.delete(world.url)],
  ];
  const done = [];
  for (const [action, run] of tries) {
    const { status, body } = await run();
    if (status === 200) {
      done.push(action);
      continue;
    }
    expect(body).toMatchObject({
      statusCode: 403,
      error: "PermissionDenied",
      message: expect.stringMatching(`${action} on secret-syncs$`),
      details: [{ action, inverted: false, subject: "secret-syncs", conditions: { environment: "dev" } }],
    });
  }
  expect(done.join(" ")).toBe(allowed);
});

test.each<[OrganizationRole, string]>([
  ["admin", "read create edit delete"],
  ["member", "read"],
  ["no-access", ""],
])("%s of the organization may do with its connections: %s", async (orgRole, allowed) => {
  await using world = await startTwoInstances();
  const { id } = await world.connection();
  const client = await world.as("admin", { orgRole });
  const url = `${CONNECTIONS}/${id}`;
  const answers = {
    read: await client.get(url),
    create: await client.post(CONNECTIONS, world.connectionBody({ name: "second" })),
    edit: await client.patch(url, {}),
    delete: await client.delete(url),
  };
  const done = Object.entries(answers).filter(([, { status }]) => status === 200);
  expect(done.map(([action]) => action).join(" ")).toBe(allowed);
  for (const [action, { status, body }] of Object.entries(answers)) {
    if (status !== 200) expect(body.message).toMatch(new RegExp(`${action} on app-connections$`));
  }
});

test("in a project, only its admins see connections; members connect with them", async () => {
  await using world = await startTwoInstances();
  const { id } = await world.connection({ projectId: world.project.id });
  const url = `${CONNECTIONS}/${id}`;
  const admin = await world.as("admin", { orgRole: "no-access" });
  const member = await world.as("member", { orgRole: "no-access" });
  expect((await admin.get(url)).status).toBe(200);
  expect((await admin.patch(url, { name: "new-name" })).status).toBe(200);
  expect((await member.get(url)).body.message).toMatch(/read on app-connections$/);
  expect((await member.post(SYNCS, world.syncBody(id))).status).toBe(200);
});

test("who may not connect with a connection cannot give it to a sync", async () => {
  await using world = await setUp();
  const client = await world.as("member", { orgRole: "no-access" });
  const denied = { status: 403, body: { message: expect.stringMatching(/connect on app-connections$/) } };
  const body = world.syncBody(world.connectionId, { name: "second" });
  expect(await client.post(SYNCS, body)).toMatchObject(denied);
  expect(await client.patch(world.url, { connectionId: world.connectionId })).toMatchObject(denied);
  expect((await client.patch(world.url, {})).status).toBe(200);
});

test("a role at a path counts at the source of a sync, old and new", async () => {
  await using world = await setUp();
  const client = await world.as("viewer", { paths: [{ secretPath: "/billing", role: "member" }] });
  expect((await client.patch(world.url, { name: "new-name" })).status).toBe(200);
  expect((await client.patch(world.url, { secretPath: "/" })).body.message).toMatch(/edit on secret-syncs$/);
  const body = world.syncBody(world.connectionId, { name: "second" });
  expect((await client.post(SYNCS, body)).status).toBe(200);
  expect((await client.post(SYNCS, { ...body, name: "third", secretPath: "/" })).status).toBe(403);
});

test("a sync with subfolders needs every folder below to be visible, whenever it is written", async () => {
  await using world = await setUp();
  const place = { projectId: world.project.id, environment: "dev", secretPath: "/billing/hidden" };
  world.source.putSecrets(place, {});
  const paths: PathRule[] = [{ secretPath: "/billing/hidden", role: "no-access" }];
  const client = await world.as("member", { paths });
  const options = (includeAllSubFolders: boolean) => ({
    syncOptions: { initialSyncBehavior: "overwrite-destination", includeAllSubFolders },
  });
  const create = (includeAllSubFolders: boolean) =>
    client.post(
      SYNCS,
      world.syncBody(world.connectionId, { name: "second", ...options(includeAllSubFolders) }),
    );
  const denied = {
    status: 403,
    body: { message: expect.stringMatching(/read secrets at path "\/billing\/hidden" in environment "dev"/) },
  };
  expect(await create(true)).toMatchObject(denied);
  const { id } = (await create(false)).body.secretSync;
  const patch = (body: object) => client.patch(`${SYNCS}/${id}`, body);
  expect(await patch(options(true))).toMatchObject(denied);
  paths.splice(0);
  expect((await patch(options(true))).status).toBe(200);
  paths.push({ secretPath: "/billing/hidden", role: "no-access" });
  expect(await patch({ description: "other" })).toMatchObject(denied);
  expect((await patch(options(false))).status).toBe(200);
});

test("lists hold what one may read; a role that may read nothing gets 403", async () => {
  await using world = await setUp();
  await world.sync(world.connectionId, { name: "root", secretPath: "/" });
  const ofProject = { projectId: world.project.id };
  const client = await world.as("no-access", { paths: [{ secretPath: "/billing", role: "viewer" }] });
  const { secretSyncs } = (await client.get(SYNCS, ofProject)).body;
  expect(secretSyncs.map(({ name }: { name: string }) => name)).toEqual(["dr-billing"]);
  expect((await (await world.as("no-access")).get(SYNCS, ofProject)).status).toBe(403);
});

test("strangers to the project get 403, requests without a token 401", async () => {
  await using world = await setUp();
  const other = world.source.createProject();
  const client = await world.as("admin");
  expect((await client.get(SYNCS, { projectId: other.id })).status).toBe(403);
  expect((await client.post(SYNCS, world.syncBody(world.connectionId, { projectId: other.id }))).status).toBe(
    403,
  );
  for (const path of [SYNCS, CONNECTIONS]) expect((await fetch(world.source.url + path)).status).toBe(401);
});
