import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { z } from "zod";
import { type RawServer, sendJson, startRawServer } from "../../../test/support/raw-server.ts";
import { SecretValue } from "../../secret-value.ts";
import type { Login } from "../auth/login.ts";
import { createClient } from "./client.ts";
import type { Call } from "./exchange.ts";

const CLIENT_ID = "5c1f0f3a-0a5e-4f5b-9d5e-0b6a6f2f7c11";
const UNIVERSAL_AUTH: Login = {
  method: "universal",
  clientId: CLIENT_ID,
  clientSecret: new SecretValue("canary-client-secret"),
};

const read: Call<unknown> = {
  method: "GET",
  route: "/api/v4/thing",
  answer: z.unknown(),
  repeat: "safe",
  what: "read the thing",
};

interface Script {
  login?: (response: ServerResponse, count: number) => void;
  thing?: (response: ServerResponse, token: string, count: number) => void;
}

/** Logins give the tokens token-1, token-2 and so on. */
async function start({ login, thing }: Script = {}) {
  const count = { logins: 0, things: 0 };
  const server = await startRawServer(
    ({ path, headers }, response) => {
      if (path.endsWith("/login")) {
        count.logins++;
        if (login !== undefined) return login(response, count.logins);
        return sendJson(response, 200, { accessToken: `token-${count.logins}`, expiresIn: 1000 });
      }
      count.things++;
      const token = headers.authorization?.replace("Bearer ", "") ?? "";
      if (thing !== undefined) return thing(response, token, count.things);
      return sendJson(response, 200, { token });
    },
    { answersLogin: false },
  );
  return { server, count };
}

function clientOf(server: RawServer, login: Login = UNIVERSAL_AUTH) {
  const clock = { now: 0 };
  const client = createClient(
    {
      origin: server.url,
      login,
      allowInsecureHttp: false,
      argumentNames: { url: "host", credentials: "clientId" },
    },
    { delay: async () => {}, now: () => clock.now, random: () => 1 },
  );
  return { client, clock };
}

test("nothing is sent before it is needed, and many requests share one login", async () => {
  const { server, count } = await start();
  await using _ = server;
  const { client } = clientOf(server);
  expect(count.logins).toBe(0);
  await Promise.all([client.call(read), client.call(read), client.login(), client.call(read)]);
  expect(count).toEqual({ logins: 1, things: 3 });
});

test("an instance that does not answer is not waited for again at once, and is asked anew later", async () => {
  const { server, count } = await start({
    login(response, nth) {
      if (nth > 5) sendJson(response, 200, { accessToken: "token" });
      else response.destroy();
    },
  });
  await using _ = server;
  const { client, clock } = clientOf(server);
  await expect(client.login()).rejects.toMatchObject({ code: "unreachable" });
  await expect(client.call(read)).rejects.toMatchObject({ code: "unreachable" });
  expect(count).toEqual({ logins: 5, things: 0 });
  clock.now += 10_000;
  await client.call(read);
  expect(count).toEqual({ logins: 6, things: 1 });
});

test("the login sends client id and secret, and nothing else", async () => {
  const { server } = await start();
  await using _ = server;
  await clientOf(server).client.login();
  const [login] = server.requests;
  expect(login?.path).toBe("/api/v1/auth/universal-auth/login");
  expect(JSON.parse(login?.body ?? "")).toEqual({
    clientId: CLIENT_ID,
    clientSecret: "canary-client-secret",
  });
  expect(login?.headers.authorization).toBeUndefined();
});

test("a token is used until shortly before its end", async () => {
  const { server, count } = await start();
  await using _ = server;
  const { client, clock } = clientOf(server);
  await client.login();
  clock.now = 939_000;
  await client.call(read);
  expect(count.logins).toBe(1);
  clock.now = 941_000;
  await client.call(read);
  expect(count.logins).toBe(2);
});

