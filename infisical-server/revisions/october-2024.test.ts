// Read off a running backend of 2024-10-22 (contract §20).
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, login, send, startTestWorld, type TestWorld } from "../test-client.ts";

const RAW = "/api/v3/secrets/raw";
const BATCH = "/api/v3/secrets/batch/raw";
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

let world: TestWorld;
let member: Client;
let viewer: Client;

beforeAll(async () => {
  world = await startTestWorld({ profile: "2024-10" });
  [member, viewer] = [await world.as("member"), await world.as("viewer")];
});
afterAll(() => world[Symbol.asyncDispose]());

let folders = 0;

/** A folder of its own, as bodies and queries name it. */
async function place(secrets: Record<string, string> = {}) {
  const secretPath = `/folder-${folders++}`;
  world.server.putSecrets({ projectId: world.project.id, environment: "dev", secretPath }, secrets);
  return { workspaceId: world.project.id, environment: "dev", secretPath };
}

const items = (...keys: string[]) => keys.map((secretKey) => ({ secretKey, secretValue: "1" }));
const statusOf = async (answer: Promise<{ status: number }>) => (await answer).status;
const valuesIn = async (at: Record<string, string>, more: Record<string, string> = {}) =>
  (await viewer.get(RAW, { ...at, ...more })).body.secrets.map((one: Record<string, string>) => [
    one["secretKey"],
    one["secretValue"],
  ]);

test.each([
  ["GET", "/api/v4/secrets"],
  ["PATCH", "/api/v4/secrets/batch"],
  ["GET", "/api/v2/folders"],
  ["GET", "/api/v1/projects"],
  ["GET", `${RAW}/id/${UNKNOWN}`],
  ["GET", "/api/v1/secret-syncs"],
])("%s %s is no route of it", async (method, path) => {
  expect(await send(world.server, method, path)).toMatchObject({
    status: 404,
    body: { message: `Route ${method}:${path} not found`, error: "Not Found" },
  });
});

test("what newer versions tell machine identities, it refuses or fails at", async () => {
  expect(await member.get("/api/v1/workspace")).toMatchObject({ status: 403 });
  expect(await member.get("/api/v1/identities/details")).toMatchObject({ status: 500 });
  expect(await member.get(`/api/v1/workspace/${UNKNOWN}`)).toMatchObject({ status: 500 });
  expect(await member.get(`/api/v1/workspace/${world.project.id}`)).toMatchObject({
    status: 200,
    body: { workspace: { autoCapitalization: true, version: 3, environments: [{ slug: "dev" }, {}, {}] } },
  });
});

describe("errors", () => {
  test("of a schema come as 401, and none has a request id or details", async () => {
    const at = await place({ A: "1" });
    const { body, status } = await member.post(`${RAW}/B`, at);
    expect([status, body.error, body.reqId]).toEqual([401, "ValidationFailure", undefined]);
    expect(body.message[0].path).toEqual(["secretValue"]);
    expect(await statusOf(member.patch(`${RAW}/A`, { ...at, secretComment: "c" }))).toBe(401);
    expect(await statusOf(member.patch(BATCH, { ...at, secrets: [{ secretKey: "A" }] }))).toBe(401);
    const bySlug = { ...at, workspaceId: undefined, projectSlug: world.project.slug };
    expect(await statusOf(member.post(`${RAW}/B`, { ...bySlug, secretValue: "1" }))).toBe(401);
    expect(await statusOf(member.post(BATCH, { ...bySlug, secrets: items("B") }))).toBe(200);
    expect((await viewer.post(BATCH, { ...at, secrets: items("C") })).body).toEqual({
      statusCode: 403,
      error: "PermissionDenied",
      message: expect.any(String),
    });
  });

  test("of an unknown project depend on the route", async () => {
    const at = { workspaceId: UNKNOWN, environment: "dev" };
    expect(await statusOf(viewer.get(RAW, at))).toBe(404);
    expect(await statusOf(viewer.get("/api/v1/folders", { ...at, path: "/" }))).toBe(403);
  });

  test("of logins tell unknown clients, and no number of them locks an identity", async () => {
    const { clientId, clientSecret } = world.server.createIdentity();
    expect(await login(world.server, { clientId: UNKNOWN, clientSecret })).toMatchObject({ status: 404 });
    for (const _ of [1, 2, 3, 4])
      expect(await login(world.server, { clientId, clientSecret: "wrong" })).toMatchObject({ status: 401 });
    expect(await login(world.server, { clientId, clientSecret })).toMatchObject({ status: 200 });
  });
});

