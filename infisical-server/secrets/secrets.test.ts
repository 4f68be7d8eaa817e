import { describe, expect, test } from "vitest";
import { startTestWorld, type TestWorld } from "../test-client.ts";

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Single secrets through both versions: they differ in URL and in how they name the project. */
describe.each([
  { version: "v4", base: "/api/v4/secrets", key: "projectId" },
  { version: "v3", base: "/api/v3/secrets/raw", key: "workspaceId" },
])("secrets $version", ({ base, key }) => {
  const at = ({ project }: TestWorld, more: object = {}) => ({
    [key]: project.id,
    environment: "dev",
    ...more,
  });
  const query = ({ project }: TestWorld, more: Record<string, string> = {}) => ({
    [key]: project.id,
    environment: "dev",
    ...more,
  });

  test("create, read, list, update and delete, each in its own shape", async () => {
    await using world = await startTestWorld();
    const { client, project } = world;
    const created = await client.post(
      `${base}/DB_URL`,
      at(world, { secretValue: "one", secretComment: " text " }),
    );
    const common = {
      id: expect.any(String),
      _id: created.body.secret.id,
      workspace: project.id,
      environment: "dev",
      version: 1,
      type: "shared",
      secretKey: "DB_URL",
      secretValue: "one",
      secretComment: "text",
      secretReminderNote: null,
      secretReminderRepeatDays: null,
      skipMultilineEncoding: null,
      actor: { actorType: "identity", actorId: expect.any(String), name: "admin", groupId: null },
      isRotatedSecret: false,
      rotationId: null,
      createdAt: expect.stringMatching(ISO),
      updatedAt: expect.stringMatching(ISO),
    };
    expect(created.status).toBe(200);
    expect(created.body.secret).toMatchObject(common);
    // A write answer confirms neither path nor tags nor metadata (contract §9.5).
    for (const field of ["secretPath", "tags", "secretMetadata", "secretValueHidden"]) {
      expect(created.body.secret).not.toHaveProperty(field);
    }

    const read = { ...common, secretValueHidden: false, secretPath: "/", secretMetadata: [], tags: [] };
    expect((await client.get(`${base}/DB_URL`, query(world))).body.secret).toEqual({
      ...read,
      actor: expect.any(Object),
    });
    expect((await client.get(`${base}/id/${created.body.secret.id}`)).body.secret).toMatchObject(read);
    expect((await client.get(base, query(world))).body.secrets).toMatchObject([read]);

    const changed = await client.patch(`${base}/DB_URL`, at(world, { secretValue: "two" }));
    expect(changed.body.secret).toMatchObject({
      secretValue: "two",
      secretComment: "text",
      version: 2,
      secretValueHidden: false,
    });
    expect(changed.body.secret).not.toHaveProperty("secretPath");
    const same = await client.patch(`${base}/DB_URL`, at(world, { secretValue: "two" }));
    expect(same.body.secret.version).toBe(3);

    const deleted = await client.delete(`${base}/DB_URL`, at(world));
    expect(deleted.body.secret).toMatchObject({ secretKey: "DB_URL", version: 3, secretValueHidden: false });
    expect((await client.get(`${base}/DB_URL`, query(world))).status).toBe(404);
  });

  test("duplicates are 400; missing secrets, folders and environments 404", async () => {
    await using world = await startTestWorld();
    const { client } = world;
    const body = at(world, { secretValue: "1" });
    await client.post(`${base}/A`, body);
    expect(await client.post(`${base}/A`, body)).toMatchObject({ status: 400, body: { statusCode: 400 } });
    expect((await client.patch(`${base}/NONE`, body)).status).toBe(404);
    expect((await client.delete(`${base}/NONE`, body)).status).toBe(404);
    for (const place of [{ secretPath: "/none" }, { environment: "none" }]) {
      expect((await client.post(`${base}/A`, { ...body, ...place })).status).toBe(404);
      expect((await client.patch(`${base}/A`, { ...body, ...place })).status).toBe(404);
      expect((await client.delete(`${base}/A`, { ...body, ...place })).status).toBe(404);
      expect((await client.get(`${base}/A`, query(world, place))).status).toBe(404);
      expect((await client.get(base, query(world, place))).status).toBe(404);
    }
    expect((await client.get(`${base}/id/none`)).status).toBe(404);
  });

  test("values are trimmed; one trailing newline survives if the last character was one", async () => {
    await using world = await startTestWorld();
    const { client } = world;
    const stored: Record<string, string> = {
      "  padded\t": "padded",
      "line\n": "line\n",
      "line\n\n\n": "line\n",
      "line \r\n": "line\n",
      "line\n ": "line",
      "\n": "\n",
      "": "",
      "a\n b \nc": "a\n b \nc",
    };
    for (const [index, [sent, kept]] of Object.entries(stored).entries()) {
      const name = `${base}/KEY_${index}`;
      expect((await client.post(name, at(world, { secretValue: sent }))).body.secret.secretValue).toBe(kept);
      await client.patch(name, at(world, { secretValue: "other" }));
      await client.patch(name, at(world, { secretValue: sent }));
      expect((await client.get(name, query(world))).body.secret.secretValue).toBe(kept);
    }
  });

  test("keys are trimmed and case-sensitive; `:` and `/` are refused on create and rename only", async () => {
    await using world = await startTestWorld();
    const { client } = world;
    const body = at(world, { secretValue: "1" });
    expect(
      (await client.post(`${base}/${encodeURIComponent("  Odd näme ")}`, body)).body.secret.secretKey,
    ).toBe("Odd näme");
    expect((await client.post(`${base}/abc`, body)).status).toBe(200);
    expect((await client.post(`${base}/ABC`, body)).status).toBe(200);
    for (const name of ["a:b", "a/b", " "]) {
      expect((await client.post(`${base}/${encodeURIComponent(name)}`, body)).status).toBe(422);
    }
    expect((await client.patch(`${base}/abc`, at(world, { newSecretName: "a:b" }))).status).toBe(422);
    world.server.putSecrets({ projectId: world.project.id, environment: "dev" }, { "old:name": "1" });
    const old = `${base}/${encodeURIComponent("old:name")}`;
    expect((await client.patch(old, at(world, { secretValue: "2" }))).body.secret.secretValue).toBe("2");
    expect((await client.delete(old, at(world))).status).toBe(200);
  });

  test("renaming moves the secret; a taken name is 400", async () => {
    await using world = await startTestWorld();
    const { client, server, project } = world;
    const place = { projectId: project.id, environment: "dev" };
    server.putSecrets(place, { A: "1", B: "2" });
    expect((await client.patch(`${base}/A`, at(world, { newSecretName: "B" }))).status).toBe(400);
    expect((await client.patch(`${base}/A`, at(world, { newSecretName: "C" }))).body.secret.secretKey).toBe(
      "C",
    );
    expect(server.readSecrets(place)).toEqual({ B: "2", C: "1" });
  });

  test("enforced capitalisation refuses lower case on create and rename", async () => {
    await using world = await startTestWorld();
    const { client, project } = world;
    await client.patch(`/api/v1/projects/${project.id}`, { autoCapitalization: true });
    expect((await client.post(`${base}/lower`, at(world, { secretValue: "1" }))).status).toBe(400);
    expect((await client.post(`${base}/UPPER`, at(world, { secretValue: "1" }))).status).toBe(200);
    expect((await client.patch(`${base}/UPPER`, at(world, { newSecretName: "lower" }))).status).toBe(400);
  });

  test("attributes: tags replace, unknown tags are 404, metadata replaces, no reminder is 0 and empty", async () => {
    await using world = await startTestWorld();
    const { client, project } = world;
    const makeTag = async (slug: string) =>
      (await client.post(`/api/v1/projects/${project.id}/tags`, { slug, color: "" })).body.tag.id;
    const [one, two] = [await makeTag("one"), await makeTag("two")];
    const read = async () => (await client.get(`${base}/A`, query(world))).body.secret;
    const none = { secretReminderNote: "", secretReminderRepeatDays: 0 };
    await client.post(
      `${base}/A`,
      at(world, { secretValue: "1", tagIds: [one], secretMetadata: [{ key: " k ", value: " v " }], ...none }),
    );
    expect(await read()).toMatchObject({
      tags: [{ id: one, slug: "one", name: "one" }],
      secretMetadata: [{ key: "k", value: "v", isEncrypted: false }],
      secretReminderNote: null,
      secretReminderRepeatDays: null,
    });
    const change = {
      tagIds: [two],
      skipMultilineEncoding: true,
      secretReminderNote: "soon",
      secretReminderRepeatDays: 7,
    };
    await client.patch(`${base}/A`, at(world, change));
    expect(await read()).toMatchObject({
      secretValue: "1",
      tags: [{ slug: "two" }],
      secretMetadata: [{ key: "k", value: "v" }],
      skipMultilineEncoding: true,
      secretReminderNote: "soon",
      secretReminderRepeatDays: 7,
    });
    await client.patch(`${base}/A`, at(world, { tagIds: [], secretMetadata: [] }));
    expect(await read()).toMatchObject({ tags: [], secretMetadata: [] });
    expect((await client.patch(`${base}/A`, at(world, { tagIds: ["none"] }))).status).toBe(404);
  });

  test("a project may insist on encrypted metadata", async () => {
    await using world = await startTestWorld();
    const { client, project } = world;
    await client.patch(`/api/v1/projects/${project.id}`, {
      enforceEncryptedSecretManagerSecretMetadata: true,
    });
    const create = (isEncrypted: boolean) =>
      client.post(
        `${base}/A`,
        at(world, { secretValue: "1", secretMetadata: [{ key: "k", value: "v", isEncrypted }] }),
      );
    expect((await create(false)).status).toBe(400);
    expect((await create(true)).status).toBe(200);
  });

  test("machine identities have no personal secrets", async () => {
    await using world = await startTestWorld();
    const { client } = world;
    const body = at(world, { secretValue: "1", type: "personal" });
    expect((await client.post(`${base}/A`, body)).status).toBe(400);
    await client.post(`${base}/A`, at(world, { secretValue: "1" }));
    expect((await client.patch(`${base}/A`, body)).status).toBe(400);
    expect((await client.delete(`${base}/A`, body)).status).toBe(404);
    expect((await client.get(`${base}/A`, query(world, { type: "personal" }))).status).toBe(404);
  });

  test("earlier versions stay readable", async () => {
    await using world = await startTestWorld();
    const { client } = world;
    await client.post(`${base}/A`, at(world, { secretValue: "one" }));
    await client.patch(`${base}/A`, at(world, { secretValue: "two" }));
    const read = (version: string) => client.get(`${base}/A`, query(world, { version }));
    expect((await read("1")).body.secret).toMatchObject({ version: 1, secretValue: "one" });
    expect((await read("2")).body.secret).toMatchObject({ version: 2, secretValue: "two" });
    expect((await read("3")).status).toBe(404);
  });
});

