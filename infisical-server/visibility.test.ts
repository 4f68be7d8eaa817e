import { describe, expect, test } from "vitest";
import { type Client, connect, startTestWorld, type TestWorld } from "./test-client.ts";

const HIDDEN = "<hidden-by-infisical>";
const secrets = "/api/v4/secrets";

async function setUp() {
  const world = await startTestWorld();
  const place = { projectId: world.project.id, environment: "dev" };
  world.server.putSecrets(place, { ROOT: "r" });
  world.server.putSecrets({ ...place, secretPath: "/app" }, { APP: "a", OTHER: "o" });
  world.server.putSecrets({ ...place, secretPath: "/app/db" }, { DB: "d" });
  return world;
}

const query = ({ project }: TestWorld, more: Record<string, string> = {}) => ({
  projectId: project.id,
  environment: "dev",
  recursive: "true",
  ...more,
});

/** Key → value as the list shows it. */
async function seen(client: Client, world: TestWorld, more: Record<string, string> = {}) {
  const { body } = await client.get(secrets, query(world, more));
  const rows: { secretKey: string; secretValue: string; secretValueHidden: boolean }[] = body.secrets;
  for (const row of rows) expect(row.secretValueHidden).toBe(row.secretValue === HIDDEN);
  return Object.fromEntries(rows.map((row) => [row.secretKey, row.secretValue]));
}

test("admin, member and viewer see values", async () => {
  await using world = await setUp();
  for (const role of ["admin", "member", "viewer"] as const) {
    expect(await seen(await world.as(role), world)).toEqual({ ROOT: "r", APP: "a", OTHER: "o", DB: "d" });
  }
});

test("viewSecretValue=false hides every value", async () => {
  await using world = await setUp();
  const shown = await seen(world.client, world, { viewSecretValue: "false" });
  expect(shown).toEqual({ ROOT: HIDDEN, APP: HIDDEN, OTHER: HIDDEN, DB: HIDDEN });
});

describe("a role that may describe but not read", () => {
  test("gets hidden values in a list, 403 for the value of one", async () => {
    await using world = await setUp();
    const client = await world.as("describe-only");
    expect(await seen(client, world, { recursive: "false" })).toEqual({ ROOT: HIDDEN });
    expect(await seen(client, world, { viewSecretValue: "false" })).toEqual({
      ROOT: HIDDEN,
      APP: HIDDEN,
      OTHER: HIDDEN,
      DB: HIDDEN,
    });
    const refused = await client.get(`${secrets}/ROOT`, query(world));
    expect(refused).toMatchObject({
      status: 403,
      body: { details: [{ action: "readValue", subject: "secrets" }] },
    });
    const described = await client.get(`${secrets}/ROOT`, query(world, { viewSecretValue: "false" }));
    expect(described.body.secret).toMatchObject({ secretValue: HIDDEN, secretValueHidden: true });
    const listed = await client.get(secrets, query(world));
    expect((await client.get(`${secrets}/id/${listed.body.secrets[0].id}`)).status).toBe(403);
  });

  test("loses sub-folders silently from a recursive list with values", async () => {
    await using world = await setUp();
    expect(await seen(await world.as("describe-only"), world)).toEqual({ ROOT: HIDDEN });
  });
});

test("no-access members and outsiders get 403", async () => {
  await using world = await setUp();
  const nobody = await world.as("no-access");
  expect(await nobody.get(secrets, query(world))).toMatchObject({
    status: 403,
    body: { error: "PermissionDenied" },
  });
  expect((await nobody.get(`${secrets}/ROOT`, query(world))).status).toBe(403);
  const { server } = world;
  const foreign = server.createProject({ slug: "foreign" });
  const inForeign = { projectId: foreign.id, environment: "dev" };
  expect((await world.client.get(secrets, inForeign)).status).toBe(403);
  expect((await world.client.post(`${secrets}/A`, { ...inForeign, secretValue: "1" })).status).toBe(403);
});

test("path rules: what may not be described is left out without notice", async () => {
  await using world = await setUp();
  const partly = await world.as("viewer", [{ secretPath: "/app/db", role: "no-access" }]);
  expect(await seen(partly, world)).toEqual({ ROOT: "r", APP: "a", OTHER: "o" });
  expect(await seen(partly, world, { viewSecretValue: "false" })).not.toHaveProperty("DB");
  const unread = await world.as("viewer", [{ secretPath: "/app", role: "describe-only" }]);
  expect(await seen(unread, world)).toEqual({ ROOT: "r" });
  expect(await seen(unread, world, { viewSecretValue: "false" })).toHaveProperty("DB", HIDDEN);
  expect(await seen(unread, world, { secretPath: "/app", recursive: "false" })).toEqual({
    APP: HIDDEN,
    OTHER: HIDDEN,
  });
});

test("key rules: one key of a folder can be hidden or left out; the last matching rule wins", async () => {
  await using world = await setUp();
  const rule = { secretPath: "/app", keys: ["APP"] };
  const without = await world.as("viewer", [{ ...rule, role: "no-access" }]);
  expect(await seen(without, world, { secretPath: "/app" })).toEqual({ OTHER: "o", DB: "d" });
  const hidden = await world.as("viewer", [{ ...rule, role: "describe-only" }]);
  expect(await seen(hidden, world, { secretPath: "/app" })).toEqual({ APP: HIDDEN, OTHER: "o", DB: "d" });
  const again = await world.as("viewer", [
    { ...rule, role: "no-access" },
    { secretPath: "/app", environment: "dev", role: "viewer" },
    { secretPath: "/app", environment: "prod", role: "no-access" },
  ]);
  expect(await seen(again, world, { secretPath: "/app" })).toEqual({ APP: "a", OTHER: "o", DB: "d" });
});

test("rules work on whole path segments", async () => {
  await using world = await setUp();
  world.server.putSecrets(
    { projectId: world.project.id, environment: "dev", secretPath: "/apple" },
    { FRUIT: "f" },
  );
  const client = await world.as("viewer", [{ secretPath: "/app", role: "no-access" }]);
  expect(await seen(client, world)).toEqual({ ROOT: "r", FRUIT: "f" });
});

test("a change of role counts from the next request on", async () => {
  await using world = await setUp();
  const { server, project } = world;
  const credentials = server.createIdentity({ memberships: [{ projectId: project.id, role: "viewer" }] });
  const client = await connect(server, credentials);
  expect(await seen(client, world)).toHaveProperty("ROOT", "r");
  server.addMember(project.id, credentials.identityId, "describe-only");
  expect(await seen(client, world)).toEqual({ ROOT: HIDDEN });
  server.addMember(project.id, credentials.identityId, "no-access");
  expect((await client.get(secrets, query(world))).status).toBe(403);
});
