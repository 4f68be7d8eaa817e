import { expect, test } from "vitest";
import { createManualClock, type Seed, startInfisicalServer } from "../index.ts";
import { connect, send } from "../test-client.ts";
import { CONNECTIONS, NO_ID, SYNCS } from "./test-client.ts";

const credentials = {
  // Nobody is there: a seed is taken as it is.
  instanceUrl: "https://dr.example.org",
  machineIdentityClientId: NO_ID,
  machineIdentityClientSecret: "seeded-client-secret",
};

const seed = {
  projects: [{ id: "source-id", slug: "source", secrets: { dev: { "/new/folder": { KEY: "value" } } } }],
  connections: [
    { id: "0b7d6c1e-52f5-4b1c-9f5b-5a2d8a0a1c11", name: "dr-site", credentials },
    { name: "dr-site", project: "source", description: "of the project", credentials },
  ],
  secretSyncs: [
    {
      id: "2e6b0b2b-8f1b-4d0e-8d5d-0c2a4f7b6a44",
      name: "dr-app",
      project: "source-id",
      connection: "dr-site",
      environment: "dev",
      secretPath: "/new/folder",
      syncOptions: { initialSyncBehavior: "overwrite-destination" },
      destinationConfig: { projectId: "target", environment: "prod", secretPath: "/" },
    },
  ],
} satisfies Seed;

const withConnection = (more: object): Seed => ({ connections: [{ name: "one", credentials, ...more }] });

const withSync = (more: object): Seed => ({
  ...seed,
  secretSyncs: seed.secretSyncs.map((sync) => ({ ...sync, ...more })),
});

test("a seed brings connections and syncs, tries no credentials and queues nothing", async () => {
  const clock = createManualClock(Date.UTC(2026, 0, 2));
  await using server = await startInfisicalServer({ clock });
  const { connections, secretSyncs } = server.seed(seed);
  expect(connections).toEqual([
    { id: "0b7d6c1e-52f5-4b1c-9f5b-5a2d8a0a1c11", name: "dr-site" },
    { id: expect.any(String), name: "dr-site" },
  ]);
  expect(secretSyncs).toEqual([{ id: "2e6b0b2b-8f1b-4d0e-8d5d-0c2a4f7b6a44", name: "dr-app" }]);
  await clock.advance(60_000);
  const client = await connect(server, server.admin);
  const { secretSync } = (await client.get(`${SYNCS}/${secretSyncs[0]?.id}`)).body;
  expect(secretSync).toMatchObject({
    isAutoSyncEnabled: true,
    syncStatus: null,
    projectId: "source-id",
    folder: { path: "/new/folder" },
    // Of two with the name, the project's own.
    connection: { id: connections[1]?.id },
  });
  const { body } = await client.get(CONNECTIONS);
  expect(body.appConnections).toMatchObject([{ projectId: null }, { projectId: "source-id" }]);
  expect(server.auditEvents.map(({ type }) => type)).toEqual(["get-secret-sync", "get-app-connections"]);
});

test("a seed over HTTP queues nothing either", async () => {
  const clock = createManualClock(Date.UTC(2026, 0, 2));
  await using server = await startInfisicalServer({ clock });
  expect((await send(server, "POST", "/__test/seed", { body: seed })).status).toBe(200);
  await clock.advance(60_000);
  const client = await connect(server, server.admin);
  const { secretSyncs } = (await client.get(SYNCS, { projectId: "source-id" })).body;
  expect(secretSyncs).toMatchObject([{ syncStatus: null }]);
});

test.each<[string, Seed]>([
  ['project "none"', { connections: [{ name: "one", project: "none", credentials }] }],
  [
    '"dr-site" already exists',
    { ...seed, connections: [...seed.connections, ...seed.connections.slice(0, 1)] },
  ],
  ['connection "dr-site"', { ...seed, connections: [] }],
  ["dr-app", { ...seed, secretSyncs: [...seed.secretSyncs, ...seed.secretSyncs] }],
  ['no environment "test"', withSync({ environment: "test" })],
  [
    "one of another project",
    {
      projects: [...seed.projects, { id: "other-id" }],
      connections: [{ name: "dr-site", project: "other-id", credentials }],
      secretSyncs: seed.secretSyncs,
    },
  ],
  ["instanceURL", withConnection({ credentials: { ...credentials, instanceURL: "" } })],
  ["keyschema", withSync({ syncOptions: { initialSyncBehavior: "overwrite-destination", keyschema: "" } })],
  [
    "folder",
    withSync({
      destinationConfig: { projectId: "a", environment: "b", secretPath: "/", folder: "/" },
    }),
  ],
])("a seed that cannot be is refused: %s", async (text, input) => {
  await expect(startInfisicalServer({ seed: input })).rejects.toThrow(text);
});
