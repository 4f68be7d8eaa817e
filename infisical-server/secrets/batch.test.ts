import { describe, expect, test } from "vitest";
import { type Client, startTestWorld, type TestWorld } from "../test-client.ts";

describe.each([
  { url: "/api/v4/secrets/batch", key: "projectId" },
  { url: "/api/v3/secrets/batch/raw", key: "workspaceId" },
])("$url", ({ url, key }) => {
  async function setUp() {
    const world = await startTestWorld();
    const place = (secretPath: string) => ({ projectId: world.project.id, environment: "dev", secretPath });
    world.server.putSecrets(place("/"), { OLD: "old" });
    world.server.putSecrets(place("/a"), { DEEP: "deep" });
    const body = (secrets: object[], more: object = {}) => ({
      [key]: world.project.id,
      environment: "dev",
      secretPath: "/",
      secrets,
      ...more,
    });
    const read = (secretPath = "/") => world.server.readSecrets(place(secretPath));
    return Object.assign(world, { body, read });
  }

  test("POST creates all, or none when one exists, naming it", async () => {
    await using world = await setUp();
    const { client, body, read } = world;
    const items = ["A", "B", "OLD"].map((secretKey) => ({ secretKey, secretValue: ` ${secretKey} \n` }));
    const failed = await client.post(url, body(items));
    expect(failed).toMatchObject({ status: 400, body: { message: expect.stringContaining("OLD") } });
    expect(read()).toEqual({ OLD: "old" });
    const created = await client.post(url, body(items.slice(0, 2)));
    expect(created.body.secrets).toMatchObject([
      { secretKey: "A", secretValue: "A\n", version: 1 },
      { secretKey: "B", secretValue: "B\n", version: 1 },
    ]);
    expect(created.body.secrets[0]).not.toHaveProperty("secretPath");
    expect(read()).toEqual({ OLD: "old", A: "A\n", B: "B\n" });
  });

  test("POST refuses bad keys, twins, lower case where enforced, and an empty list", async () => {
    await using world = await setUp();
    const { client, body, read } = world;
    const item = { secretKey: "A", secretValue: "1" };
    expect((await client.post(url, body([item, { secretKey: "a:b", secretValue: "1" }]))).status).toBe(422);
    expect((await client.post(url, body([item, item]))).status).toBe(400);
    expect((await client.post(url, body([]))).status).toBe(422);
    await client.patch(`/api/v1/projects/${world.project.id}`, { autoCapitalization: true });
    expect((await client.post(url, body([item, { secretKey: "low", secretValue: "1" }]))).status).toBe(400);
    expect(read()).toEqual({ OLD: "old" });
  });

  test("rotated secrets keep their values in silence, and can be neither renamed nor deleted", async () => {
    await using world = await setUp();
    const { client, body, read, server, project } = world;
    server.rotateSecrets({ projectId: project.id, environment: "dev" }, ["OLD", "NONE"]);
    const update = (item: object) => client.patch(url, body([{ secretKey: "OLD", ...item }]));
    expect(await update({ secretValue: "new", secretComment: "noted" })).toMatchObject({
      status: 200,
      body: { secrets: [{ secretValue: "old", secretComment: "noted", version: 2, isRotatedSecret: true }] },
    });
    expect((await update({ newSecretName: "OTHER" })).status).toBe(400);
    expect((await client.delete(url, body([{ secretKey: "OLD" }]))).status).toBe(400);
    expect(read()).toEqual({ OLD: "old" });
    server.putSecrets({ projectId: project.id, environment: "dev" }, { OLD: "rotated" });
    expect(read()).toEqual({ OLD: "rotated" });
  });

  test("PATCH fails as a whole on a missing key by default", async () => {
    await using world = await setUp();
    const { client, body, read } = world;
    const items = [
      { secretKey: "OLD", secretValue: "new" },
      { secretKey: "NONE", secretValue: "1" },
    ];
    expect((await client.patch(url, body(items))).status).toBe(404);
    expect((await client.patch(url, body(items, { mode: "failOnNotFound" }))).status).toBe(404);
    expect(read()).toEqual({ OLD: "old" });
    expect((await client.patch(url, body(items, { mode: "other" }))).status).toBe(422);
  });

  test("PATCH with mode ignore skips missing keys", async () => {
    await using world = await setUp();
    const { client, body, read } = world;
    const items = [
      { secretKey: "OLD", secretValue: "new" },
      { secretKey: "NONE", secretValue: "1" },
    ];
    const answer = await client.patch(url, body(items, { mode: "ignore" }));
    expect(answer.body.secrets).toMatchObject([{ secretKey: "OLD", secretValue: "new", version: 2 }]);
    expect(read()).toEqual({ OLD: "new" });
  });

  test("PATCH with mode upsert creates missing keys, in the folder of each item, and is repeatable", async () => {
    await using world = await setUp();
    const { client, body, read } = world;
    await client.patch(`/api/v1/projects/${world.project.id}`, { autoCapitalization: true });
    const items = [
      { secretKey: "OLD", secretValue: "new\n\n" },
      { secretKey: "lower", secretValue: "not enforced here" },
      { secretKey: "DEEP", secretValue: "2", secretPath: "/a/" },
      { secretKey: "ADDED", secretValue: " 3 ", secretPath: "/a" },
    ];
    const answer = await client.patch(url, body(items, { mode: "upsert" }));
    expect(answer.body.secrets).toMatchObject([
      { secretKey: "OLD", version: 2, secretValueHidden: false },
      { secretKey: "lower", version: 1 },
      { secretKey: "DEEP", version: 2 },
      { secretKey: "ADDED", version: 1 },
    ]);
    expect((await client.patch(url, body(items, { mode: "upsert" }))).status).toBe(200);
    expect(read()).toEqual({ OLD: "new\n", lower: "not enforced here" });
    expect(read("/a")).toEqual({ DEEP: "2", ADDED: "3" });
  });

  test("PATCH writes nothing when one folder is missing, one key is bad or one key is named twice", async () => {
    await using world = await setUp();
    const { client, body, read } = world;
    const good = { secretKey: "OLD", secretValue: "new" };
    const attempt = async (item: object, mode = "upsert") =>
      (await client.patch(url, body([good, item], { mode }))).status;
    expect(await attempt({ secretKey: "X", secretValue: "1", secretPath: "/none" })).toBe(404);
    expect(await attempt({ secretKey: "a/b", secretValue: "1" })).toBe(422);
    expect(await attempt(good)).toBe(400);
    expect(await attempt(good, "failOnNotFound")).toBe(404);
    expect(await attempt({ secretKey: "OLD", secretPath: "/a", tagIds: ["none"] })).toBe(404);
    expect(read()).toEqual({ OLD: "old" });
  });

  test("PATCH renames and keeps what an item leaves out", async () => {
    await using world = await setUp();
    const { client, body, read } = world;
    const answer = await client.patch(
      url,
      body([{ secretKey: "OLD", newSecretName: "NEW", secretComment: " why " }]),
    );
    expect(answer.body.secrets).toMatchObject([
      { secretKey: "NEW", secretValue: "old", secretComment: "why" },
    ]);
    expect(read()).toEqual({ NEW: "old" });
  });

  test("DELETE removes all, or none when a key is missing or named twice", async () => {
    await using world = await setUp();
    const { client, body, read } = world;
    await client.post(url, body([{ secretKey: "A", secretValue: "1" }]));
    const keys = (...names: string[]) => body(names.map((secretKey) => ({ secretKey })));
    expect((await client.delete(url, keys("OLD", "NONE"))).status).toBe(404);
    expect((await client.delete(url, keys("OLD", "OLD"))).status).toBe(404);
    expect((await client.delete(url, keys())).status).toBe(422);
    expect(read()).toEqual({ OLD: "old", A: "1" });
    const answer = await client.delete(url, keys("OLD", "A"));
    expect(answer.body.secrets).toMatchObject([{ secretKey: "OLD", secretValue: "old" }, { secretKey: "A" }]);
    expect(read()).toEqual({});
  });

  test("roles that may not write get 403 with details, and nothing is written", async () => {
    await using world = await setUp();
    const { body, read } = world;
    const item = { secretKey: "OLD", secretValue: "new" };
    for (const role of ["viewer", "describe-only", "no-access"] as const) {
      const client = await world.as(role);
      const refused = await client.patch(url, body([item]));
      expect(refused).toMatchObject({
        status: 403,
        body: {
          error: "PermissionDenied",
          details: [{ action: "edit", subject: "secrets", inverted: false }],
        },
      });
      expect((await client.post(url, body([{ ...item, secretKey: "A" }]))).status).toBe(403);
      expect((await client.delete(url, body([item]))).status).toBe(403);
    }
    const partly = await world.as("member", [{ secretPath: "/a", role: "viewer" }]);
    const both = body([item, { secretKey: "DEEP", secretValue: "new", secretPath: "/a" }]);
    expect((await partly.patch(url, both)).status).toBe(403);
    expect(read()).toEqual({ OLD: "old" });
  });
});

