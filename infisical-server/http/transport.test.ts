import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { send, startTestWorld } from "../test-client.ts";

test("status needs no token", async () => {
  await using world = await startTestWorld();
  expect(await send(world.server, "GET", "/api/status")).toMatchObject({
    status: 200,
    body: { date: "2026-01-02T03:04:05.006Z", message: "Ok" },
  });
});

test.each([{}, { profile: "2024-10" as const }])(
  "HEAD is answered wherever GET is, with its status and headers and no body (%o)",
  async (options) => {
    await using world = await startTestWorld(options);
    const headers = { authorization: `Bearer ${world.client.token}` };
    const known = ["content-length", "content-type", "etag"];
    const headOf = async (method: string, path: string) => {
      const answer = await send(world.server, method, path, { headers });
      return { status: answer.status, headers: known.map((name) => answer.headers.get(name)), answer };
    };
    for (const path of [
      "/api/status",
      "/api/status/",
      `/api/v1/workspace/${world.project.id}`,
      `/api/v3/secrets/raw?workspaceId=${world.project.id}&environment=dev`,
      "/api/v3/secrets/raw?environment=dev",
    ]) {
      const got = await headOf("GET", path);
      const head = await headOf("HEAD", path);
      // An error has an id of its own in each answer.
      const isSame = got.status === 200;
      expect([path, head.status, head.answer.text]).toEqual([path, got.status, ""]);
      expect(head.headers.slice(0, isSame ? 3 : 2)).toEqual(got.headers.slice(0, isSame ? 3 : 2));
    }
    expect((await send(world.server, "HEAD", "/api/v1/workspace")).status).toBe(401);
    expect((await headOf("HEAD", "/api/nothing")).status).toBe(404);
  },
);

test("a body over 1 MiB and invalid JSON are generic 500s; the connection is closed after the first", async () => {
  await using world = await startTestWorld();
  const { client, project } = world;
  const place = { projectId: project.id, environment: "dev" };
  const bodyOf = (size: number) => {
    const around = JSON.stringify({ ...place, secretValue: "" }).length;
    return JSON.stringify({ ...place, secretValue: "v".repeat(size - around) });
  };
  expect((await client.post("/api/v4/secrets/FITS", bodyOf(1_048_576))).status).toBe(200);
  const tooLarge = await client.post("/api/v4/secrets/BIG", bodyOf(1_048_577));
  expect(tooLarge).toMatchObject({
    status: 500,
    body: { statusCode: 500, error: "InternalServerError", message: "Something went wrong" },
  });
  expect(tooLarge.headers.get("connection")).toBe("close");
  expect(await client.post("/api/v4/secrets/BAD", '{"secretValue": "s3cret')).toMatchObject({
    status: 500,
    body: { message: "Something went wrong" },
  });
});

test("the log quotes neither bodies nor values", async () => {
  const lines: string[] = [];
  await using world = await startTestWorld({ log: (line) => lines.push(line) });
  await world.client.post("/api/v4/secrets/BAD", '{"secretValue": "s3cret');
  expect(lines.join("\n")).toContain("not valid JSON");
  expect(lines.join("\n")).not.toContain("s3cret");
});

test("unknown routes and names over 100 characters get the framework's own 404", async () => {
  await using world = await startTestWorld();
  for (const path of ["/api/v9/nothing", `/api/v4/secrets/${"K".repeat(101)}`]) {
    const { status, body } = await send(world.server, "GET", path);
    expect(status).toBe(404);
    expect(body).toEqual({ message: `Route GET:${path} not found`, error: "Not Found", statusCode: 404 });
  }
  expect((await world.client.get(`/api/v4/secrets/${"K".repeat(100)}`, {})).status).toBe(422);
});

test("an empty body with a JSON content type is tolerated, unknown fields are dropped", async () => {
  await using world = await startTestWorld();
  const { client, project } = world;
  const created = await client.post(`/api/v1/projects/${project.id}/tags`, {
    slug: "core",
    color: null,
    extra: 1,
  });
  const url = `${world.server.url}/api/v1/projects/${project.id}/tags/${created.body.tag.id}`;
  const headers = { authorization: `Bearer ${client.token}`, "content-type": "application/json" };
  const response = await fetch(url, { method: "DELETE", headers });
  expect(response.status).toBe(200);
});

