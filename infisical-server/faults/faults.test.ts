import { describe, expect, test } from "vitest";
import { send, startTestWorld, type TestWorld } from "../test-client.ts";

const status = (world: TestWorld) => send(world.server, "GET", "/api/status");
const list = (world: TestWorld, more: Record<string, string> = {}) =>
  world.client.get("/api/v4/secrets", { projectId: world.project.id, environment: "dev", ...more });
const write = (world: TestWorld, value = "1") =>
  world.client.post("/api/v4/secrets/A", {
    projectId: world.project.id,
    environment: "dev",
    secretValue: value,
  });
const stored = (world: TestWorld) =>
  world.server.readSecrets({ projectId: world.project.id, environment: "dev" });

test("a fault hits the n-th matching request and as many after it as asked, then is over", async () => {
  await using world = await startTestWorld();
  const { server, client } = world;
  server.fault({
    kind: "status",
    status: 503,
    method: "GET",
    path: /^\/api\/v4\/secrets$/,
    nth: 2,
    times: 2,
  });
  const outcomes = [];
  for (let request = 0; request < 5; request += 1) {
    outcomes.push((await list(world)).status);
    // Neither another method nor another path counts.
    await client.get("/api/v1/projects");
    await client.post("/api/v4/secrets", {});
  }
  expect(outcomes).toEqual([200, 503, 503, 200, 200]);
});

test("a text path is a prefix; without times a fault hits once; cleared faults are gone", async () => {
  await using world = await startTestWorld();
  world.server.fault({ kind: "status", status: 500, path: "/api/st" });
  expect((await list(world)).status).toBe(200);
  expect((await status(world)).status).toBe(500);
  expect((await status(world)).status).toBe(200);
  world.server.fault({ kind: "status", status: 500, times: Number.POSITIVE_INFINITY });
  expect((await status(world)).status).toBe(500);
  expect((await status(world)).status).toBe(500);
  world.server.clearFaults();
  expect((await status(world)).status).toBe(200);
});

describe("status", () => {
  test("429 tells how long to wait", async () => {
    await using world = await startTestWorld();
    world.server.fault({ kind: "status", status: 429, retryAfterSeconds: 7 });
    const answer = await status(world);
    expect(answer).toMatchObject({
      status: 429,
      body: {
        statusCode: 429,
        error: "RateLimitExceeded",
        message: "Too many requests. Please try again in 7 seconds",
      },
    });
    expect(answer.headers.get("retry-after")).toBe("7");
  });

  test("a body of one's own, as text or JSON", async () => {
    await using world = await startTestWorld();
    const { server } = world;
    server.fault({ kind: "status", status: 502, body: "<h1>Bad gateway</h1>", contentType: "text/html" });
    const html = await status(world);
    expect(html).toMatchObject({ status: 502, text: "<h1>Bad gateway</h1>" });
    expect(html.headers.get("content-type")).toMatch(/^text\/html/);
    server.fault({ kind: "status", status: 200, body: { secrets: null } });
    expect(await status(world)).toMatchObject({ status: 200, body: { secrets: null } });
  });
});

test("drop-before: no answer, nothing done", async () => {
  await using world = await startTestWorld();
  world.server.fault({ kind: "drop-before" });
  await expect(write(world)).rejects.toThrow("fetch failed");
  expect(stored(world)).toEqual({});
  expect(world.server.requests.at(-1)).toMatchObject({ method: "POST", status: 0, bytesOut: 0 });
});

test("drop-after: no answer, but done", async () => {
  await using world = await startTestWorld();
  world.server.fault({ kind: "drop-after" });
  await expect(write(world)).rejects.toThrow("fetch failed");
  expect(stored(world)).toEqual({ A: "1" });
});

