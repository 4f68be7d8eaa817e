import { once } from "node:events";
import { createServer } from "node:net";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { z } from "zod";
import { type RawServer, sendJson, startRawServer } from "../../../test/support/raw-server.ts";
import { BridgeError } from "../../errors.ts";
import { SecretValue } from "../../secret-value.ts";
import { type ClientOptions, createClient, type Runtime } from "./client.ts";
import type { Call } from "./exchange.ts";

const CLIENT_ID = "5c1f0f3a-0a5e-4f5b-9d5e-0b6a6f2f7c11";
const CLIENT_SECRET = "canary-client-secret";

const read: Call<{ ok: boolean }> = {
  method: "GET",
  route: "/api/v4/thing",
  query: { name: "a b" },
  answer: z.object({ ok: z.boolean() }),
  repeat: "safe",
  what: "read the thing",
};
const create: Call<{ ok: boolean }> = { ...read, method: "POST", body: "{}", repeat: "unacted" };

/** A client that never really waits; `waits` are the delays it would have made. */
function clientOf(server: { url: string }, options: Partial<ClientOptions> = {}) {
  const waits: number[] = [];
  const clock = { now: 1_000_000 };
  const runtime: Runtime = {
    delay: async (ms, signal) => {
      waits.push(ms);
      signal.throwIfAborted();
    },
    now: () => clock.now,
    random: () => 1,
  };
  const client = createClient(
    {
      origin: server.url,
      login: {
        method: "universal",
        clientId: CLIENT_ID,
        clientSecret: new SecretValue(CLIENT_SECRET),
      },
      allowInsecureHttp: false,
      argumentNames: { url: "host", credentials: "clientId" },
      ...options,
    },
    runtime,
  );
  return { client, waits, clock };
}

async function failure(promise: Promise<unknown>): Promise<BridgeError> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(BridgeError);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
  return error as BridgeError;
}

const startJson = (status: number, body: unknown): Promise<RawServer> =>
  startRawServer((_request, response) => sendJson(response, status, body));

test("a request carries the token, its query and no more than it needs", async () => {
  await using server = await startJson(200, { ok: true, more: 1 });
  const { client } = clientOf(server);
  await expect(client.call(read)).resolves.toMatchObject({ kind: "ok", value: { ok: true } });
  expect(server.requests[0]).toMatchObject({
    path: "/api/v4/thing?name=a%20b",
    headers: { authorization: "Bearer raw-token", accept: "application/json" },
  });
});

test("a base URL with a path keeps it", async () => {
  await using server = await startJson(200, { ok: true });
  const { client } = clientOf({ url: `${server.url}/infisical` });
  await client.call(read);
  expect(server.requests[0]?.path).toBe("/infisical/api/v4/thing?name=a%20b");
});

test("HTML is not an Infisical", async () => {
  await using server = await startRawServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<html>Welcome</html>");
  });
  const error = await failure(clientOf(server).client.call(read));
  expect(error).toMatchObject({ code: "not-infisical", path: "host" });
  expect(error.message).toContain("text/html");
});

test("an HTML 503 of a proxy is tried again, then told as a failure of the server", async () => {
  await using server = await startRawServer((_request, response, count) => {
    if (count > 4) return sendJson(response, 200, { ok: true });
    response.writeHead(503, { "content-type": "text/html" }).end("<h1>Unavailable</h1>");
  });
  const { client, waits } = clientOf(server);
  await expect(client.call(read)).resolves.toMatchObject({ kind: "ok" });
  expect(waits).toEqual([250, 500, 1000, 2000]);
});

test("five times 503 is the end", async () => {
  await using server = await startJson(503, {});
  const { client } = clientOf(server);
  expect(await failure(client.call(create))).toMatchObject({ code: "server-error", status: 503 });
  expect(server.requests).toHaveLength(5);
});

test("429 waits as long as the instance says", async () => {
  await using server = await startRawServer((_request, response, count) => {
    if (count === 1) return sendJson(response, 429, {}, { "retry-after": "3" });
    if (count === 2) return sendJson(response, 429, { message: "Please try again in 23 seconds" });
    return sendJson(response, 200, { ok: true });
  });
  const { client, waits } = clientOf(server);
  await client.call(create);
  expect(waits).toEqual([3000, 23_000]);
});

test("429 without end is rate-limited", async () => {
  await using server = await startJson(429, { message: "Too many requests", reqId: "req-1" });
  const error = await failure(clientOf(server).client.call(read));
  expect(error).toMatchObject({ code: "rate-limited", requestId: "req-1" });
});

test("a truncated body is read again; a create is not repeated", async () => {
  await using server = await startRawServer((_request, response, count) => {
    if (count !== 2) {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"ok":', () => response.destroy());
      return;
    }
    sendJson(response, 200, { ok: true });
  });
  const { client } = clientOf(server);
  await expect(client.call(read)).resolves.toMatchObject({ kind: "ok" });
  expect(await failure(client.call(create))).toMatchObject({ code: "unreachable" });
  expect(server.requests).toHaveLength(3);
});

