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

describe("references", () => {
  const secretIn = async (at: Record<string, string>, key: string, more: Record<string, string> = {}) => {
    const answer = await viewer.get(`${RAW}/${key}`, { ...at, expandSecretReferences: "true", ...more });
    return answer.status === 200 ? answer.body.secret.secretValue : answer.status;
  };

  test.each([
    ["a reference to itself behind a dollar", { A: "$${A}" }, "$${A}"],
    ["dollars of what is put in", { A: "<${D}>", D: "$$-$&-$`-$'-$1" }, "<$-${D}-<->-$1>"],
    ["what leads to nothing", { A: "${EMPTY}${NOWHERE}", EMPTY: "" }, "${EMPTY}${NOWHERE}"],
    ["what every object has", { A: "${__proto__} ${toString}" }, "[object Object] [object Undefined]"],
    ["blanks and odd names", { A: "${B B} ${ C }", "B B": "b", C: "c" }, "b c"],
    ["a circle", { A: "${B}", B: "${A}" }, "${A}"],
    ["a secret within itself", { A: "a${A}b" }, `${"a".repeat(12)}\${A}${"b".repeat(12)}`],
    ["the second of two that go on", { A: "${B} ${C}", B: "${D}", C: "${B}", D: "end" }, "end ${B}"],
    ["an environment that is not there", { A: "${B} ${none.KEY}", B: "b" }, 500],
  ])("%s", async (_title, secrets: Record<string, string>, expected) => {
    expect(await secretIn(await place(secrets), "A")).toBe(expected);
  });

  test("go twelve steps, and on from other folders", async () => {
    const steps = Array.from({ length: 14 }, (_, at) => [`K${at}`, at === 13 ? "end" : `\${K${at + 1}}`]);
    const at = await place(Object.fromEntries(steps));
    expect(await secretIn(at, "K2")).toBe("end");
    expect(await secretIn(at, "K1")).toBe("${K13}");
    const other = await place({ A: `\${dev.${at.secretPath.slice(1)}.K9} \${dev.folder-none.K}` });
    expect(await secretIn(other, "A")).toBe(500);
    const third = await place({ A: `<\${dev.${at.secretPath.slice(1)}/.K9}>` });
    expect(await secretIn(third, "A")).toBe("<end>");
  });

  test("that break leave a secret of a list as it is, and refuse it alone", async () => {
    const hidden = await place({ KEY: "hidden" });
    const values = { A: `\${B} \${dev.${hidden.secretPath.slice(1)}.KEY}`, B: "b", C: "${B}" };
    const at = await place(values);
    const client = await world.as("viewer", [{ secretPath: hidden.secretPath, role: "no-access" }]);
    const expanded = { ...at, expandSecretReferences: "true" };
    const { body } = await client.get(RAW, expanded);
    const listed = body.secrets.map((one: Record<string, string>) => [one["secretKey"], one["secretValue"]]);
    expect(Object.fromEntries(listed)).toEqual({ ...values, C: "b" });
    expect(await client.get(`${RAW}/A`, expanded)).toMatchObject({
      status: 403,
      body: { error: "ForbiddenError" },
    });
  });
});

describe("imports", () => {
  const link = (at: Record<string, string>, from: Record<string, string>) =>
    member.post("/api/v1/secret-imports", {
      ...at,
      path: at["secretPath"],
      import: { environment: "dev", path: from["secretPath"] },
    });
  const importedIn = async (at: Record<string, string>) => {
    const { body } = await viewer.get(RAW, { ...at, include_imports: "true" });
    return body.imports.map((one: { secrets: Record<string, string>[] }) =>
      Object.fromEntries(one.secrets.map(({ secretKey, secretValue }) => [secretKey, secretValue])),
    );
  };

  test("bring the first of what is imported there, expanded in each place, asked or not", async () => {
    const [first, second] = [await place({ A: "${L}${M}", L: "first" }), await place({ SECOND: "2" })];
    const between = await place({ B: "${L}", L: "between", M: "m" });
    const at = await place({ L: "here", M: "here" });
    for (const from of [first, second]) expect(await statusOf(link(between, from))).toBe(200);
    expect(await statusOf(link(at, between))).toBe(200);
    expect(await importedIn(at)).toEqual([{ A: "firstm", B: "between", L: "between", M: "m" }]);
    const query = { ...at, include_imports: "true" };
    expect((await viewer.get(`${RAW}/A`, query)).body.secret.secretValue).toBe("${L}${M}");
    expect((await viewer.get(`${RAW}/SECOND`, query)).body.error).toBe("NotFound");
  });

  test("may be made twice, of the folder itself and of nothing, but not back and forth", async () => {
    const [at, other] = [await place({ A: "1" }), await place()];
    for (const from of [other, other, at, { secretPath: "/none" }])
      expect(await statusOf(link(at, from))).toBe(200);
    expect(await statusOf(link(other, at))).toBe(400);
  });
});

test("folders with a wrong name break it", async () => {
  const folder = { ...(await place()), path: "/", name: "with blank" };
  expect(await statusOf(member.post("/api/v1/folders", folder))).toBe(500);
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
