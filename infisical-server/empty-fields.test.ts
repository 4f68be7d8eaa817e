// What clients that send all they know make of fields nobody has set: empty strings (the Go SDK, and all that is built on it).
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CONNECTIONS } from "./control-plane/test-client.ts";
import { type Client, login, startTestWorld, type TestWorld } from "./test-client.ts";

const RAW = "/api/v3/secrets/raw";
const BATCH = "/api/v3/secrets/batch/raw";
const APP = "/place";

type Place = Record<"workspaceId" | "workspaceSlug" | "environment" | "secretPath", string>;

describe.each(["newest", "2024-10"] as const)("%s", (profile) => {
  let world: TestWorld;
  let client: Client;
  let bySlug: Place;
  let byId: Place;
  beforeAll(async () => {
    world = await startTestWorld({ profile });
    client = world.client;
    const { id, slug } = world.project;
    const place = { environment: "dev", secretPath: APP };
    world.server.putSecrets({ projectId: id, ...place }, { KEY: "value" });
    bySlug = { workspaceId: "", workspaceSlug: slug, ...place };
    byId = { workspaceId: id, workspaceSlug: "", ...place };
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const refused = profile === "newest" ? 422 : 401;

  test("an empty project is none: the other name of it counts", async () => {
    for (const query of [bySlug, byId]) {
      expect(await client.get(RAW, query)).toMatchObject({
        status: 200,
        body: { secrets: [{ secretKey: "KEY", secretValue: "value" }] },
      });
      expect((await client.get(`${RAW}/KEY`, query)).status).toBe(200);
    }
    const neither = { ...byId, workspaceId: "" };
    expect((await client.get(RAW, neither)).status).toBe(400);
    expect((await client.get(`${RAW}/KEY`, neither)).status).toBe(400);
  });

  test("in the bodies of batches too", async () => {
    const { environment, secretPath, workspaceSlug: projectSlug } = bySlug;
    const body = { workspaceId: "", projectSlug, environment, secretPath };
    const secrets = [{ secretKey: "NEW", secretValue: "1" }];
    expect((await client.post(BATCH, { ...body, secrets })).status).toBe(200);
    expect((await client.patch(BATCH, { ...byId, projectSlug: "", secrets })).status).toBe(200);
    expect((await client.delete(BATCH, { ...body, secrets: [{ secretKey: "NEW" }] })).status).toBe(200);
    expect((await client.post(BATCH, { ...body, projectSlug: "", secrets })).status).toBe(400);
  });

  test("an empty environment is a missing one where it is read, and an unknown one elsewhere", async () => {
    expect((await client.get(RAW, { ...byId, environment: "" })).status).toBe(400);
    expect((await client.get(`${RAW}/KEY`, { ...byId, environment: "" })).status).toBe(400);
    const body = { ...byId, environment: "", secretValue: "1" };
    expect((await client.post(`${RAW}/OTHER`, body)).status).toBe(404);
    const { workspaceId } = byId;
    expect((await client.get("/api/v1/folders", { workspaceId, environment: "" })).status).toBe(404);
  });

  test("an empty path is no folder of secrets, and the root of folders", async () => {
    const query = { ...byId, secretPath: "" };
    expect((await client.get(RAW, query)).status).toBe(profile === "newest" ? 404 : 200);
    expect((await client.post(`${RAW}/OTHER`, { ...query, secretValue: "1" })).status).toBe(404);
    const { workspaceId, environment } = byId;
    const where = { workspaceId, environment, path: "" };
    expect((await client.get("/api/v1/folders", where)).body.folders).toMatchObject([{ name: "place" }]);
    expect((await client.get("/api/v1/secret-imports", where)).status).toBe(404);
  });

  test("empty filters filter nothing; switches and kinds have no empty value; a name is not emptied", async () => {
    for (const filter of ["tagSlugs", "metadataFilter"]) {
      expect((await client.get(RAW, { ...byId, [filter]: "" })).body.secrets).toHaveLength(1);
    }
    for (const strict of ["recursive", "expandSecretReferences", "include_imports"]) {
      expect((await client.get(RAW, { ...byId, [strict]: "" })).status).toBe(refused);
    }
    expect((await client.get(`${RAW}/KEY`, { ...byId, type: "" })).status).toBe(refused);
    const rename = { ...byId, secretValue: "value", newSecretName: "" };
    expect((await client.patch(`${RAW}/KEY`, rename)).status).toBe(refused);
    const secrets = [{ secretKey: "KEY", secretValue: "value", newSecretName: "" }];
    expect((await client.patch(BATCH, { ...byId, secrets })).status).toBe(refused);
  });

  test("an empty organization is refused by versions that know the field", async () => {
    const identity = world.server.createIdentity();
    const { status } = await login(world.server, { ...identity, organizationSlug: "" });
    expect(status).toBe(profile === "newest" ? 422 : 200);
  });
});

test("an empty project of connections is the organization, an empty kind of projects is refused", async () => {
  await using world = await startTestWorld();
  const { client } = world;
  const { status, body } = await client.get(CONNECTIONS, { projectId: "" });
  expect([status, body]).toEqual([200, { appConnections: [] }]);
  const available = await client.get(`${CONNECTIONS}/available`, { projectId: "" });
  expect(available.status).toBe(200);
  expect((await client.get("/api/v1/projects", { type: "" })).status).toBe(422);
});