test.each([
  ["401", 401, { error: "UnauthorizedError" }],
  ["403 TokenError", 403, { error: "TokenError" }],
])("%s: one login more, for all who met it", async (_name, status, body) => {
  const { server, count } = await start({
    thing: (response, token) => sendJson(response, token === "token-1" ? status : 200, body),
  });
  await using _ = server;
  const { client } = clientOf(server);
  const answers = await Promise.all([client.call(read), client.call(read), client.call(read)]);
  expect(answers.map(({ kind }) => kind)).toEqual(["ok", "ok", "ok"]);
  expect(count.logins).toBe(2);
});

test("403 about rights is no reason to log in", async () => {
  const { server, count } = await start({
    thing: (response) => sendJson(response, 403, { error: "PermissionDenied" }),
  });
  await using _ = server;
  await expect(clientOf(server).client.call(read)).resolves.toMatchObject({ kind: "refused" });
  expect(count).toEqual({ logins: 1, things: 1 });
});

test("a fresh token that is refused ends it", async () => {
  const { server, count } = await start({
    thing: (response, token) => sendJson(response, 401, { message: `bad ${token}`, reqId: "req-9" }),
  });
  await using _ = server;
  const error = await clientOf(server)
    .client.call(read)
    .catch((reason) => reason);
  expect(error).toMatchObject({ code: "authentication", path: "clientId", requestId: "req-9" });
  expect(error.message).not.toContain("token-2");
  expect(count).toEqual({ logins: 2, things: 2 });
});

test("a refused login is remembered: three would lock the identity", async () => {
  const { server, count } = await start({
    login: (response) => sendJson(response, 401, { message: "Invalid credentials: canary-client-secret" }),
  });
  await using _ = server;
  const { client } = clientOf(server);
  for (const attempt of [client.login(), client.call(read), client.call(read)]) {
    const error = await attempt.catch((reason) => reason);
    expect(error).toMatchObject({ code: "authentication", path: "clientId", status: 401 });
    expect(error.hint).toContain("lock");
    expect(error.message).not.toContain("canary");
  }
  expect(await client.login().catch(({ code }) => code)).toBe("authentication");
  expect(count.logins).toBe(1);
});

test("a login that failed for the server's reasons may be tried again", async () => {
  const { server, count } = await start({
    login: (response, attempt) =>
      attempt <= 5
        ? sendJson(response, 503, {})
        : sendJson(response, 200, { accessToken: "token", expiresIn: 0 }),
  });
  await using _ = server;
  const { client, clock } = clientOf(server);
  await expect(client.login()).rejects.toMatchObject({ code: "server-error" });
  await client.login();
  clock.now = 1e12;
  await client.call(read);
  expect(count.logins).toBe(6);
});

test("an access token is used as it is", async () => {
  const { server, count } = await start({
    thing: (response, token, attempt) => sendJson(response, attempt === 1 ? 200 : 401, { token }),
  });
  await using _ = server;
  const { client } = clientOf(server, { method: "token", token: new SecretValue("given-token") });
  await expect(client.call(read)).resolves.toMatchObject({ value: { token: "given-token" } });
  await expect(client.call(read)).rejects.toMatchObject({ code: "authentication" });
  expect(count).toEqual({ logins: 0, things: 2 });
});

test("the organization is told where the instance knows it; it is asked for once, and failures are not repeated", async () => {
  const organization = { id: "1", name: "Acme", slug: "acme" };
  const { server, count } = await start({
    thing: (response, _token, attempt) => {
      if (attempt === 1) sendJson(response, 200, { identityDetails: { organization } });
      else if (attempt === 2)
        sendJson(response, 404, { message: "Route GET:/api/v1/identities/details not found" });
      else if (attempt === 3)
        sendJson(response, 500, { message: "Something went wrong", error: "FindByOrgId" });
      else sendJson(response, 503, { message: "Upstream is away" });
    },
  });
  await using _ = server;
  const { client } = clientOf(server);
  await expect(client.organization()).resolves.toEqual(organization);
  await expect(client.organization()).resolves.toEqual(organization);
  for (const _older of ["without the route", "with another in its place"])
    await expect(clientOf(server).client.organization()).resolves.toBeUndefined();
  const failing = clientOf(server).client;
  for (const _again of [1, 2])
    await expect(failing.organization()).rejects.toMatchObject({ code: "server-error" });
  expect(count.things).toBe(4);
});