test.each<[string, number | "drop", boolean]>([
  ["an answer that got lost", "drop", true],
  ["a gateway's failure", 502, true],
  ["a limit", 429, false],
])(
  "a refusal after %s tells whether the request may have been carried out before",
  async (_what, first, isAfterDoubt) => {
    await using server = await startRawServer((_request, response, count) => {
      if (count > 1) sendJson(response, 403, { message: "no" });
      else if (first === "drop") response.destroy();
      else sendJson(response, first, {});
    });
    const answer = await clientOf(server).client.call({ ...create, repeat: "safe" });
    expect(answer).toMatchObject({ kind: "refused", refusal: { status: 403, isAfterDoubt } });
  },
);

test("JSON that ends in the middle counts as a dropped connection", async () => {
  await using server = await startRawServer((_request, response, count) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(count === 1 ? '{"ok": tr' : '{"ok": true}');
  });
  await expect(clientOf(server).client.call(read)).resolves.toMatchObject({ kind: "ok" });
});

test("broken JSON is told without quoting it", async () => {
  await using server = await startRawServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end('{"ok": canary-value}');
  });
  const error = await failure(clientOf(server).client.call(read));
  expect(error).toMatchObject({ code: "not-infisical" });
});

test("an answer of another shape names the field, not what it holds", async () => {
  await using server = await startJson(200, { ok: "canary-value" });
  const error = await failure(clientOf(server).client.call(read));
  expect(error).toMatchObject({ code: "not-infisical" });
  expect(error.message).toContain("ok: ");
});

test("redirects are not followed, and only the host is told", async () => {
  await using server = await startRawServer((_request, response) => {
    response.writeHead(302, { location: "https://login.example.com/path?token=canary" }).end();
  });
  const error = await failure(clientOf(server).client.call(read));
  expect(error).toMatchObject({ code: "not-infisical", path: "host" });
  expect(error.message).toContain("https://login.example.com,");
  expect(server.requests).toHaveLength(1);
});

test("an endless body is cut off", async () => {
  await using server = await startRawServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(10_000)));
    };
    response.on("drain", more);
    more();
  });
  const error = await failure(clientOf(server, { mostAnswerBytes: 50_000 }).client.call(read));
  expect(error.message).toContain("larger than 50000 bytes");
});

test("an announced body that is too large is not read", async () => {
  await using server = await startJson(200, { ok: true, filler: "x".repeat(60_000) });
  const error = await failure(clientOf(server, { mostAnswerBytes: 50_000 }).client.call(read));
  expect(error.message).toContain("larger than 50000 bytes");
});

test("gzip that nobody asked for is read, up to the same size", async () => {
  await using server = await startRawServer((request, response) => {
    expect(request.headers["accept-encoding"]).toBeUndefined();
    const filler = request.method === "GET" ? "" : "x".repeat(100_000);
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
    response.end(gzipSync(JSON.stringify({ ok: true, filler })));
  });
  const { client } = clientOf(server, { mostAnswerBytes: 50_000 });
  await expect(client.call(read)).resolves.toMatchObject({ kind: "ok", value: { ok: true } });
  expect((await failure(client.call(create))).message).toContain("larger than 50000 bytes");
});

test("a server that says nothing times out", async () => {
  await using server = await startRawServer(() => {});
  const error = await failure(clientOf(server, { timeoutMs: 50 }).client.call(read));
  expect(error).toMatchObject({ code: "timeout", path: "host" });
});

test("a body that never ends in time meets the deadline", async () => {
  await using server = await startRawServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const drip = setInterval(() => response.write(" "), 5);
    response.on("close", () => clearInterval(drip));
  });
  const error = await failure(clientOf(server, { timeoutMs: 30 }).client.call(read));
  expect(error).toMatchObject({ code: "timeout" });
});

test("a signal cancels", async () => {
  const controller = new AbortController();
  await using server = await startRawServer(() => controller.abort());
  const { client } = clientOf(server, { signal: controller.signal });
  expect(await failure(client.call(read))).toMatchObject({ code: "cancelled" });
  expect(await failure(client.call(read))).toMatchObject({ code: "cancelled" });
});

test("a refused connection names host and reason", async () => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  const { client, waits } = clientOf({ url: `http://127.0.0.1:${port}` });
  const error = await failure(client.login());
  expect(error).toMatchObject({ code: "unreachable", path: "host" });
  expect(error.message).toContain(`127.0.0.1:${port}`);
  expect(error.message).toContain("ECONNREFUSED");
  expect(waits).toHaveLength(2);
});

test("TLS to a plain port says so", async () => {
  await using server = await startJson(200, {});
  const { client, waits } = clientOf({ url: server.url.replace("http:", "https:") });
  const error = await failure(client.login());
  expect(error).toMatchObject({ code: "not-infisical" });
  expect(error.message).toContain("does not speak https");
  expect(waits).toEqual([]);
});

test("plain http leaves this machine only where that is allowed", () => {
  expect(() => clientOf({ url: "http://infisical.example.com" })).toThrow(
    expect.objectContaining({ code: "insecure-url", path: "host" }),
  );
  expect(() => clientOf({ url: "http://infisical.example.com" }, { allowInsecureHttp: true })).not.toThrow();
  for (const url of ["http://localhost:8080", "http://[::1]:80", "http://127.1.2.3"]) {
    expect(() => clientOf({ url })).not.toThrow();
  }
});

test("a disposed client answers nothing any more", async () => {
  await using server = await startJson(200, { ok: true });
  const { client } = clientOf(server);
  await client.call(read);
  await client[Symbol.asyncDispose]();
  expect(await failure(client.call(read))).toMatchObject({ code: "cancelled" });
});
