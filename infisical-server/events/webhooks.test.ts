import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { startTestWorld } from "../test-client.ts";

/** A receiver on loopback: gives what arrived, one after the other. */
async function startReceiver() {
  const arrived: { body: string; signature: unknown }[] = [];
  const waiting: ((one: (typeof arrived)[number]) => void)[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    response.end();
    const one = { body, signature: request.headers["x-infisical-signature"] };
    const next = waiting.shift();
    if (next) next(one);
    else arrived.push(one);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    next: () =>
      new Promise<(typeof arrived)[number]>((resolve) => {
        const one = arrived.shift();
        if (one) resolve(one);
        else waiting.push(resolve);
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test("tells of changes where it was asked to, once a request, signed as the product signs", async () => {
  await using world = await startTestWorld();
  await using receiver = await startReceiver();
  const { server, client, project, now } = world;
  const place = { projectId: project.id, environment: "dev" };
  const made = await client.post("/api/v1/webhooks", {
    ...place,
    secretPath: "/api/**",
    webhookUrl: receiver.url,
    webhookSecretKey: "only for tests",
  });
  expect(made).toMatchObject({ status: 200, body: { webhook: { lastStatus: null, type: "general" } } });
  expect(made.text).not.toContain("only for tests");

  server.putSecrets({ ...place, secretPath: "/other" }, { A: "x" });
  server.putSecrets({ ...place, environment: "prod", secretPath: "/api/v1" }, { A: "x" });
  server.putSecrets({ ...place, secretPath: "/api/v1" }, { A: "secret-value", B: "y" });
  const { body, signature } = await receiver.next();
  expect(JSON.parse(body)).toEqual({
    event: "secrets.modified",
    project: { workspaceId: project.id, environment: "dev", secretPath: "/api/v1" },
    timestamp: now.ms,
  });
  const hmac = createHmac("sha256", "only for tests").update(body).digest("hex");
  expect(signature).toBe(`t=${now.ms};${hmac}`);

  const { id } = made.body.webhook;
  const tried = await client.post(`/api/v1/webhooks/${id}/test`);
  expect(tried.body.webhook.lastStatus).toBe("success");
  expect(JSON.parse((await receiver.next()).body).event).toBe("test");
  expect((await client.get("/api/v1/webhooks", { projectId: project.id })).body.webhooks).toHaveLength(1);
  expect((await client.delete(`/api/v1/webhooks/${id}`)).status).toBe(200);
  expect((await client.post(`/api/v1/webhooks/${id}/test`)).status).toBe(404);
});

test("strangers make none, and a receiver that is away is noted", async () => {
  await using world = await startTestWorld();
  const { server, client, project } = world;
  const body = { projectId: project.id, environment: "dev", webhookUrl: "http://127.0.0.1:1/hook" };
  const other = server.createProject({ name: "Other" });
  expect((await client.post("/api/v1/webhooks", { ...body, projectId: other.id })).status).toBe(403);
  const { id } = (await client.post("/api/v1/webhooks", body)).body.webhook;
  expect((await client.post(`/api/v1/webhooks/${id}/test`)).body.webhook).toMatchObject({
    lastStatus: "failed",
    lastRunErrorMessage: expect.stringContaining("fetch failed"),
  });
});
