import { expect, test } from "vitest";
import { createManualClock, type InfisicalServerOptions } from "../index.ts";
import { type Client, startTestWorld, type TestWorld } from "../test-client.ts";

const URL_PATH = "/api/v1/events/subscribe/project-events";
const SECRET_EVENTS = ["secret:create", "secret:update", "secret:delete"].map((event) => ({ event }));

async function setUp(options: InfisicalServerOptions = {}) {
  const clock = createManualClock(Date.UTC(2026, 0, 2));
  const world = await startTestWorld({ ...options, clock });
  return Object.assign(world, { clock, place: { projectId: world.project.id, environment: "dev" } });
}

/** The frames of a subscription, one at a time; undefined at the end. */
async function subscribe({ server, project }: TestWorld, { token }: Client, register: readonly object[]) {
  const response = await fetch(server.url + URL_PATH, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ projectId: project.id, register }),
  });
  expect(response.status).toBe(200);
  const chunks = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const next = async () => {
    while (!text.includes("\n\n")) {
      const { value, done } = (await chunks?.read()) ?? {};
      if (done || value === undefined) return undefined;
      text += value;
    }
    const [frame = "", ...rest] = text.split("\n\n");
    text = rest.join("\n\n");
    const fields = Object.fromEntries(frame.split("\n").map((line) => line.split(/: (.*)/)));
    return { ...fields, ...("data" in fields && { data: JSON.parse(fields.data) }) };
  };
  return { response, next };
}

test("tells creations, updates and deletions of the places asked for, with keys and without values", async () => {
  await using world = await setUp();
  const { server, place, client, project } = world;
  const { response, next } = await subscribe(world, client, [
    ...SECRET_EVENTS.map((one) => ({ ...one, conditions: { environmentSlug: "dev", secretPath: "/api" } })),
  ]);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect(response.headers.get("cache-control")).toBe("no-cache");
  expect(response.headers.get("x-accel-buffering")).toBe("no");

  const api = { ...place, secretPath: "/api" };
  const told = (event: string, ...keys: string[]) => ({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    event,
    data: {
      projectType: "secret-manager",
      data: {
        eventType: event,
        payload: keys.map((secretKey) => ({ environment: "dev", secretPath: "/api", secretKey })),
      },
    },
  });
  server.putSecrets({ ...api, environment: "prod" }, { ELSEWHERE: "x" });
  server.putSecrets(place, { ABOVE: "x" });
  server.putSecrets(api, { A: "hidden", B: "hidden" });
  expect(await next()).toEqual(told("secret:create", "A", "B"));
  await client.patch("/api/v4/secrets/A", { ...api, secretValue: "other" });
  expect(await next()).toEqual(told("secret:update", "A"));
  await client.delete("/api/v4/secrets/batch", {
    ...api,
    projectId: project.id,
    secrets: [{ secretKey: "A" }, { secretKey: "B" }],
  });
  expect(await next()).toEqual(told("secret:delete", "A", "B"));
});

test("changes of imports have an event of their own", async () => {
  await using world = await setUp();
  const { client, place, project } = world;
  const { next } = await subscribe(world, client, [{ event: "secret:import-mutation" }]);
  await client.post("/api/v2/secret-imports", {
    ...place,
    projectId: project.id,
    path: "/",
    import: { environment: "prod", path: "/" },
  });
  expect(await next()).toMatchObject({
    event: "secret:import-mutation",
    data: { data: { payload: [{ environment: "dev", secretPath: "/" }] } },
  });
});

test("a connection is kept alive every 15 seconds", async () => {
  await using world = await setUp();
  const { next } = await subscribe(world, world.client, SECRET_EVENTS);
  await world.clock.advance(30_000);
  expect([await next(), await next()]).toEqual([{ event: "ping" }, { event: "ping" }]);
});

test("who may describe secrets at a place hears of them, and of no others", async () => {
  await using world = await setUp();
  const { server, place } = world;
  const hidden = { environment: "prod", secretPath: "/", role: "no-access" as const };
  const { next } = await subscribe(world, await world.as("describe-only", [hidden]), SECRET_EVENTS);
  server.putSecrets({ ...place, environment: "prod" }, { HIDDEN: "x" });
  server.putSecrets(place, { SEEN: "x" });
  expect(await next()).toMatchObject({ data: { data: { payload: [{ secretKey: "SEEN" }] } } });
});

test("a permission that is withdrawn ends the stream at the next check", async () => {
  await using world = await setUp();
  const reader = world.server.createIdentity();
  world.server.addMember(world.project.id, reader.identityId, "viewer");
  const { body } = await world.client.post("/api/v1/auth/universal-auth/login", reader);
  const { next } = await subscribe(world, { ...world.client, token: body.accessToken }, SECRET_EVENTS);
  world.server.addMember(world.project.id, reader.identityId, "no-access");
  await world.clock.advance(60_000);
  const frames = [];
  for (let frame = await next(); frame; frame = await next()) frames.push(frame["event"]);
  expect(frames.at(-1)).toBe("error");
});

test("a server that closes ends its streams", async () => {
  await using world = await setUp();
  const { next } = await subscribe(world, world.client, SECRET_EVENTS);
  await world.server.close();
  expect(await next()).toBe(undefined);
});

test.each([
  ["no registration", { register: [] }, 422],
  ["eleven registrations", { register: Array.from({ length: 11 }, () => SECRET_EVENTS[0]) }, 422],
  ["an unknown event", { register: [{ event: "secret:read" }] }, 422],
  ["an unknown project", { register: SECRET_EVENTS, projectId: "nothing" }, 404],
])("%s is refused", async (_what, body, status) => {
  await using world = await setUp();
  expect((await world.client.post(URL_PATH, { projectId: world.project.id, ...body })).status).toBe(status);
});

test("strangers and members who may not describe secrets get 403", async () => {
  await using world = await setUp();
  const body = { projectId: world.project.id, register: SECRET_EVENTS };
  const stranger = world.server.createIdentity();
  const login = await world.client.post("/api/v1/auth/universal-auth/login", stranger);
  const headers = {
    authorization: `Bearer ${login.body.accessToken}`,
    "content-type": "application/json",
  };
  const answer = await fetch(world.server.url + URL_PATH, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(403);
  expect((await (await world.as("no-access")).post(URL_PATH, body)).body).toMatchObject({
    statusCode: 403,
    error: "PermissionDenied",
  });
});

test("a plan without event subscriptions answers 400", async () => {
  await using world = await setUp({ withoutEventSubscriptions: true });
  const body = { projectId: world.project.id, register: SECRET_EVENTS };
  expect((await world.client.post(URL_PATH, body)).body).toMatchObject({
    statusCode: 400,
    error: "BadRequest",
  });
});