const twoFolders = ({ project }: TestWorld) => ({
  projectId: project.id,
  environment: "dev",
  mode: "upsert",
  secrets: [{ secretKey: "A", secretValue: "1", secretPath: "/a" }],
});

async function upsert(client: Client, world: TestWorld) {
  return (await client.patch("/api/v4/secrets/batch", twoFolders(world))).status;
}

test("older servers: without v4, without mode, without item paths", async () => {
  await using withoutV4 = await startTestWorld({ withoutV4: true });
  expect((await withoutV4.client.patch("/api/v4/secrets/batch", twoFolders(withoutV4))).body).toEqual({
    message: "Route PATCH:/api/v4/secrets/batch not found",
    error: "Not Found",
    statusCode: 404,
  });
  await using withoutMode = await startTestWorld({ withoutUpsertMode: true });
  const place = { projectId: withoutMode.project.id, environment: "dev", secretPath: "/a" };
  withoutMode.server.putSecrets(place, { B: "1" });
  expect(await upsert(withoutMode.client, withoutMode)).toBe(404);
  withoutMode.server.putSecrets(place, { A: "old" });
  expect(await upsert(withoutMode.client, withoutMode)).toBe(200);
  await using withoutPaths = await startTestWorld({ withoutItemPaths: true });
  expect(await upsert(withoutPaths.client, withoutPaths)).toBe(200);
  const root = { projectId: withoutPaths.project.id, environment: "dev" };
  expect(withoutPaths.server.readSecrets(root)).toEqual({ A: "1" });
});
