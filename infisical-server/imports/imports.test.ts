import { describe, expect, test } from "vitest";
import { startTestWorld, type TestWorld } from "../test-client.ts";

async function setUp() {
  const world = await startTestWorld();
  const { server, project, client } = world;
  const put = (environment: string, secretPath: string, secrets: Record<string, string>) =>
    server.putSecrets({ projectId: project.id, environment, secretPath }, secrets);
  const link = async (path: string, environment: string, from: string) => {
    const body = { projectId: project.id, environment: "dev", path, import: { environment, path: from } };
    return (await client.post("/api/v2/secret-imports", body)).body.secretImport;
  };
  const list = async (more: Record<string, string> = {}, version = 4) => {
    const url = version === 4 ? "/api/v4/secrets" : "/api/v3/secrets/raw";
    const ref = version === 4 ? { projectId: project.id } : { workspaceId: project.id };
    return (await client.get(url, { ...ref, environment: "dev", ...more })).body;
  };
  return Object.assign(world, { put, link, list });
}

const shown = (imports: { secrets: { secretKey: string; secretValue: string }[] }[]) =>
  imports.map(({ secrets }) => Object.fromEntries(secrets.map((one) => [one.secretKey, one.secretValue])));

describe.each([
  { base: "/api/v2/secret-imports", key: "projectId" },
  { base: "/api/v1/secret-imports", key: "workspaceId" },
])("$base", ({ base, key }) => {
  test("imports are made, read, reordered and removed", async () => {
    await using world = await setUp();
    const { client, put, project } = world;
    put("prod", "/one", { A: "1" });
    put("prod", "/two", { A: "2" });
    const place = { [key]: project.id, environment: "dev", path: "/" };
    const create = async (path: string) =>
      (await client.post(base, { ...place, import: { environment: "prod", path } })).body.secretImport;
    const one = await create("/one");
    expect(one).toMatchObject({
      importPath: "/one",
      importEnv: { slug: "prod", name: expect.any(String), id: expect.any(String) },
      position: 1,
      isReplication: false,
    });
    const two = await create("/two");
    const get = { [key]: project.id, environment: "dev", path: "/" };
    const paths = async () => {
      const { body } = await client.get(base, get);
      return body.secretImports.map(({ importPath }: { importPath: string }) => importPath);
    };
    expect(await paths()).toEqual(["/one", "/two"]);
    await client.patch(`${base}/${two.id}`, { ...place, import: { position: 1 } });
    expect(await paths()).toEqual(["/two", "/one"]);
    expect((await client.get(`${base}/${one.id}`)).body.secretImport).toMatchObject({ position: 2 });
    expect((await client.delete(`${base}/${two.id}`, place)).body.secretImport.importPath).toBe("/two");
    expect(await paths()).toEqual(["/one"]);
    expect((await client.delete(`${base}/${two.id}`, place)).status).toBe(404);
  });

  test("a twin, itself and a missing source are refused", async () => {
    await using world = await setUp();
    world.put("prod", "/one", { A: "1" });
    const create = async (environment: string, path: string) => {
      const place = { [key]: world.project.id, environment: "dev", path: "/" };
      return (await world.client.post(base, { ...place, import: { environment, path } })).status;
    };
    expect(await create("prod", "/one")).toBe(200);
    expect(await create("prod", "/one")).toBe(400);
    expect(await create("dev", "/")).toBe(400);
    expect(await create("prod", "/none")).toBe(404);
    expect(await create("none", "/")).toBe(404);
  });
});

