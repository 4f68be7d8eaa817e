import { expect, test } from "vitest";
import { connect, login, startTestWorld } from "../test-client.ts";

test("an organization admin makes an identity, its credentials and its membership over the API", async () => {
  await using world = await startTestWorld();
  const { server, project } = world;
  const admin = await connect(server, server.admin);
  const created = await admin.post("/api/v1/identities", {
    name: "ci",
    organizationId: server.organizationId,
  });
  expect(created.body.identity).toMatchObject({ name: "ci", orgId: server.organizationId, authMethods: [] });
  const { id } = created.body.identity;

  const auth = `/api/v1/auth/universal-auth/identities/${id}`;
  expect((await admin.get(auth)).status).toBe(400);
  const attached = await admin.post(auth, { accessTokenTTL: 600 });
  expect(attached.body.identityUniversalAuth).toMatchObject({
    clientId: expect.any(String),
    identityId: id,
    accessTokenTTL: 600,
    accessTokenMaxTTL: 2_592_000,
    accessTokenNumUsesLimit: 0,
    lockoutThreshold: 3,
    clientSecretTrustedIps: [{ ipAddress: "0.0.0.0/0" }, { ipAddress: "::/0" }],
  });
  expect(attached.body.identityUniversalAuth).not.toHaveProperty("clientSecrets");
  const { clientId } = attached.body.identityUniversalAuth;
  const made = await admin.post(`${auth}/client-secrets`, { description: "first" });
  expect(made.body).toMatchObject({
    clientSecret: expect.any(String),
    clientSecretData: {
      description: "first",
      clientSecretNumUses: 0,
      clientSecretPrefix: made.body.clientSecret.slice(0, 4),
      isClientSecretRevoked: false,
    },
  });
  const { clientSecret, clientSecretData } = made.body;

  const client = await connect(server, { clientId, clientSecret });
  expect((await client.get("/api/v1/projects")).body.projects).toEqual([]);
  const membership = `/api/v1/projects/${project.id}/memberships/identities/${id}`;
  expect((await admin.post(membership, { role: "viewer" })).body.identityMembership).toMatchObject({
    identityId: id,
    projectId: project.id,
  });
  expect((await admin.post(membership, { role: "viewer" })).status).toBe(400);
  const query = { projectId: project.id, environment: "dev" };
  expect((await client.get("/api/v4/secrets", query)).status).toBe(200);
  expect((await client.post("/api/v4/secrets/A", { ...query, secretValue: "1" })).status).toBe(403);
  expect((await admin.patch(membership, { roles: [{ role: "member" }] })).body.roles).toMatchObject([
    { role: "member" },
  ]);
  expect((await client.post("/api/v4/secrets/A", { ...query, secretValue: "1" })).status).toBe(200);
  expect((await admin.get(membership)).body.identityMembership).toMatchObject({ identity: { name: "ci" } });
  expect((await admin.delete(membership)).status).toBe(200);
  expect((await client.get("/api/v4/secrets", query)).status).toBe(403);

  const listed = await admin.get(`${auth}/client-secrets`);
  expect(listed.body.clientSecretData).toMatchObject([{ id: clientSecretData.id, clientSecretNumUses: 1 }]);
  expect(listed.text).not.toContain(clientSecret);
  const revoked = await admin.post(`${auth}/client-secrets/${clientSecretData.id}/revoke`, {});
  expect(revoked.body.clientSecretData.isClientSecretRevoked).toBe(true);
  expect((await login(server, { clientId, clientSecret })).status).toBe(401);
});

test("settings are checked and updated, lockouts cleared, universal auth removed with its tokens", async () => {
  await using world = await startTestWorld();
  const { server } = world;
  const admin = await connect(server, server.admin);
  const credentials = server.createIdentity({});
  const auth = `/api/v1/auth/universal-auth/identities/${credentials.identityId}`;
  expect((await admin.patch(auth, { accessTokenTTL: 100, accessTokenMaxTTL: 50 })).status).toBe(400);
  expect((await admin.patch(auth, { accessTokenTTL: 315_360_001 })).status).toBe(422);
  expect((await admin.patch(auth, { lockoutThreshold: 1 })).body.identityUniversalAuth).toMatchObject({
    lockoutThreshold: 1,
    accessTokenTTL: 2_592_000,
  });
  await login(server, { ...credentials, clientSecret: "wrong" });
  expect((await login(server, credentials)).status).toBe(401);
  expect((await admin.post(`${auth}/clear-lockouts`, {})).body).toEqual({ deleted: 1 });
  const client = await connect(server, credentials);
  expect((await client.get("/api/v1/projects")).status).toBe(200);
  expect((await admin.delete(auth)).status).toBe(200);
  expect((await client.get("/api/v1/projects")).status).toBe(401);
  expect((await login(server, credentials)).status).toBe(401);
});

test("identities are listed, changed and removed; others than admins may not", async () => {
  await using world = await startTestWorld();
  const { server, client, project } = world;
  const admin = await connect(server, server.admin);
  const { identityId } = server.createIdentity({ name: "old" });
  expect((await client.get("/api/v1/identities")).status).toBe(403);
  expect(
    (await client.post("/api/v1/identities", { name: "x", organizationId: server.organizationId })).status,
  ).toBe(403);
  expect((await admin.post("/api/v1/identities", { name: "x", organizationId: "other" })).status).toBe(403);
  expect((await admin.get("/api/v1/identities")).body.totalCount).toBe(3);
  await admin.patch(`/api/v1/identities/${identityId}`, { name: "new", role: "member" });
  expect((await admin.get(`/api/v1/identities/${identityId}`)).body.identity).toMatchObject({
    role: "member",
    identity: { name: "new" },
  });
  expect((await admin.delete(`/api/v1/identities/${identityId}`)).status).toBe(200);
  expect((await admin.get(`/api/v1/identities/${identityId}`)).status).toBe(404);
  // Project admins manage memberships of their own project, by the deprecated route too; others do not.
  const guest = server.createIdentity();
  const path = `/api/v1/projects/${project.id}/identity-memberships/${guest.identityId}`;
  expect((await (await world.as("member")).post(path, { role: "viewer" })).status).toBe(403);
  expect((await client.post(path, { role: "none-such" })).status).toBe(404);
  expect((await client.post(path, { roles: [{ role: "describe-only" }] })).status).toBe(200);
  const all = (await client.get(`/api/v1/projects/${project.id}/memberships/identities`)).body;
  expect(all.identityMemberships.at(-1)).toMatchObject({
    identityId: guest.identityId,
    roles: [{ role: "custom", customRoleSlug: "describe-only" }],
  });
});

test("members read what roles and privileges an identity has; viewers its roles", async () => {
  await using world = await startTestWorld();
  const { server, project } = world;
  const paths = [{ secretPath: "/app", keys: ["A"], role: "no-access" as const }];
  const { identityId } = server.createIdentity({
    memberships: [{ projectId: project.id, role: "member", paths }],
  });
  const roles = `/api/v2/workspace/${project.id}/identity-memberships/${identityId}`;
  const privileges = [
    "/api/v1/additional-privilege/identity",
    { identityId, projectSlug: project.slug },
  ] as const;
  const [member, viewer] = [await world.as("member"), await world.as("viewer")];
  for (const client of [member, viewer])
    expect((await client.get(roles)).body.identityMembership.roles).toMatchObject([{ role: "member" }]);
  expect((await member.get(...privileges)).body.privileges).toHaveLength(1);
  expect((await viewer.get(...privileges)).status).toBe(403);
  expect((await (await world.as("no-access")).get(roles)).status).toBe(403);
});
