import { expect, test } from "vitest";
import { type Client, connect, startTestWorld, type TestWorld } from "../test-client.ts";

async function values(client: Client, world: TestWorld, more: Record<string, string> = {}) {
  const query = { projectId: world.project.id, environment: "dev", ...more };
  const { body } = await client.get("/api/v4/secrets", query);
  const rows: { secretKey: string; secretValue: string }[] = body.secrets;
  return Object.fromEntries(rows.map((row) => [row.secretKey, row.secretValue]));
}

function put(world: TestWorld, environment: string, secretPath: string, secrets: Record<string, string>) {
  world.server.putSecrets({ projectId: world.project.id, environment, secretPath }, secrets);
}

test("local, environment, path and nested references expand; a missing target stays as text", async () => {
  await using world = await startTestWorld();
  put(world, "dev", "/", {
    HOST: "db.example",
    URL: "pg://${HOST}/${prod.api.db.NAME}?${staging.MODE}",
    NESTED: "[${URL}]",
    MISSING: "${NONE} ${dev.NONE} ${none.KEY} ${dev.no.folder.KEY} ${BAD KEY} $HOST",
    EMPTY: "<${BLANK}>",
    BLANK: "",
  });
  put(world, "prod", "/api/db", { NAME: "main" });
  put(world, "staging", "/", { MODE: "rw" });
  const expanded = await values(world.client, world);
  expect(expanded).toMatchObject({
    URL: "pg://db.example/main?rw",
    NESTED: "[pg://db.example/main?rw]",
    MISSING: "${NONE} ${dev.NONE} ${none.KEY} ${dev.no.folder.KEY} ${BAD KEY} $HOST",
    EMPTY: "<>",
  });
  const raw = await values(world.client, world, { expandSecretReferences: "false" });
  expect(raw).toMatchObject({ NESTED: "[${URL}]", URL: "pg://${HOST}/${prod.api.db.NAME}?${staging.MODE}" });
});

test("a local reference of a target is looked up in the target's folder", async () => {
  await using world = await startTestWorld();
  put(world, "dev", "/", { NAME: "here", FAR: "${prod.a.OUTER}" });
  put(world, "prod", "/a", { OUTER: "<${NAME}>", NAME: "there" });
  expect(await values(world.client, world)).toMatchObject({ FAR: "<there>" });
});

test("circles stop, and so does a chain after ten steps", async () => {
  await using world = await startTestWorld();
  const chain = Array.from({ length: 13 }, (_, at) => [`K${at}`, at === 12 ? "end" : `\${K${at + 1}}`]);
  put(world, "dev", "/", { SELF: "${SELF}", A: "${B}", B: "${A}", ...Object.fromEntries(chain) });
  const expanded = await values(world.client, world);
  expect(expanded["SELF"]).toBe("${SELF}");
  expect(expanded["A"]).toMatch(/^\$\{[AB]\}$/);
  expect(expanded["K2"]).toBe("end");
  expect(expanded["K1"]).toBe("${K12}");
});

test("v3 expands only when asked", async () => {
  await using world = await startTestWorld();
  put(world, "dev", "/", { A: "1", B: "${A}" });
  const read = async (more: object) => {
    const query = { workspaceId: world.project.id, environment: "dev", ...more };
    return (await world.client.get("/api/v3/secrets/raw/B", query)).body.secret.secretValue;
  };
  expect(await read({})).toBe("${A}");
  expect(await read({ expandSecretReferences: "true" })).toBe("1");
});

test("skipMultilineEncoding: an expanded value with newlines comes back quoted", async () => {
  await using world = await startTestWorld();
  const place = { projectId: world.project.id, environment: "dev" };
  put(world, "dev", "/", { LINES: "a\nb" });
  const body = { ...place, secretValue: "${LINES}", skipMultilineEncoding: true };
  await world.client.post("/api/v4/secrets/QUOTED", body);
  await world.client.post("/api/v4/secrets/PLAIN", { ...body, skipMultilineEncoding: false });
  expect(await values(world.client, world)).toEqual({ LINES: "a\nb", QUOTED: '"a\\nb"', PLAIN: "a\nb" });
});

test("one unreadable target fails the whole list with 403 and details", async () => {
  await using world = await startTestWorld();
  put(world, "dev", "/", { FINE: "1", OPEN: "${dev.secret.KEY}" });
  put(world, "dev", "/secret", { KEY: "hidden" });
  const client = await world.as("viewer", [{ secretPath: "/secret", role: "describe-only" }]);
  const query = { projectId: world.project.id, environment: "dev" };
  const refused = await client.get("/api/v4/secrets", query);
  expect(refused).toMatchObject({
    status: 403,
    body: { details: [{ environment: "dev", secretPath: "/secret", secretKey: "KEY" }] },
  });
  expect(refused.text).not.toContain("hidden");
  expect((await client.get("/api/v4/secrets/OPEN", query)).status).toBe(403);
  const raw = { ...query, expandSecretReferences: "false" };
  expect((await client.get("/api/v4/secrets", raw)).status).toBe(200);
  expect((await client.get("/api/v4/secrets", { ...query, viewSecretValue: "false" })).status).toBe(200);
});

test("references reach other projects of which the reader is a member", async () => {
  await using world = await startTestWorld();
  const { server, project } = world;
  const other = server.createProject({ slug: "other-project" });
  server.putSecrets({ projectId: other.id, environment: "prod", secretPath: "/x" }, { KEY: "far" });
  put(world, "dev", "/", { A: "${@other-project.prod.x.KEY}", B: "${@none.prod.KEY}" });
  const both = server.createIdentity({
    memberships: [project, other].map(({ id }) => ({ projectId: id, role: "viewer" as const })),
  });
  expect(await values(await connect(server, both), world)).toEqual({ A: "far", B: "${@none.prod.KEY}" });
  const query = { projectId: project.id, environment: "dev" };
  expect((await world.client.get("/api/v4/secrets", query)).status).toBe(403);
});
