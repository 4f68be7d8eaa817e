/** A plan shows what a user has written and what will change, and nothing else. */
import { expect, it } from "vitest";
import { type ObjectValue, UNKNOWN } from "../../provider/terraform/value.ts";
import { connectionBlock, providerBlock, syncBlock } from "../support/terraform/configuration.ts";
import { CONNECTION, SYNC, startProvider } from "../support/terraform/provider.ts";
import { startWorld, type World } from "../support/world.ts";

const OPTIONS = { initial_sync_behavior: "overwrite-destination" };

const given = (object: unknown) =>
  Object.fromEntries(Object.entries(object as ObjectValue).filter(([, value]) => value !== null));

function writeOnly(world: World, version: number): ObjectValue {
  const { machine_identity_client_secret: secret = null, ...rest } = connectionBlock(world);
  return {
    ...rest,
    machine_identity_client_secret_wo: secret,
    machine_identity_client_secret_wo_version: version,
  };
}

it("defaults are in neither plan nor state", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using provider = await startProvider(providerBlock(world));
  const { core, nextPhase } = provider;
  await nextPhase();
  const connection = await core.plan("connection", CONNECTION, connectionBlock(world));
  const config = (options: ObjectValue): ObjectValue => ({
    ...syncBlock(world, {}),
    destination_connection: connection.planned ?? null,
    sync_options: { ...OPTIONS, ...options },
  });
  const change = await core.plan("sync", SYNC, config({}));
  expect(given(change.planned?.["sync_options"])).toEqual(OPTIONS);
  expect(Object.keys(given(change.planned)).sort()).toEqual([
    ...[
      "destination_config",
      "destination_connection",
      "environment",
      "id",
      "keys",
      "last_synced_at",
      "name",
    ],
    ...["project_id", "secret_path", "status", "sync_options", "taken_over"],
  ]);
  // How the first run ends is known after it; that a later one ends as well is no line.
  expect(change.planned?.["status"]).toBe(UNKNOWN);
  await core.apply(connection);
  await core.apply(change);

  // One that is given and taken back again is the default again.
  await nextPhase();
  await core.apply(await core.plan("sync", SYNC, config({ disable_secret_deletion: true })));
  world.source.drop("A");
  world.source.put({ B: "2" });
  await nextPhase();
  const back = await core.plan("sync", SYNC, config({}));
  expect(back.planned?.["status"]).toBe("succeeded");
  expect(given(back.planned?.["sync_options"])).toEqual(OPTIONS);
  await core.apply(back);
  expect(world.destination.read()).toEqual({ B: "2" });
  await nextPhase();
  expect((await core.plan("sync", SYNC, config({}))).action).toBe("none");
  expect(core.state.get("sync")?.object["taken_over"]).toEqual({});
});

it.each(["engine", "native"] as const)(
  "a rotated secret changes the connection, and none of its syncs, in %s execution",
  async (execution) => {
    await using world = await startWorld({
      execution,
      source: { A: "1" },
      connectionSecret: "configuration",
    });
    await using provider = await startProvider(providerBlock(world));
    const { core, nextPhase } = provider;
    const plan = async (version: number) => {
      await nextPhase();
      const connection = await core.plan("connection", CONNECTION, writeOnly(world, version));
      const config = { ...syncBlock(world, {}), destination_connection: connection.planned ?? null };
      return { connection, sync: () => core.plan("sync", SYNC, config) };
    };
    await core.apply((await plan(1)).connection);
    await core.apply(await (await plan(1)).sync());
    const rotated = await plan(2);
    expect(rotated.connection.action).toBe("update");
    const { id, organization, org_id } = core.state.get("connection")?.object ?? {};
    expect(rotated.connection.planned).toMatchObject({ id, organization, org_id });
    expect((await rotated.sync()).action).toBe("none");
    await core.apply(rotated.connection);
    expect((await (await plan(2)).sync()).action).toBe("none");
  },
);

it("an engine's connection has its id in its first plan, and keeps what an instance does not tell any more", async () => {
  await using world = await startWorld();
  await using provider = await startProvider(providerBlock(world));
  const { core, nextPhase } = provider;
  await nextPhase();
  const change = await core.plan("connection", CONNECTION, connectionBlock(world));
  expect(change.planned?.["id"]).toEqual(expect.stringMatching(/^[0-9a-f-]{36}$/));
  await core.apply(change);
  world.destination.server.fault({ kind: "status", status: 404, path: "/api/v1/identities/details" });
  const renamed = { ...connectionBlock(world), description: "moved" };
  await nextPhase();
  await core.apply(await core.plan("connection", CONNECTION, renamed));
  expect(core.state.get("connection")?.object["organization"]).toMatchObject({ slug: "local" });
});
