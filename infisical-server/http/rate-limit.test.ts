import { expect, test } from "vitest";
import { type Client, send, startTestWorld } from "../test-client.ts";

const secretList = (client: Client, projectId: string) =>
  client.get("/api/v4/secrets", { projectId, environment: "dev" });

test.each([
  { plan: "free", secret: "120", read: "200", write: "90" },
  { plan: "pro", secret: "300", read: "350", write: "200" },
] as const)("the $plan plan tells its limits", async ({ plan, secret, read, write }) => {
  await using world = await startTestWorld({ rateLimits: plan });
  const { client, project } = world;
  const limitOf = (answer: { headers: Headers }) => answer.headers.get("x-ratelimit-limit");
  expect(limitOf(await secretList(client, project.id))).toBe(secret);
  expect(limitOf(await client.get(`/api/v1/projects/${project.id}`))).toBe(read);
  expect(limitOf(await client.patch(`/api/v1/projects/${project.id}`, { name: "Two" }))).toBe(write);
  expect(limitOf(await client.post("/api/v1/projects", { projectName: "Three" }))).toBe("30");
  expect(limitOf(await client.post("/api/v1/identities", {}))).toBe("30");
  expect(limitOf(await send(world.server, "GET", "/api/status"))).toBe(null);
});

test("all classes together have a limit, which spares the status", async () => {
  await using world = await startTestWorld({ rateLimits: { global: 3, read: 10 } });
  const { client, project } = world;
  const readProject = () => client.get(`/api/v1/projects/${project.id}`);
  // The login of the client was the first.
  expect((await secretList(client, project.id)).headers.get("x-ratelimit-limit")).toBe("3");
  expect((await readProject()).headers.get("x-ratelimit-limit")).toBe("10");
  const refused = await readProject();
  expect(refused.status).toBe(429);
  expect(refused.headers.get("x-ratelimit-limit")).toBe("3");
  expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
  expect(refused.headers.get("retry-after")).toBe("60");
  expect((await send(world.server, "GET", "/api/status")).status).toBe(200);
  world.now.ms += 60_000;
  expect((await readProject()).status).toBe(200);
});
