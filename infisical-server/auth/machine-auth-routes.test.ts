// Logins without a client secret are set up over the API, by organization admins, and used then (contract §21).
import { expect, test } from "vitest";
import { startIssuer } from "../index.ts";
import { connect, send, startTestWorld } from "../test-client.ts";

const SUBJECT = "repo:acme/app:ref:refs/heads/main";
const url = (method: string, id: string) => `/api/v1/auth/${method}/identities/${id}`;

async function start(profile: "newest" | "2024-10" = "newest") {
  const world = await startTestWorld({ profile });
  const admin = await connect(world.server, world.server.admin);
  const organizationId = world.server.organizationId;
  const { body } = await admin.post("/api/v1/identities", { name: "ci", organizationId });
  return {
    world,
    admin,
    id: String(body.identity.id),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

test("OIDC is set up, changed, looked at and taken away again", async () => {
  await using at = await start();
  const { world, admin, id } = at;
  await using issuer = await startIssuer({ now: () => world.now.ms });
  const auth = url("oidc-auth", id);
  const login = (jwt: string) =>
    send(world.server, "POST", "/api/v1/auth/oidc-auth/login", { body: { identityId: id, jwt } });
  const jwt = () => issuer.token({ sub: SUBJECT, aud: "here" });

  expect((await admin.get(auth)).status).toBe(404);
  const settings = { oidcDiscoveryUrl: issuer.url, boundIssuer: issuer.url, boundSubject: "repo:acme/other" };
  const made = await admin.post(auth, { ...settings, ofAnotherVersion: "dropped" });
  expect(made.body.identityOidcAuth).toEqual({
    ...settings,
    identityId: id,
    boundAudiences: "",
    boundClaims: {},
    accessTokenTTL: 2_592_000,
    accessTokenMaxTTL: 2_592_000,
    accessTokenNumUsesLimit: 0,
    accessTokenTrustedIps: [{ ipAddress: "0.0.0.0/0" }, { ipAddress: "::/0" }],
  });
  expect((await admin.post(auth, settings)).status).toBe(400);
  expect((await login(jwt())).status).toBe(403);

  const changed = await admin.patch(auth, { boundSubject: SUBJECT, accessTokenTTL: 60 });
  expect(changed.body.identityOidcAuth).toMatchObject({ boundIssuer: issuer.url, accessTokenTTL: 60 });
  expect((await admin.patch(auth, { accessTokenMaxTTL: 30 })).status).toBe(400);
  expect((await admin.patch(auth, { oidcDiscoveryUrl: "nourl" })).status).toBe(422);
  const { status, body } = await login(jwt());
  expect({ status, body }).toMatchObject({ status: 200, body: { expiresIn: 60 } });
  expect((await admin.get(`/api/v1/identities/${id}`)).body.identity.identity.authMethods).toEqual([
    "oidc-auth",
  ]);

  expect((await admin.delete(auth)).status).toBe(200);
  expect((await login(jwt())).status).toBe(404);
  const bearer = { headers: { authorization: `Bearer ${body.accessToken}` } };
  expect((await send(world.server, "GET", "/api/v1/projects", bearer)).status).toBe(401);
});

test.each([
  ["kubernetes-auth", "identityKubernetesAuth", { kubernetesHost: "https://10.0.0.1", allowedNames: "ci" }],
  ["jwt-auth", "identityJwtAuth", { configurationType: "jwks", jwksUrl: "https://issuer.example.com/jwks" }],
  ["aws-auth", "identityAwsAuth", { allowedAccountIds: "123456789012" }],
])("%s is set up beside others", async (method, field, settings) => {
  await using at = await start();
  const { admin, id } = at;
  await admin.post(url("universal-auth", id), {});
  expect((await admin.post(url(method, id), settings)).body[field]).toMatchObject({
    ...settings,
    identityId: id,
  });
  expect((await admin.get(url(method, id))).body[field]).toMatchObject(settings);
});

test("an instance of October 2024 gives an identity one way to log in", async () => {
  await using at = await start("2024-10");
  const { admin, id } = at;
  await admin.post(url("universal-auth", id), {});
  const refused = await admin.post(url("aws-auth", id), {});
  expect(refused).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining("already configured") },
  });
});

test("nobody but an organization admin may set one up", async () => {
  await using at = await start();
  const viewer = await at.world.as("viewer");
  for (const method of ["oidc-auth", "aws-auth"])
    expect((await viewer.post(url(method, at.id), {})).status).toBe(403);
});