test("truncate: the head of the answer comes, its body breaks off", async () => {
  await using world = await startTestWorld();
  const { server, project, client } = world;
  server.putSecrets({ projectId: project.id, environment: "dev" }, { BIG: "x".repeat(500_000) });
  server.fault({ kind: "truncate" });
  const url = `${server.url}/api/v4/secrets?projectId=${project.id}&environment=dev`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${client.token}` } });
  expect(response.status).toBe(200);
  expect(Number(response.headers.get("content-length"))).toBeGreaterThan(500_000);
  await expect(response.text()).rejects.toThrow();
});

test("delay: the answer comes, later", async () => {
  await using world = await startTestWorld();
  world.server.fault({ kind: "delay", ms: 50 });
  const start = performance.now();
  expect((await status(world)).status).toBe(200);
  expect(performance.now() - start).toBeGreaterThan(45);
});

test("hang: never an answer, and the server still closes", async () => {
  const world = await startTestWorld();
  world.server.fault({ kind: "hang" });
  const pending = status(world);
  const winner = await Promise.race([
    pending.catch(() => "failed"),
    list(world).then(() => "other request answered"),
  ]);
  expect(winner).toBe("other request answered");
  await world.server.close();
  await expect(pending).rejects.toThrow("fetch failed");
});

test("redirect: 302 with a location", async () => {
  await using world = await startTestWorld();
  world.server.fault({ kind: "redirect", location: "http://127.0.0.1:9/elsewhere" });
  const answer = await list(world);
  expect(answer.status).toBe(302);
  expect(answer.headers.get("location")).toBe("http://127.0.0.1:9/elsewhere");
});

test("oversize: valid JSON of exactly the asked size, and the request is not handled", async () => {
  await using world = await startTestWorld();
  world.server.fault({ kind: "oversize", bytes: 300_000 });
  const answer = await write(world);
  expect(answer).toMatchObject({ status: 200, body: { secrets: [] } });
  expect(answer.text).toHaveLength(300_000);
  expect(stored(world)).toEqual({});
});

test("hide-values and omit change what lists show, and are not remembered under an ETag", async () => {
  await using world = await startTestWorld();
  const { server, project } = world;
  const place = { projectId: project.id, environment: "dev" };
  server.putSecrets(place, { A: "1", B: "2" });
  server.putSecrets({ ...place, secretPath: "/sub" }, { C: "3" });
  server.fault({ kind: "hide-values" });
  const hidden = (await list(world, { recursive: "true" })).body.secrets;
  expect(hidden).toHaveLength(3);
  for (const one of hidden) {
    expect(one).toMatchObject({ secretValue: "<hidden-by-infisical>", secretValueHidden: true });
  }
  server.fault({ kind: "omit", keys: ["A", "C"] });
  const partial = await list(world, { recursive: "true" });
  expect(partial.body.secrets).toMatchObject([{ secretKey: "B", secretValue: "2" }]);
  const etag = partial.headers.get("etag") ?? "";
  const query = { ...place, recursive: "true" };
  const next = await world.client.get("/api/v4/secrets", query, { "if-none-match": etag });
  expect(next.body.secrets).toHaveLength(3);
});

test("approval: secret writes answer pending and change nothing; folders are protected", async () => {
  await using world = await startTestWorld();
  const { server, client, project } = world;
  const place = { projectId: project.id, environment: "dev" };
  server.putSecrets({ ...place, secretPath: "/f" }, { KEEP: "1" });
  server.fault({ kind: "approval", times: Number.POSITIVE_INFINITY });
  const item = { secretKey: "KEEP", secretValue: "2", secretPath: "/f" };
  for (const answer of [
    await write(world),
    await client.patch("/api/v4/secrets/batch", { ...place, mode: "upsert", secrets: [item] }),
    await client.delete("/api/v3/secrets/raw/KEEP", {
      workspaceId: project.id,
      environment: "dev",
      secretPath: "/f",
    }),
  ]) {
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ approval: expect.objectContaining({ status: "open", hasMerged: false }) });
  }
  expect(await client.delete("/api/v2/folders/f", { ...place, forceDelete: true })).toMatchObject({
    status: 400,
    body: { error: "DeleteFolderProtectedByPolicy" },
  });
  expect(stored(world)).toEqual({});
  expect(server.readSecrets({ ...place, secretPath: "/f" })).toEqual({ KEEP: "1" });
});

test("expire-tokens: from the hit request on, earlier tokens are expired and new ones work", async () => {
  await using world = await startTestWorld();
  world.server.fault({ kind: "expire-tokens", nth: 2 });
  expect((await list(world)).status).toBe(200);
  expect(await list(world)).toMatchObject({ status: 403, body: { error: "TokenError" } });
  expect((await list(world)).status).toBe(403);
  const fresh = await world.as("viewer");
  expect((await fresh.get("/api/v1/projects")).status).toBe(200);
});

test("run: the world changes right before the request is handled; faults add up", async () => {
  await using world = await startTestWorld();
  const { server, project } = world;
  const place = { projectId: project.id, environment: "dev" };
  server.fault({
    kind: "run",
    path: "/api/v4/secrets",
    action: () => server.putSecrets(place, { LATE: "1" }),
  });
  server.fault({ kind: "omit", path: "/api/v4/secrets", keys: ["NONE"] });
  expect((await list(world)).body.secrets).toMatchObject([{ secretKey: "LATE" }]);
});

test("revoking in mid-run ends the token", async () => {
  await using world = await startTestWorld();
  await send(world.server, "POST", "/api/v1/auth/token/revoke", {
    body: { accessToken: world.client.token },
  });
  expect((await list(world)).status).toBe(401);
});
