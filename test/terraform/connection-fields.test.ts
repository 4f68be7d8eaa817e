/** A sync whose connection is given by its fields, as programs under Pulumi's bridge have to, or without any resource. */
import { expect, it } from "vitest";
import { type ObjectValue, UNKNOWN } from "../../provider/terraform/value.ts";
import { connectionBlock, providerBlock, syncBlock } from "../support/terraform/configuration.ts";
import { CONNECTION, SYNC, startProvider } from "../support/terraform/provider.ts";
import { startWorld, type World } from "../support/world.ts";

const sync = (world: World, fields: ObjectValue): ObjectValue => ({
  ...syncBlock(world, {}),
  destination_connection: { ...connectionBlock(world), ...fields },
});

it("is deployed without the connection's id, and stays as it is with it", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using provider = await startProvider(providerBlock(world));
  const { core, nextPhase } = provider;
  await nextPhase();
  await core.apply(await core.plan("connection", CONNECTION, connectionBlock(world)));
  await core.apply(await core.plan("sync", SYNC, sync(world, {})));
  await nextPhase();
  expect(world.destination.read()).toEqual({ A: "1" });
  expect((await core.plan("sync", SYNC, sync(world, {}))).action).toBe("none");
  const id = core.state.get("connection")?.object["id"] ?? null;
  const before = world.destination.server.requests.length;
  await core.apply(await core.plan("sync", SYNC, sync(world, { id })));
  const writes = world.destination.server.requests
    .slice(before)
    .filter(({ path }) => path.includes("/batch"));
  expect(writes).toEqual([]);
});

it("waits for a field that is not known yet", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using provider = await startProvider(providerBlock(world));
  await provider.nextPhase();
  const { planned } = await provider.core.plan("sync", SYNC, sync(world, { instance_url: UNKNOWN }));
  expect(planned?.["keys"]).toBe(UNKNOWN);
});

it.each<[string, ObjectValue, RegExp]>([
  ["the URL", { instance_url: null }, /destination_connection: lacks instance_url$/m],
  ["the name", { name: null }, /destination_connection: lacks name$/m],
  [
    "all",
    {
      name: null,
      instance_url: null,
      machine_identity_client_id: null,
      machine_identity_client_secret: null,
    },
    /destination_connection: is missing/,
  ],
])("is told what it lacks: %s", async (_what, fields, says) => {
  await using world = await startWorld({ source: { A: "1" } });
  await using provider = await startProvider(providerBlock(world));
  await provider.nextPhase();
  await expect(provider.core.plan("sync", SYNC, sync(world, fields))).rejects.toThrow(says);
});
