// The unmodified client of the product, so that the wire format is judged by someone else than us.
import { InfisicalSDK } from "@infisical/sdk";
import { expect, test } from "vitest";
import { systemClock } from "./index.ts";
import { startTestWorld } from "./test-client.ts";

async function setUp() {
  const world = await startTestWorld({ clock: systemClock });
  const { clientId, clientSecret } = world.server.createIdentity({
    name: "sdk",
    orgRole: "admin",
    accessTokenTTL: 600,
    memberships: [{ projectId: world.project.id, role: "admin" }],
  });
  const sdk = new InfisicalSDK({ siteUrl: world.server.url });
  await sdk.auth().universalAuth.login({ clientId, clientSecret });
  return Object.assign(world, { sdk, place: { projectId: world.project.id, environment: "dev" } });
}

test("login, renew, and a refusal with the server's message", async () => {
  await using world = await setUp();
  const first = world.sdk.auth().getAccessToken();
  expect(first).toMatch(/^ey/);
  await world.sdk.auth().universalAuth.renew();
  expect(world.sdk.auth().getAccessToken()).toMatch(/^ey/);
  const stranger = new InfisicalSDK({ siteUrl: world.server.url });
  await expect(stranger.auth().universalAuth.login({ clientId: "x", clientSecret: "y" })).rejects.toThrow(
    "Invalid credentials",
  );
});

test("secrets: create, get, list, update, rename, delete", async () => {
  await using world = await setUp();
  const { sdk, place } = world;
  const secrets = sdk.secrets();
  const created = await secrets.createSecret("DB_URL", {
    ...place,
    secretValue: "one",
    secretComment: "text",
  });
  expect(created.secret).toMatchObject({ secretKey: "DB_URL", secretValue: "one", version: 1 });
  await secrets.createSecret("ALIAS", { ...place, secretValue: "<${DB_URL}>" });
  expect(await secrets.getSecret({ ...place, secretName: "ALIAS" })).toMatchObject({ secretValue: "<one>" });

  const { secrets: listed } = await secrets.listSecrets({ ...place, viewSecretValue: true });
  expect(listed).toMatchObject([
    {
      secretKey: "DB_URL",
      secretValue: "one",
      secretComment: "text",
      secretPath: "/",
      secretValueHidden: false,
    },
    { secretKey: "ALIAS", secretValue: "<one>" },
  ]);
  const unexpanded = await secrets.listSecrets({
    ...place,
    expandSecretReferences: false,
    viewSecretValue: true,
  });
  expect(unexpanded.secrets[1]?.secretValue).toBe("<${DB_URL}>");
  const hidden = await secrets.listSecrets({ ...place, viewSecretValue: false });
  expect(hidden.secrets[0]).toMatchObject({ secretValueHidden: true, secretValue: "<hidden-by-infisical>" });

  await secrets.updateSecret("DB_URL", { ...place, secretValue: "two", newSecretName: "DATABASE_URL" });
  expect(world.server.readSecrets(place)).toEqual({ ALIAS: "<${DB_URL}>", DATABASE_URL: "two" });
  const deleted = await secrets.deleteSecret("DATABASE_URL", place);
  expect(deleted.secret).toMatchObject({ secretKey: "DATABASE_URL", secretValue: "two" });
  await expect(secrets.getSecret({ ...place, secretName: "DATABASE_URL" })).rejects.toThrow("not found");
  await expect(secrets.createSecret("ALIAS", { ...place, secretValue: "x" })).rejects.toThrow(
    "already exists",
  );
});

test("folders, recursion and imports", async () => {
  await using world = await setUp();
  const { sdk, place, server } = world;
  const folder = await sdk.folders().create({ ...place, name: "db", path: "/api", description: "text" });
  expect(folder).toMatchObject({ name: "db", description: "text" });
  expect(await sdk.folders().listFolders({ ...place, path: "/api" })).toMatchObject([{ name: "db" }]);
  server.putSecrets({ ...place, secretPath: "/api/db" }, { DEEP: "1" });
  const recursive = await sdk.secrets().listSecrets({ ...place, recursive: true, viewSecretValue: true });
  expect(recursive.secrets).toMatchObject([{ secretKey: "DEEP", secretPath: "/api/db" }]);

  server.putSecrets({ ...place, environment: "prod" }, { SHARED: "from prod" });
  await world.client.post("/api/v2/secret-imports", { ...place, import: { environment: "prod", path: "/" } });
  const merged = await sdk.secrets().listSecretsWithImports({ ...place, viewSecretValue: true });
  expect(merged).toMatchObject([{ secretKey: "SHARED", secretValue: "from prod" }]);
});

test("projects, invitations and environments", async () => {
  await using world = await setUp();
  const { sdk } = world;
  const project = await sdk
    .projects()
    .create({ projectName: "Made by SDK", type: "secret-manager", slug: "made-by-sdk" });
  expect(project).toMatchObject({ name: "Made by SDK", slug: "made-by-sdk" });
  const environment = await sdk
    .environments()
    .create({ projectId: project.id, name: "QA", slug: "qa", position: 4 });
  expect(environment).toMatchObject({ name: "QA", slug: "qa", projectId: project.id });
  const place = { projectId: project.id, environment: "qa" };
  await sdk.secrets().createSecret("A", { ...place, secretValue: "1" });
  expect(world.server.readSecrets(place)).toEqual({ A: "1" });
  const invited = await sdk.projects().inviteMembers({ projectId: project.id, emails: ["a@example.com"] });
  expect(invited).toHaveLength(1);
});
