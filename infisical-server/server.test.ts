import { expect, test } from "vitest";
import { startInfisicalServer } from "./index.ts";
import { connect, send, startTestWorld } from "./test-client.ts";

test("several servers in one process share nothing", async () => {
  await using one = await startTestWorld();
  await using two = await startTestWorld();
  expect(one.server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(one.server.url).not.toBe(two.server.url);
  expect((await connect(two.server, one.server.admin)).token).toBeUndefined();
  expect(two.server.requests).toHaveLength(2);
});

test("it listens on loopback only", async () => {
  await expect(startInfisicalServer({ host: "0.0.0.0" })).rejects.toThrow("loopback only");
});

test("secrets are put, read and deleted in memory as a write would", async () => {
  await using world = await startTestWorld();
  const { server, client, project } = world;
  const place = { projectId: project.id, environment: "dev", secretPath: "/new/path" };
  expect(server.readSecrets(place)).toEqual({});
  server.putSecrets(place, { " A ": " 1 \n\n", B: "2" });
  server.putSecrets(place, { B: "3" });
  expect(server.readSecrets(place)).toEqual({ A: "1\n", B: "3" });
  const { secrets } = (await client.get("/api/v4/secrets", place)).body;
  expect(secrets).toMatchObject([
    { secretKey: "A", version: 1, actor: null },
    { secretKey: "B", version: 2 },
  ]);
  server.deleteSecrets(place, ["A", "NONE"]);
  expect(server.readSecrets(place)).toEqual({ B: "3" });
});

test("requests are recorded in order, with sizes, batch items and who asked", async () => {
  await using world = await startTestWorld();
  const { server, client, project } = world;
  server.clearRequests();
  const body = { projectId: project.id, environment: "dev", secrets: [{ secretKey: "A", secretValue: "1" }] };
  const answer = await client.post("/api/v4/secrets/batch", body);
  await client.get("/api/v4/secrets", { projectId: project.id, environment: "dev" });
  await send(server, "GET", "/api/nothing?a=1&a=2");
  expect(server.requests).toEqual([
    {
      method: "POST",
      path: "/api/v4/secrets/batch",
      query: {},
      status: 200,
      bytesIn: JSON.stringify(body).length,
      bytesOut: answer.text.length,
      items: 1,
      identityId: expect.any(String),
      userAgent: expect.any(String),
    },
    expect.objectContaining({
      path: "/api/v4/secrets",
      query: { projectId: project.id, environment: "dev" },
    }),
    expect.objectContaining({ path: "/api/nothing", query: { a: ["1", "2"] }, status: 404 }),
  ]);
});

const seed = {
  projects: [
    {
      id: "seeded-id",
      slug: "seeded",
      environments: ["dev", { slug: "prod", name: "Live" }],
      tags: [{ slug: "core", color: "#fff" }],
      folders: { prod: ["/empty/folder"] },
      secrets: {
        dev: { "/app": { A: "1", B: { value: "2", comment: "text", tags: ["core"], metadata: { k: "v" } } } },
      },
      imports: [{ environment: "prod", from: { environment: "dev", secretPath: "/app" } }],
    },
  ],
  identities: [
    {
      name: "ci",
      clientId: "ci-id",
      clientSecret: "ci-secret",
      accessTokenTTL: 600,
      memberships: [{ project: "seeded", role: "viewer" as const }],
    },
  ],
};

test("a seed makes projects, folders, secrets, imports, tags and identities", async () => {
  await using server = await startInfisicalServer({ seed });
  const client = await connect(server, { clientId: "ci-id", clientSecret: "ci-secret" });
  const { project } = (await client.get("/api/v1/projects/seeded-id")).body;
  expect(project).toMatchObject({
    slug: "seeded",
    environments: [{ slug: "dev" }, { slug: "prod", name: "Live" }],
  });
  const { body } = await client.get("/api/v4/secrets", { projectId: "seeded-id", environment: "prod" });
  expect(body.imports[0]).toMatchObject({
    environment: "dev",
    secretPath: "/app",
    secrets: [{ secretKey: "A" }, {}],
  });
  const listed = await client.get("/api/v4/secrets", {
    projectId: "seeded-id",
    environment: "dev",
    secretPath: "/app",
  });
  expect(listed.body.secrets[1]).toMatchObject({
    secretComment: "text",
    tags: [{ slug: "core", color: "#fff" }],
    secretMetadata: [{ key: "k", value: "v", isEncrypted: false }],
  });
  const query = { projectId: "seeded-id", environment: "prod", path: "/empty" };
  expect((await client.get("/api/v2/folders", query)).body.folders).toMatchObject([{ name: "folder" }]);
  const admin = await connect(server, server.admin);
  expect((await admin.patch("/api/v1/projects/seeded-id", { name: "Renamed" })).status).toBe(200);
});

test("a seed with an unknown field or environment is refused", async () => {
  await expect(startInfisicalServer({ seed: { projects: [{ nam: "x" }] } as object })).rejects.toThrow("nam");
  await using server = await startInfisicalServer();
  expect(() => server.seed({ projects: [{ folders: { none: ["/x"] } }] })).toThrow('environment "none"');
});

test("tests in other processes seed, set faults and read requests over HTTP", async () => {
  await using server = await startInfisicalServer();
  const seeded = await send(server, "POST", "/__test/seed", { body: seed });
  expect(seeded.body).toEqual({
    projects: [{ id: "seeded-id", slug: "seeded" }],
    identities: [{ identityId: expect.any(String), clientId: "ci-id", clientSecret: "ci-secret" }],
    connections: [],
    secretSyncs: [],
  });
  const post = (body: object) => send(server, "POST", "/__test/faults", { body });
  const get = async (path: string) => (await send(server, "GET", path)).status;
  expect((await post({ kind: "status", status: 503, pathRegExp: "status$", times: 2 })).status).toBe(200);
  expect(await get("/api/status")).toBe(503);
  await send(server, "DELETE", "/__test/faults");
  expect(await get("/api/status")).toBe(200);
  await post({ kind: "status", status: 500, path: "/api/status", times: "Infinity" });
  expect([await get("/api/status"), await get("/api/status")]).toEqual([500, 500]);
  expect((await post({ kind: "run" })).status).toBe(422);
  const { requests } = (await send(server, "GET", "/__test/requests")).body;
  expect(requests.map(({ status }: { status: number }) => status)).toEqual([503, 200, 500, 500]);
  await send(server, "DELETE", "/__test/requests");
  expect(server.requests).toEqual([]);
});

test("missing folders and environments may give empty lists instead of 404", async () => {
  await using world = await startTestWorld({ missingFolderList: "empty" });
  const { client, project } = world;
  const query = { projectId: project.id, environment: "dev", secretPath: "/none" };
  expect(await client.get("/api/v4/secrets", query)).toMatchObject({
    status: 200,
    body: { secrets: [], imports: [] },
  });
  const v3 = { workspaceId: project.id, environment: "none" };
  expect(await client.get("/api/v3/secrets/raw", v3)).toMatchObject({ status: 200, body: { secrets: [] } });
  expect((await client.get("/api/v4/secrets/A", query)).status).toBe(404);
});

test("a list of 20,000 secrets is one answer", async () => {
  await using world = await startTestWorld();
  const { server, client, project } = world;
  const place = { projectId: project.id, environment: "dev" };
  const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`KEY_${at}`, `value ${at}`]));
  server.putSecrets(place, many);
  const { body } = await client.get("/api/v4/secrets", place);
  expect(body.secrets).toHaveLength(20_000);
  expect(body.secrets.at(-1)).toMatchObject({ secretKey: "KEY_19999", secretValue: "value 19999" });
});
