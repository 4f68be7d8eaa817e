import { createHmac } from "node:crypto";
import fastify from "fastify";
import { describe, expect, it } from "vitest";
import type { Database } from "../database/database.ts";
import { isSigned } from "./signature.ts";
import { WEBHOOK_PATH, webhookRoutes, webhookSecrets } from "./webhooks.ts";

const NOW = Date.UTC(2026, 5, 1);
const MINUTE = 60_000;

const bodyAt = (timestamp: number, { event = "secrets.modified", secretPath = "/app" } = {}) =>
  JSON.stringify({ event, project: { workspaceId: "p1", environment: "prod", secretPath }, timestamp });
const sign = (body: string, secret: string, time: number) =>
  `t=${time};${createHmac("sha256", secret).update(body).digest("hex")}`;

/** Rows as the query answers them. */
const READERS = [
  { id: "1", destination: "one", path: "/app", is_tree: false },
  { id: "2", destination: "two", path: "/", is_tree: true },
  { id: "3", destination: "three", path: "/", is_tree: false },
  { id: "4", destination: "four", path: "/app/deep", is_tree: true },
  { id: "5", destination: "five", path: "/ap", is_tree: true },
];

async function send(body: string, signature: string | undefined, secrets = ["s1", "s2"]) {
  const triggered: string[][] = [];
  const asked: unknown[] = [];
  await using app = fastify();
  await app.register(webhookRoutes, {
    database: {
      query: async (_sql: string, given: unknown) => {
        asked.push(given);
        return READERS;
      },
    } as unknown as Database,
    queue: { trigger: async (syncs) => void triggered.push(syncs.map(({ id }) => id)) },
    secrets,
    now: () => NOW,
  });
  const { statusCode } = await app.inject({
    method: "POST",
    url: WEBHOOK_PATH,
    body,
    headers: { "content-type": "application/json", ...(signature && { "x-infisical-signature": signature }) },
  });
  return { statusCode, triggered, asked };
}

describe("a webhook", () => {
  it("asks for the syncs that read the folder, or a tree with it", async () => {
    const body = bodyAt(NOW);
    expect(await send(body, sign(body, "s2", NOW))).toEqual({
      statusCode: 202,
      triggered: [["1", "2"]],
      asked: [["p1", "prod"]],
    });
  });

  it("that was sent to try it asks for none", async () => {
    const body = bodyAt(NOW, { event: "test" });
    expect(await send(body, sign(body, "s1", NOW))).toMatchObject({
      statusCode: 202,
      triggered: [[]],
      asked: [],
    });
  });

  const body = bodyAt(NOW);
  const old = bodyAt(NOW - 16 * MINUTE);
  it.each([
    ["without a signature", body, undefined],
    ["with another secret", body, sign(body, "s3", NOW)],
    ["with another body", bodyAt(NOW, { secretPath: "/else" }), sign(body, "s1", NOW)],
    ["of a quarter of an hour ago", old, sign(old, "s1", NOW - 16 * MINUTE)],
    ["of a quarter of an hour ago under a new time", old, sign(old, "s1", NOW)],
    ["of another form", body, `t=${NOW}`],
    ["that is no JSON", "{", sign("{", "s1", NOW)],
  ])("%s is not believed", async (_what, sent, signature) => {
    expect(await send(sent, signature)).toEqual({ statusCode: 401, triggered: [], asked: [] });
  });

  it("is not believed where there is no secret", async () => {
    expect((await send(body, sign(body, "", NOW), [])).statusCode).toBe(401);
    expect(webhookSecrets({ EXTERNAL_INFISICAL_WEBHOOK_SECRET: "," })).toEqual([]);
  });

  it("may be some minutes late", () => {
    const late = bodyAt(NOW - 14 * MINUTE);
    const header = sign(late, "s1", NOW - 14 * MINUTE);
    expect(isSigned(header, { body: late, told: NOW - 14 * MINUTE }, { secrets: ["s1"], now: NOW })).toBe(
      true,
    );
  });
});