test("a list carries imports in order, without the fields that imported secrets lack", async () => {
  await using world = await setUp();
  world.put("prod", "/one", { A: "1" });
  world.put("prod", "/two", { A: "2", B: "2" });
  await world.link("/", "prod", "/one");
  await world.link("/", "prod", "/two");
  const { secrets, imports } = await world.list();
  expect(secrets).toEqual([]);
  expect(imports).toMatchObject([
    { secretPath: "/one", environment: "prod", folderId: expect.any(String) },
    { secretPath: "/two" },
  ]);
  expect(shown(imports)).toEqual([{ A: "1" }, { A: "2", B: "2" }]);
  for (const field of ["createdAt", "updatedAt", "tags", "secretPath"]) {
    expect(imports[0].secrets[0]).not.toHaveProperty(field);
  }
  expect(await world.list({ includeImports: "false" })).not.toHaveProperty("imports");
  expect(await world.list({}, 3)).not.toHaveProperty("imports");
  expect(shown((await world.list({ include_imports: "true" }, 3)).imports)).toHaveLength(2);
});

test("an import of an import is merged into the direct one; own secrets and later imports win", async () => {
  await using world = await setUp();
  world.put("dev", "/leaf1", { A: "leaf1", B: "leaf1", C: "leaf1" });
  world.put("dev", "/leaf2", { A: "leaf2", B: "leaf2" });
  world.put("dev", "/mid", { A: "mid" });
  await world.link("/mid", "dev", "/leaf1");
  await world.link("/mid", "dev", "/leaf2");
  // A circle: the leaf imports its importer.
  await world.link("/leaf1", "dev", "/mid");
  await world.link("/", "dev", "/mid");
  expect(shown((await world.list()).imports)).toEqual([{ A: "mid", B: "leaf2", C: "leaf1" }]);
});

test("a single read finds imported secrets, the later import first, the own one before all", async () => {
  await using world = await setUp();
  const { client, project } = world;
  world.put("prod", "/one", { A: "1" });
  world.put("prod", "/two", { A: "2" });
  await world.link("/", "prod", "/one");
  await world.link("/", "prod", "/two");
  const read = (more: object = {}) =>
    client.get("/api/v4/secrets/A", { projectId: project.id, environment: "dev", ...more });
  expect((await read()).body.secret).toMatchObject({
    secretValue: "2",
    environment: "prod",
    secretPath: "/two",
  });
  expect((await read({ includeImports: "false" })).status).toBe(404);
  world.put("dev", "/", { A: "own" });
  expect((await read()).body.secret).toMatchObject({ secretValue: "own", environment: "dev" });
});

test("a local reference in an import: v4 looks in the importing folder first, v3 in the source", async () => {
  await using world = await setUp();
  world.put("prod", "/lib", { URL: "${HOST}/${ONLY_SOURCE}", HOST: "source", ONLY_SOURCE: "s" });
  world.put("dev", "/", { HOST: "current" });
  await world.link("/", "prod", "/lib");
  expect(shown((await world.list()).imports)[0]).toMatchObject({ URL: "current/s" });
  const v3 = await world.list({ include_imports: "true", expandSecretReferences: "true" }, 3);
  expect(shown(v3.imports)[0]).toMatchObject({ URL: "source/s" });
});

test("imports follow the reader's rights and vanish with their source", async () => {
  await using world = await setUp();
  const { client, project } = world;
  world.put("prod", "/lib", { A: "1" });
  await world.link("/", "prod", "/lib");
  const asked = async (who: TestWorld["client"]) =>
    (await who.get("/api/v4/secrets", { projectId: project.id, environment: "dev" })).body.imports;
  const unread = await world.as("viewer", [{ environment: "prod", secretPath: "/", role: "describe-only" }]);
  expect((await asked(unread))[0].secrets).toMatchObject([{ secretKey: "A", secretValueHidden: true }]);
  const blind = await world.as("viewer", [{ environment: "prod", secretPath: "/", role: "no-access" }]);
  expect((await asked(blind))[0].secrets).toEqual([]);
  const environments = (await client.get(`/api/v1/projects/${project.id}`)).body.project.environments;
  const prod = environments.find(({ slug }: { slug: string }) => slug === "prod");
  await client.delete(`/api/v1/projects/${project.id}/environments/${prod.id}`);
  expect(await asked(client)).toEqual([]);
});
