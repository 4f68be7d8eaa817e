import { describe, expect, test } from "vitest";
import { startTestWorld, type TestWorld } from "../test-client.ts";

describe.each([
  { base: "/api/v1/folders", project: "workspaceId" },
  { base: "/api/v2/folders", project: "projectId" },
])("$base", ({ base, project: projectKey }) => {
  const at = ({ project }: TestWorld, more: object = {}) => ({
    [projectKey]: project.id,
    environment: "dev",
    ...more,
  });
  const list = async (world: TestWorld, path: string, more: Record<string, string> = {}) =>
    (await world.client.get(base, { [projectKey]: world.project.id, environment: "dev", path, ...more })).body
      .folders;

  test("creating is idempotent and makes missing parents", async () => {
    await using world = await startTestWorld();
    const created = await world.client.post(
      base,
      at(world, { name: "db", path: "/api/v1/", description: "text" }),
    );
    expect(created.body.folder).toMatchObject({
      id: expect.any(String),
      name: "db",
      path: "/api/v1/db",
      version: 1,
      envId: expect.any(String),
      parentId: expect.any(String),
      isReserved: false,
      description: "text",
      lastSecretModified: null,
    });
    const again = await world.client.post(base, at(world, { name: "db", path: "api/v1" }));
    expect(again.body.folder).toEqual(created.body.folder);
    expect(await list(world, "/")).toMatchObject([{ name: "api" }]);
    expect(await list(world, "/api")).toMatchObject([{ name: "v1" }]);
  });

  test("names with other characters are 422, unknown environments 404", async () => {
    await using world = await startTestWorld();
    for (const name of ["a b", "a.b", "a/b", ""]) {
      expect((await world.client.post(base, at(world, { name }))).status).toBe(422);
    }
    expect((await world.client.post(base, at(world, { name: "a", environment: "none" }))).status).toBe(404);
    const query = { [projectKey]: world.project.id, environment: "none", path: "/" };
    expect((await world.client.get(base, query)).status).toBe(404);
  });

  test("a list of a path that does not exist is empty; booleans are lenient; paths are relative", async () => {
    await using world = await startTestWorld();
    await world.client.post(base, at(world, { name: "b", path: "/a" }));
    await world.client.post(base, at(world, { name: "c", path: "/a/b" }));
    expect(await list(world, "/none/at/all")).toEqual([]);
    for (const recursive of ["true", "True", "1", "yes"]) {
      const found = await list(world, "/a", { recursive });
      expect(found).toMatchObject([
        { name: "b", relativePath: "/b" },
        { name: "c", relativePath: "/b/c" },
      ]);
    }
    for (const recursive of ["false", "False", "0", ""]) {
      expect(await list(world, "/a", { recursive })).toMatchObject([{ name: "b" }]);
    }
  });

  test("lastSecretModified filters by the last change of a secret", async () => {
    await using world = await startTestWorld();
    const place = { projectId: world.project.id, environment: "dev" };
    world.server.putSecrets({ ...place, secretPath: "/old" }, { A: "1" });
    world.now.ms += 60_000;
    world.server.putSecrets({ ...place, secretPath: "/new" }, { A: "1" });
    const found = await list(world, "/", { lastSecretModified: new Date(world.now.ms - 1000).toISOString() });
    expect(found).toMatchObject([{ name: "new", lastSecretModified: new Date(world.now.ms).toISOString() }]);
  });

  test("a folder reads by id with its path and environment", async () => {
    await using world = await startTestWorld();
    const { folder } = (await world.client.post(base, at(world, { name: "db", path: "/api" }))).body;
    expect((await world.client.get(`${base}/${folder.id}`)).body.folder).toMatchObject({
      id: folder.id,
      path: "/api/db",
      projectId: world.project.id,
      environment: { envId: folder.envId, envName: expect.any(String), envSlug: "dev" },
    });
    expect((await world.client.get(`${base}/none`)).status).toBe(404);
  });

  test("renaming keeps the contents; a taken name is 400", async () => {
    await using world = await startTestWorld();
    const { client, server, project } = world;
    const { folder } = (await client.post(base, at(world, { name: "one", path: "/p" }))).body;
    await client.post(base, at(world, { name: "two", path: "/p" }));
    server.putSecrets({ projectId: project.id, environment: "dev", secretPath: "/p/one" }, { A: "1" });
    expect((await client.patch(`${base}/${folder.id}`, at(world, { name: "two", path: "/p" }))).status).toBe(
      400,
    );
    expect((await client.patch(`${base}/none`, at(world, { name: "x", path: "/p" }))).status).toBe(404);
    const renamed = await client.patch(`${base}/${folder.id}`, at(world, { name: "uno", path: "/p" }));
    expect(renamed.body.folder).toMatchObject({ id: folder.id, name: "uno", version: 2 });
    expect(server.readSecrets({ projectId: project.id, environment: "dev", secretPath: "/p/uno" })).toEqual({
      A: "1",
    });
  });

  test("a batch renames all or none", async () => {
    await using world = await startTestWorld();
    const { client, project } = world;
    const { folder } = (await client.post(base, at(world, { name: "one" }))).body;
    const ref = projectKey === "projectId" ? { projectId: project.id } : { projectSlug: project.slug };
    const item = { id: folder.id, environment: "dev", name: "uno", path: "/" };
    const failing = await client.patch(`${base}/batch`, { ...ref, folders: [item, { ...item, id: "none" }] });
    expect(failing.status).toBe(404);
    expect(await list(world, "/")).toMatchObject([{ name: "one" }]);
    expect((await client.patch(`${base}/batch`, { ...ref, folders: [] })).status).toBe(422);
    expect((await client.patch(`${base}/batch`, { ...ref, folders: [item] })).body.folders).toMatchObject([
      { name: "uno" },
    ]);
  });

  test("deleting takes name or id, the parent's path, and cascades", async () => {
    await using world = await startTestWorld();
    const { client, server, project } = world;
    const { folder } = (await client.post(base, at(world, { name: "deep", path: "/top/mid" }))).body;
    const place = { projectId: project.id, environment: "dev", secretPath: "/top/mid/deep" };
    server.putSecrets(place, { A: "1" });
    const secretId = (await client.get("/api/v4/secrets", place)).body.secrets[0].id;
    expect((await client.delete(`${base}/deep`, at(world))).status).toBe(404);
    const byId = await client.delete(
      `${base}/${folder.id}`,
      at(world, { path: "/top/mid", forceDelete: true }),
    );
    expect(byId.body.folder.name).toBe("deep");
    expect((await client.delete(`${base}/top`, at(world, { forceDelete: true }))).status).toBe(200);
    expect(await list(world, "/")).toEqual([]);
    expect((await client.get(`/api/v4/secrets/id/${secretId}`)).status).toBe(404);
    expect((await client.delete(`${base}/top`, at(world))).status).toBe(404);
  });

  test("writers may write, viewers only read; every member may list", async () => {
    await using world = await startTestWorld();
    const body = at(world, { name: "made" });
    for (const role of ["viewer", "describe-only", "no-access"] as const) {
      const client = await world.as(role);
      expect(await client.post(base, body)).toMatchObject({
        status: 403,
        body: { error: "PermissionDenied" },
      });
      const query = { [projectKey]: world.project.id, environment: "dev", path: "/" };
      expect((await client.get(base, query)).status).toBe(200);
    }
    expect((await (await world.as("member")).post(base, body)).status).toBe(200);
    const besides = await world.as("viewer", [{ secretPath: "/mine", role: "member" }]);
    expect((await besides.post(base, at(world, { name: "x", path: "/mine" }))).status).toBe(200);
    expect((await besides.post(base, at(world, { name: "x", path: "/other" }))).status).toBe(403);
  });
});