test("an unknown folder, environment or form of a path lists as empty", async () => {
  const at = await place({ A: "1" });
  const others = [
    { secretPath: "/nowhere" },
    { environment: "nowhere" },
    { secretPath: at.secretPath.slice(1) },
    { secretPath: `/${at.secretPath}` },
  ];
  for (const other of others)
    expect(await viewer.get(RAW, { ...at, ...other })).toMatchObject({
      status: 200,
      body: { secrets: [], imports: [] },
    });
  expect(await valuesIn({ ...at, secretPath: `${at.secretPath}//` })).toEqual([["A", "1"]]);
});

test("secrets have the fields of then; values are not hidden, and no version but the newest comes", async () => {
  const at = await place({ A: "1" });
  await member.patch(BATCH, { ...at, secrets: items("A") });
  const { secrets } = (await viewer.get(RAW, { ...at, viewSecretValue: "false" })).body;
  expect(Object.keys(secrets[0])).not.toEqual(
    expect.arrayContaining(["secretMetadata", "actor", "secretValueHidden", "isRotatedSecret"]),
  );
  expect(secrets[0]).toMatchObject({ secretValue: "1", metadata: null, skipMultilineEncoding: false });
  const { secret } = (await viewer.get(`${RAW}/A`, { ...at, version: "1" })).body;
  expect(secret.version).toBe(2);
});

test("rights are looked at before keys, so that a key that is not there tells them", async () => {
  const at = { ...(await place({ A: "1" })), secrets: items("NONE") };
  expect(await Promise.all([viewer, member].map((who) => statusOf(who.patch(BATCH, at))))).toEqual([
    403, 404,
  ]);
  expect(await Promise.all([viewer, member].map((who) => statusOf(who.delete(BATCH, at))))).toEqual([
    403, 404,
  ]);
  const taken = { ...at, secrets: items("A") };
  expect(await Promise.all([viewer, member].map((who) => statusOf(who.post(BATCH, taken))))).toEqual([
    403, 400,
  ]);
  for (const mode of ["upsert", "ignore"])
    expect(await statusOf(member.patch(BATCH, { ...at, mode }))).toBe(404);
});

test("a key named twice becomes two secrets, which only a single deletion finds", async () => {
  const at = await place();
  expect(await statusOf(member.post(BATCH, { ...at, secrets: items("A", "A") }))).toBe(200);
  expect(await valuesIn(at)).toEqual([
    ["A", "1"],
    ["A", "1"],
  ]);
  expect(await statusOf(member.patch(BATCH, { ...at, secrets: items("A") }))).toBe(404);
  expect(await statusOf(member.delete(BATCH, { ...at, secrets: items("A") }))).toBe(404);
  expect(await statusOf(member.delete(`${RAW}/A`, at))).toBe(200);
  expect(await valuesIn(at)).toEqual([]);
});

test("odd keys are taken, and those of plain objects break it", async () => {
  const at = await place();
  const write = (key: string) => statusOf(member.post(BATCH, { ...at, secrets: items(key) }));
  for (const key of ["co:lon", "sla/sh", "lower", ""]) expect([key, await write(key)]).toEqual([key, 200]);
  for (const key of ["__proto__", "constructor", "toString"])
    expect([key, await write(key)]).toEqual([key, 500]);
});

test("references stay as they are where they lead to nothing, or on from another folder", async () => {
  const other = await place({ URL: "${HOST}", HOST: "db" });
  const name = other.secretPath.slice(1);
  const at = await place({ EMPTY: "", A: "${EMPTY}${NOWHERE}", B: `\${dev.${name}.URL}`, C: "${B}" });
  const values = Object.fromEntries(await valuesIn(at, { expandSecretReferences: "true" }));
  expect(values).toMatchObject({ A: "${EMPTY}${NOWHERE}", B: "${HOST}" });
});

test("folders with a wrong name break it, and the same import may be made again", async () => {
  const at = await place();
  const folder = { ...at, path: "/", name: "with blank" };
  expect(await statusOf(member.post("/api/v1/folders", folder))).toBe(500);
  const body = { ...at, path: at.secretPath, import: { environment: "dev", path: "/" } };
  for (const _ of [1, 2]) expect(await statusOf(member.post("/api/v1/secret-imports", body))).toBe(200);
});

test("each route has a limit of its own, told without seconds", async () => {
  await using limited = await startTestWorld({ profile: "2024-10", rateLimits: "self-hosted" });
  const at = { workspaceId: limited.project.id, environment: "dev" };
  const answers = await Promise.all(Array.from({ length: 41 }, () => limited.client.get(RAW, at)));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(1);
  expect(refused[0]?.body.message).toBe("Rate limit exceeded. Please try again in 1 minute");
  expect(refused[0]?.headers.get("retry-after")).toBe("60");
  expect(await statusOf(limited.client.get(`${RAW}/NONE`, at))).toBe(404);
});