test("every answer has a strong SHA-1 ETag; only the exact text gives 304", async () => {
  await using world = await startTestWorld();
  const { client, project } = world;
  const path = `/api/v1/projects/${project.id}`;
  const first = await client.get(path);
  const etag = first.headers.get("etag") ?? "";
  expect(etag).toBe(`"${createHash("sha1").update(first.text).digest("base64")}"`);
  const again = await client.get(path, {}, { "if-none-match": etag });
  expect(again).toMatchObject({ status: 304, text: "" });
  expect(again.headers.get("etag")).toBe(etag);
  expect((await client.get(path, {}, { "if-none-match": `W/${etag}` })).status).toBe(200);
  expect((await client.get("/api/nothing")).headers.get("etag")).toMatch(/^".+"$/);
});

test("a known list ETag answers 304 until something in the project changes", async () => {
  await using world = await startTestWorld();
  const { client, project, server } = world;
  const query = { projectId: project.id, environment: "dev", recursive: "true" };
  const place = { projectId: project.id, environment: "dev", secretPath: "/a" };
  server.putSecrets(place, { A: "1" });
  const etag = (await client.get("/api/v4/secrets", query)).headers.get("etag") ?? "";
  const ask = async (more = {}, who = client) =>
    (await who.get("/api/v4/secrets", { ...query, ...more }, { "if-none-match": etag })).status;
  expect(await ask()).toBe(304);
  expect(await ask({ viewSecretValue: "false" })).toBe(200);
  expect(await ask({}, await world.as("describe-only"))).toBe(200);
  // After the memory's 15 minutes the list is read again, and found to be the same.
  world.now.ms += 16 * 60_000;
  expect(await ask()).toBe(304);
  server.putSecrets(place, { A: "2" });
  expect(await ask()).toBe(200);
});

test("the fast path answers from memory; a change anywhere in the project drops the memory", async () => {
  await using world = await startTestWorld();
  const { client, project, server } = world;
  const other = server.createProject({ slug: "project-two", environments: ["dev"] });
  server.putSecrets({ projectId: other.id, environment: "dev" }, { B: "old" });
  server.putSecrets({ projectId: project.id, environment: "dev" }, { A: "${@project-two.dev.B}" });
  const reader = server.createIdentity({
    memberships: [project, other].map(({ id }) => ({ projectId: id, role: "admin" as const })),
  });
  const token = (await send(server, "POST", "/api/v1/auth/universal-auth/login", { body: reader })).body
    .accessToken;
  const list = (etag = "") =>
    send(server, "GET", `/api/v4/secrets?projectId=${project.id}&environment=dev`, {
      headers: { authorization: `Bearer ${token}`, "if-none-match": etag },
    });
  const first = await list();
  expect(first.body.secrets[0].secretValue).toBe("old");
  const etag = first.headers.get("etag") ?? "";
  // The other project's change is not noticed: only changes of this project count (contract §4).
  server.putSecrets({ projectId: other.id, environment: "dev" }, { B: "new" });
  expect((await list(etag)).status).toBe(304);
  await client.post("/api/v2/folders", { projectId: project.id, environment: "prod", name: "x" });
  expect((await list(etag)).body.secrets[0].secretValue).toBe("new");
});

test("with limits set, the rate limiter answers 429 with headers, per class, until the window ends", async () => {
  await using world = await startTestWorld({ rateLimits: { secret: 2 } });
  const { client, project } = world;
  const list = () => client.get("/api/v4/secrets", { projectId: project.id, environment: "dev" });
  expect((await list()).headers.get("x-ratelimit-remaining")).toBe("1");
  await list();
  world.now.ms += 37_000;
  const limited = await list();
  expect(limited).toMatchObject({
    status: 429,
    body: { error: "RateLimitExceeded", message: "Too many requests. Please try again in 23 seconds" },
  });
  expect(limited.headers.get("retry-after")).toBe("23");
  expect(limited.headers.get("x-ratelimit-limit")).toBe("2");
  expect(limited.headers.get("x-ratelimit-remaining")).toBe("0");
  expect((await client.get(`/api/v1/projects/${project.id}`)).status).toBe(200);
  world.now.ms += 23_000;
  expect((await list()).status).toBe(200);
});
