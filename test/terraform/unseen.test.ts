/** A destination that is gone, or that nobody may look at: nothing is written, and what removes nothing there goes on. */
import { describe, expect, it } from "vitest";
import { type ObjectValue, UNKNOWN } from "../../provider/terraform/value.ts";
import { connectionBlock, providerBlock, syncBlock } from "../support/terraform/configuration.ts";
import { CONNECTION, type RunningProvider, SYNC, startProvider } from "../support/terraform/provider.ts";
import { startWorld, type World } from "../support/world.ts";

async function deploy({ core, nextPhase }: RunningProvider, world: World): Promise<ObjectValue> {
  await nextPhase();
  await core.apply(await core.plan("connection", CONNECTION, connectionBlock(world)));
  const config = {
    ...syncBlock(world, {}),
    destination_connection: core.state.get("connection")?.object ?? null,
  };
  await core.apply(await core.plan("sync", SYNC, config));
  return config;
}

const LOSSES: Record<string, (world: World) => unknown> = {
  "does not answer": ({ destination }) => destination.server.close(),
  "refuses the identity": ({ destination }) =>
    destination.server.fault({ kind: "status", status: 401, path: "/api/v1/auth/universal-auth/login" }),
};

describe.each(["engine", "native"] as const)("in %s execution", (execution) => {
  it.each(Object.entries(LOSSES))("is destroyed where the destination %s", async (_name, lose) => {
    await using world = await startWorld({ execution, source: { A: "1" } });
    await using provider = await startProvider(providerBlock(world));
    const { core, nextPhase } = provider;
    const config = await deploy(provider, world);
    await lose(world);
    await nextPhase();
    // Before it destroys, the tool plans as if it did not.
    await core.plan("connection", CONNECTION, connectionBlock(world));
    await core.plan("sync", SYNC, config);
    await nextPhase();
    for (const [name, type] of [["sync", SYNC] as const, ["connection", CONNECTION] as const])
      await core.apply(await core.plan(name, type, undefined));
    expect(core.state.size).toBe(0);
  });
});

it("nothing is written for a plan that has not seen the destination, and the reason is told once", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using provider = await startProvider(providerBlock(world));
  const { core, nextPhase } = provider;
  const config = await deploy(provider, world);
  world.source.put({ B: "2" });
  world.destination.server.fault({ kind: "status", status: 403, path: "/api/v4/secrets" });
  await nextPhase();
  core.transcript.length = 0;
  const change = await core.plan("sync", SYNC, config);
  expect(change.action).toBe("update");
  expect(change.planned?.["keys"]).toBe(UNKNOWN);
  expect(core.transcript.join("\n").match(/\(403\b/g)).toHaveLength(1);
  world.destination.server.clearFaults();
  await nextPhase();
  await expect(core.apply(change)).rejects.toThrow(/could not be looked at.*403.*Nothing was written/s);
  expect(world.destination.read()).toEqual({ A: "1" });
  await nextPhase();
  await core.apply(await core.plan("sync", SYNC, config));
  expect(world.destination.read()).toEqual({ A: "1", B: "2" });
});