test("v4 needs projectId by schema, v3 needs an id or a slug by rule", async () => {
  await using world = await startTestWorld();
  const { client, project } = world;
  expect((await client.get("/api/v4/secrets", { environment: "dev" })).status).toBe(422);
  expect((await client.get("/api/v3/secrets/raw", { environment: "dev" })).status).toBe(400);
  const body = { environment: "dev", secretValue: "1" };
  expect((await client.post("/api/v4/secrets/A", body)).status).toBe(422);
  expect((await client.post("/api/v3/secrets/raw/A", body)).status).toBe(400);
  expect((await client.post("/api/v3/secrets/raw/A", { ...body, projectSlug: project.slug })).status).toBe(
    200,
  );
  const bySlug = { environment: "dev", workspaceSlug: project.slug };
  expect((await client.get("/api/v3/secrets/raw", bySlug)).body.secrets).toMatchObject([{ secretKey: "A" }]);
});

test("v3 attaches and detaches tags by slug", async () => {
  await using world = await startTestWorld();
  const { client, project, server } = world;
  await client.post(`/api/v1/projects/${project.id}/tags`, { slug: "core", color: "" });
  server.putSecrets({ projectId: project.id, environment: "dev" }, { A: "1" });
  const body = { projectSlug: project.slug, environment: "dev", tagSlugs: ["core"] };
  expect((await client.post("/api/v3/secrets/tags/A", body)).body.secret.tags).toMatchObject([
    { slug: "core" },
  ]);
  expect((await client.delete("/api/v3/secrets/tags/A", body)).body.secret.tags).toEqual([]);
  expect((await client.post("/api/v3/secrets/tags/A", { ...body, tagSlugs: ["none"] })).status).toBe(404);
});

test("v4 moves secrets between folders and environments, overwriting only when told", async () => {
  await using world = await startTestWorld();
  const { client, project, server } = world;
  const from = { projectId: project.id, environment: "dev", secretPath: "/a" };
  const to = { projectId: project.id, environment: "prod", secretPath: "/b" };
  server.putSecrets(from, { A: "new", B: "2" });
  server.putSecrets(to, { A: "old" });
  const { secrets } = (await client.get("/api/v4/secrets", from)).body;
  const body = {
    projectId: project.id,
    sourceEnvironment: "dev",
    sourceSecretPath: "/a",
    destinationEnvironment: "prod",
    destinationSecretPath: "/b",
    secretIds: secrets.map(({ id }: { id: string }) => id),
  };
  expect((await client.post("/api/v4/secrets/move", body)).status).toBe(400);
  expect(server.readSecrets(to)).toEqual({ A: "old" });
  const moved = await client.post("/api/v4/secrets/move", { ...body, shouldOverwrite: true });
  expect(moved.body).toEqual({ isSourceUpdated: true, isDestinationUpdated: true });
  expect(server.readSecrets(from)).toEqual({});
  expect(server.readSecrets(to)).toEqual({ A: "new", B: "2" });
});
