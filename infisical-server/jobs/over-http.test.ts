// The runner behind the routes: two servers, one clock.
import { expect, test } from "vitest";
import { createManualClock } from "../clock.ts";
import { type InfisicalServer, startInfisicalServer } from "../index.ts";
import { connect } from "../test-client.ts";

const SYNCS = "/api/v1/secret-syncs/external-infisical";
const CONNECTIONS = "/api/v1/app-connections/external-infisical";

async function startPair() {
  const clock = createManualClock(Date.UTC(2026, 0, 2));
  const source = await startInfisicalServer({ clock, random: () => 0 });
  const remote = await startInfisicalServer();
  const from = { projectId: source.createProject().id, environment: "dev" };
  const to = { projectId: remote.createProject().id, environment: "prod", secretPath: "/" };
  const client = await connect(source, source.admin);
  const { body } = await client.post(CONNECTIONS, {
    name: "remote",
    method: "machine-identity-universal-auth",
    credentials: credentialsOf(remote),
  });
  return {
    clock,
    source,
    remote,
    from,
    to,
    client,
    addSync: async (place = from) =>
      (
        await client.post(SYNCS, {
          ...place,
          name: "copy",
          secretPath: "/",
          connectionId: body.appConnection.id,
          syncOptions: { initialSyncBehavior: "overwrite-destination" },
          destinationConfig: to,
        })
      ).body.secretSync,
    async [Symbol.asyncDispose]() {
      await source.close();
      await remote.close();
    },
  };
}

const credentialsOf = ({ url, admin }: InfisicalServer) => ({
  instanceUrl: url,
  machineIdentityClientId: admin.clientId,
  machineIdentityClientSecret: admin.clientSecret,
});

test("a new sync is answered pending, runs, and follows the source", async () => {
  await using pair = await startPair();
  const { clock, source, remote, from, to, client } = pair;
  source.putSecrets(from, { A: "1" });
  const created = await pair.addSync();
  expect(created).toMatchObject({ syncStatus: "pending", lastSyncedAt: null });
  await clock.advance(0);
  await source.settled();
  const { body } = await client.get(`${SYNCS}/${created.id}`);
  expect(body.secretSync).toMatchObject({
    syncStatus: "succeeded",
    lastSyncMessage: null,
    lastSyncedAt: "2026-01-02T00:00:00.000Z",
  });
  expect(remote.readSecrets(to)).toEqual({ A: "1" });
  source.putSecrets(from, { B: "2" });
  await clock.advance(3_000);
  expect(remote.readSecrets(to)).toEqual({ A: "1", B: "2" });
  source.spoilSecrets(from, ["A", "NONE"]);
  await client.post(`${SYNCS}/${created.id}/sync-secrets`);
  await clock.advance(0);
  expect(remote.readSecrets(to)).toEqual({ B: "2" });
});

test("a seed is no change of secrets: a sync made right after it runs once", async () => {
  await using pair = await startPair();
  const { clock, source, remote, to } = pair;
  source.seed({ projects: [{ id: "seeded", secrets: { dev: { "/": { A: "1" } } } }] });
  await pair.addSync({ projectId: "seeded", environment: "dev" });
  await clock.advance(0);
  expect(remote.readSecrets(to)).toEqual({ A: "1" });
  remote.clearRequests();
  await clock.advance(60_000);
  expect(remote.requests).toEqual([]);
});

test("closing a server ends its jobs first", async () => {
  const pair = await startPair();
  const { clock, source, remote } = pair;
  await pair.addSync();
  const reached = Promise.withResolvers<void>();
  remote.fault({ kind: "run", action: reached.resolve });
  remote.fault({ kind: "hang" });
  const advance = clock.advance(0);
  await reached.promise;
  await source.close();
  await advance;
  await remote.close();
});
