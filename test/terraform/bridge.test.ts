/** Pulumi's Terraform bridge sends no read before a plan: what a refresh found is of earlier, and the plan looks itself. */
import { expect, it } from "vitest";
import type { ObjectValue } from "../../provider/terraform/value.ts";
import { connectionBlock, providerBlock, syncBlock } from "../support/terraform/configuration.ts";
import type { PlannedChange } from "../support/terraform/core.ts";
import { type RunningProvider, SYNC, startProvider } from "../support/terraform/provider.ts";
import { startWorld, type World } from "../support/world.ts";

const BRIDGE = "pulumi-terraform-bridge";

const sync = (world: World): ObjectValue => ({
  ...syncBlock(world, {}),
  destination_connection: { ...connectionBlock(world), id: "by-hand" },
});

async function planUnread({ core, nextPhase }: RunningProvider, config: ObjectValue): Promise<PlannedChange> {
  await nextPhase();
  const planned = await core.replan("sync", config);
  return { name: "sync", type: SYNC, config, action: "update", prior: core.state.get("sync"), planned };
}

async function refresh({ core, nextPhase }: RunningProvider): Promise<void> {
  await nextPhase();
  const read = await core.refresh("sync");
  if (read) core.state.set("sync", read);
}

it("pushes what has changed since a refresh, and shows it", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { OLD: "x" } });
  await using provider = await startProvider(providerBlock(world), BRIDGE);
  const { core, nextPhase } = provider;
  const config = sync(world);
  await nextPhase();
  await core.apply(await core.plan("sync", SYNC, config));
  expect(core.transcript.join("\n")).toContain("At the destination:\nOLD: delete");
  await refresh(provider);
  world.source.put({ A: "2", B: "3" });
  world.destination.put({ A: "drift" });
  const change = await planUnread(provider, config);
  expect(core.transcript.join("\n")).toContain("At the destination:\n~ A\n+ B");
  await core.apply(change);
  expect(world.destination.read()).toEqual({ A: "2", B: "3" });
  // Drift that a refresh has seen.
  world.destination.put({ A: "drift" });
  await refresh(provider);
  await core.apply(await planUnread(provider, config));
  expect(world.destination.read()).toEqual({ A: "2", B: "3" });
});

it("goes on after a refresh that failed", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using provider = await startProvider(providerBlock(world), BRIDGE);
  const { core, nextPhase } = provider;
  await nextPhase();
  await core.apply(await core.plan("sync", SYNC, sync(world)));
  world.destination.server.fault({ kind: "status", status: 403, path: "/api/v4/secrets" });
  await refresh(provider);
  world.destination.server.clearFaults();
  world.source.put({ A: "2" });
  await core.apply(await planUnread(provider, sync(world)));
  expect(world.destination.read()).toEqual({ A: "2" });
});
