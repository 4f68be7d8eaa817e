import { expect, test } from "vitest";
import { clientFor, connect, login, send, startTestWorld } from "../test-client.ts";

const details = "/api/v1/identities/details";

test("login answers all four fields, with and without trailing slash, as JSON or form", async () => {
  await using world = await startTestWorld();
  const { server } = world;
  const credentials = server.createIdentity({ accessTokenTTL: 7200, accessTokenMaxTTL: 86_400 });
  const expected = {
    accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    expiresIn: 7200,
    accessTokenMaxTTL: 86_400,
    tokenType: "Bearer",
  };
  expect((await login(server, credentials)).body).toEqual(expected);
  const url = "/api/v1/auth/universal-auth/login/";
  expect((await send(server, "POST", url, { body: credentials })).body).toEqual(expected);
  const form = new URLSearchParams({
    clientId: ` ${credentials.clientId} `,
    clientSecret: credentials.clientSecret,
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  expect((await send(server, "POST", url, { body: form.toString(), headers })).body).toEqual(expected);
});

test("bad credentials are 401, missing fields 422, an unknown organization 404", async () => {
  await using world = await startTestWorld();
  const { server } = world;
  const { clientId, clientSecret } = server.createIdentity();
  expect(await login(server, { clientId: "nobody", clientSecret })).toMatchObject({
    status: 401,
    body: {
      statusCode: 401,
      error: "UnauthorizedError",
      reqId: expect.stringMatching(/^req-[a-zA-Z0-9]{14}$/),
    },
  });
  expect(await login(server, { clientId, clientSecret: "wrong" })).toMatchObject({ status: 401 });
  expect(await login(server, { clientId })).toMatchObject({
    status: 422,
    body: { error: "ValidationFailure", message: [{ code: "invalid_type", path: ["clientSecret"] }] },
  });
  expect(await login(server, { clientId, clientSecret: " " })).toMatchObject({ status: 422 });
  expect(await login(server, { clientId, clientSecret, organizationSlug: "other" })).toMatchObject({
    status: 404,
  });
  expect(await login(server, { clientId, clientSecret, organizationSlug: "local" })).toMatchObject({
    status: 200,
  });
});

test("three failures lock the client for five minutes, even for the right secret", async () => {
  await using world = await startTestWorld();
  const { server, now } = world;
  const good = server.createIdentity();
  const bad = { clientId: good.clientId, clientSecret: "wrong" };
  for (let attempt = 0; attempt < 3; attempt += 1) await login(server, bad);
  expect((await login(server, good)).status).toBe(401);
  now.ms += 299_000;
  expect((await login(server, good)).status).toBe(401);
  now.ms += 1_000;
  expect((await login(server, good)).status).toBe(200);
});

test("failures more than 30 seconds apart, or with a success between, do not add up", async () => {
  await using world = await startTestWorld();
  const { server, now } = world;
  const good = server.createIdentity();
  const bad = { clientId: good.clientId, clientSecret: "wrong" };
  for (let attempt = 0; attempt < 4; attempt += 1) {
    await login(server, bad);
    now.ms += 31_000;
  }
  expect((await login(server, good)).status).toBe(200);
  await login(server, bad);
  await login(server, bad);
  expect((await login(server, good)).status).toBe(200);
  await login(server, bad);
  expect((await login(server, good)).status).toBe(200);
});

test("a client secret ends with its use limit and with its own TTL", async () => {
  await using world = await startTestWorld();
  const { server, now } = world;
  const once = server.createIdentity({ clientSecretNumUsesLimit: 1 });
  expect((await login(server, once)).status).toBe(200);
  expect((await login(server, once)).status).toBe(401);
  const short = server.createIdentity({ clientSecretTTL: 60 });
  expect((await login(server, short)).status).toBe(200);
  now.ms += 61_000;
  expect((await login(server, short)).status).toBe(401);
});

test("a missing token is 401; a malformed, forged or expired one is 403 TokenError; a revoked one 401", async () => {
  await using world = await startTestWorld();
  const { server, now } = world;
  const credentials = server.createIdentity({ accessTokenTTL: 100 });
  const client = await connect(server, credentials);
  expect(await client.get(details)).toMatchObject({
    status: 200,
    body: { identityDetails: { organization: { id: server.organizationId, name: "Local", slug: "local" } } },
  });
  expect((await send(server, "GET", details)).status).toBe(401);
  for (const token of ["nonsense", "a.b.c", `${client.token}x`, (await otherServersToken()).token]) {
    expect(await clientFor(server, token).get(details)).toMatchObject({
      status: 403,
      body: { error: "TokenError" },
    });
  }
  now.ms += 100_000;
  expect(await client.get(details)).toMatchObject({ status: 403, body: { error: "TokenError" } });

  const second = await connect(server, credentials);
  const revoke = await send(server, "POST", "/api/v1/auth/token/revoke", {
    body: { accessToken: second.token },
  });
  expect(revoke).toMatchObject({ status: 200, body: { message: expect.any(String) } });
  expect((await second.get(details)).status).toBe(401);
});

async function otherServersToken() {
  await using other = await startTestWorld();
  return other.client;
}

test("the token is looked at before the body", async () => {
  await using world = await startTestWorld();
  const answer = await clientFor(world.server, "nonsense").post("/api/v4/secrets/batch", "{not json");
  expect(answer.status).toBe(403);
});

test("a token with a use limit is gone after the last use", async () => {
  await using world = await startTestWorld();
  const client = await connect(world.server, world.server.createIdentity({ accessTokenNumUsesLimit: 2 }));
  expect((await client.get(details)).status).toBe(200);
  expect((await client.get(details)).status).toBe(200);
  expect((await client.get(details)).status).toBe(401);
});

const renew = (world: { server: Parameters<typeof send>[0] }, accessToken: string) =>
  send(world.server, "POST", "/api/v1/auth/token/renew", { body: { accessToken } });

test("renewing prolongs until the maximum, and the attempt beyond kills the valid token", async () => {
  await using world = await startTestWorld();
  const { server, now } = world;
  const client = await connect(
    server,
    server.createIdentity({ accessTokenTTL: 100, accessTokenMaxTTL: 250 }),
  );
  now.ms += 90_000;
  const renewed = await renew(world, client.token);
  expect(renewed).toMatchObject({
    status: 200,
    body: { expiresIn: 100, accessTokenMaxTTL: 250, tokenType: "Bearer" },
  });
  expect((await client.get(details)).status).toBe(200);
  now.ms += 80_000;
  const later = clientFor(server, renewed.body.accessToken);
  expect((await later.get(details)).status).toBe(200);
  expect((await renew(world, later.token)).status).toBe(401);
  expect((await later.get(details)).status).toBe(401);
});

test("with TTL and maximum alike, as by default, every renewal fails", async () => {
  await using world = await startTestWorld();
  world.now.ms += 1000;
  expect((await renew(world, world.client.token)).status).toBe(401);
  expect((await world.client.get(details)).status).toBe(401);
});

test("the second of the login is no exception: time has passed, even where no clock shows it", async () => {
  await using world = await startTestWorld();
  expect((await renew(world, world.client.token)).status).toBe(401);
  expect((await world.client.get(details)).status).toBe(401);
  const short = await connect(
    world.server,
    world.server.createIdentity({ accessTokenTTL: 100, accessTokenMaxTTL: 200 }),
  );
  world.now.ms += 100_001;
  expect((await renew(world, short.token)).status).toBe(401);
});

test.each([
  {
    profile: "newest" as const,
    more: ["identityName", "authMethod", "orgId", "rootOrgId", "parentOrgId", "identityAuth", "jti"],
  },
  { profile: "2024-10" as const, more: [] },
])("a token of $profile carries the claims of its version, a renewed one too", async ({ profile, more }) => {
  await using world = await startTestWorld({ profile });
  const { organizationId } = world.server;
  const client = await connect(
    world.server,
    world.server.createIdentity({ name: "ci", accessTokenTTL: 100, accessTokenMaxTTL: 1000 }),
  );
  const renewed: string = (await renew(world, client.token)).body.accessToken;
  for (const token of [client.token, renewed]) {
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    expect(Object.keys(claims).sort()).toEqual(
      [
        "authTokenType",
        "clientSecretId",
        "exp",
        "iat",
        "identityAccessTokenId",
        "identityId",
        ...more,
      ].toSorted(),
    );
    if (more.length === 0) continue;
    expect(claims).toMatchObject({ identityName: "ci", authMethod: "universal-auth", orgId: organizationId });
    expect(claims.jti).toBe(claims.identityAccessTokenId);
  }
});

test("renewing after the TTL fails", async () => {
  await using world = await startTestWorld();
  const client = await connect(
    world.server,
    world.server.createIdentity({ accessTokenTTL: 100, accessTokenMaxTTL: 0 }),
  );
  world.now.ms += 101_000;
  expect((await renew(world, client.token)).status).toBe(401);
});

test("a periodic token is renewable without end", async () => {
  await using world = await startTestWorld();
  const credentials = world.server.createIdentity({ accessTokenPeriod: 100 });
  let answer = await login(world.server, credentials);
  for (let round = 0; round < 5; round += 1) {
    expect(answer.body).toMatchObject({ expiresIn: 100, accessTokenMaxTTL: 1_000_000_000 });
    world.now.ms += 90_000;
    answer = await renew(world, answer.body.accessToken);
  }
  expect((await clientFor(world.server, answer.body.accessToken).get(details)).status).toBe(200);
});