test("v1 takes `directory` for `path`; its delete is always forced, v2 refuses a folder with contents", async () => {
  await using world = await startTestWorld();
  const { client, project } = world;
  const v1 = { workspaceId: project.id, environment: "dev" };
  await client.post("/api/v1/folders", { ...v1, name: "db", directory: "/api" });
  expect((await client.get("/api/v1/folders", { ...v1, directory: "/api" })).body.folders).toMatchObject([
    { name: "db" },
  ]);
  const v2 = { projectId: project.id, environment: "dev" };
  expect((await client.delete("/api/v2/folders/api", v2)).status).toBe(400);
  expect((await client.delete("/api/v2/folders/api", { ...v2, forceDelete: true })).status).toBe(200);
  await client.post("/api/v1/folders", { ...v1, name: "db", path: "/api" });
  expect((await client.delete("/api/v1/folders/api", v1)).status).toBe(200);
});

test("v2 refuses a folder whose contents nobody is told of, too", async () => {
  await using world = await startTestWorld();
  const { server, project } = world;
  const place = { projectId: project.id, environment: "dev" };
  server.putSecrets({ ...place, secretPath: "/keys" }, { HIDDEN: "h" });
  server.putDynamicSecret({ ...place, secretPath: "/dynamic" }, "postgres");
  const blind = await world.as("member", [{ secretPath: "/keys", keys: ["HIDDEN"], role: "no-access" }]);
  expect((await blind.get("/api/v4/secrets", { ...place, secretPath: "/keys" })).body.secrets).toEqual([]);
  for (const name of ["keys", "dynamic"])
    expect(await blind.delete(`/api/v2/folders/${name}`, place)).toMatchObject({
      status: 400,
      body: { error: "deleteFolder", message: expect.stringContaining("contains resources") },
    });
  const query = { projectSlug: project.slug, environmentSlug: "dev", path: "/dynamic" };
  expect((await blind.get("/api/v1/dynamic-secrets", query)).body.dynamicSecrets).toEqual([
    { name: "postgres" },
  ]);
});

test("the folder tree lists all folders by environment", async () => {
  await using world = await startTestWorld();
  const { client, project } = world;
  await client.post("/api/v2/folders", { projectId: project.id, environment: "prod", name: "b", path: "/a" });
  const { body } = await client.get(`/api/v1/projects/${project.id}/environment-folder-tree`);
  expect(Object.keys(body)).toEqual(["dev", "staging", "prod"]);
  const paths = body.prod.folders.map(({ path }: { path: string }) => path);
  expect(paths).toEqual(["/", "/a", "/a/b"]);
});
