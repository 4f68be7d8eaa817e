/** Pulumi's Terraform bridge sends no read before a plan: what a refresh found is of earlier, and the plan looks itself. */
import { expect, it } from "vitest";
import type { ObjectValue } from "../../provider/terraform/value.ts";
import { connectionBlock, providerBlock, syncBlock } from "../support/terraform/configuration.ts";
import type { PlannedChange } from "../support/terraform/core.ts";
import { CONNECTION, type RunningProvider, SYNC, startProvider } from "../support/terraform/provider.ts";
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

it("writes nothing again where the state of an update was lost, and keeps the earlier revision on record", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using provider = await startProvider(providerBlock(world), BRIDGE);
  const { core, nextPhase } = provider;
  const config = sync(world);
  await nextPhase();
  await core.apply(await core.plan("sync", SYNC, config));
  const lost = core.state.get("sync");
  if (!lost) throw new Error("no state");
  world.source.put({ A: "2" });
  await core.apply(await planUnread(provider, config));
  core.state.set("sync", lost);
  expect((await planUnread(provider, config)).planned).toEqual(lost.object);
  world.source.put({ A: "3" });
  await core.apply(await planUnread(provider, config));
  expect(core.state.get("sync")?.object["keys"]).toEqual({ A: expect.stringMatching(/^3@/) });
});

it("refuses an option that would do nothing in a deletion, before it is relied on", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using provider = await startProvider(providerBlock(world), BRIDGE);
  const { core, nextPhase } = provider;
  const removing = { ...sync(world), remove_secrets_on_delete: true };
  await nextPhase();
  await expect(core.plan("sync", SYNC, removing)).rejects.toThrow(
    /does not tell which secrets a sync has created.*\n\nSet removeSecretsOnDelete to false/s,
  );
  // Of a state that has it all the same, as of an import.
  const change = await core.plan("sync", SYNC, sync(world));
  await core.apply(change);
  const made = core.state.get("sync");
  if (!made) throw new Error("no state");
  core.state.set("sync", { ...made, object: { ...made.object, remove_secrets_on_delete: true } });
  const deletion = { ...change, action: "delete" as const, prior: core.state.get("sync"), config: undefined };
  await expect(core.apply({ ...deletion, planned: undefined })).rejects.toThrow(/none could be removed/);
  expect(core.state.has("sync")).toBe(true);
  core.state.set("sync", made);
  await core.apply({ ...deletion, prior: made, planned: undefined });
  expect(world.destination.read()).toEqual({ A: "1" });
});

it("tells of a name that Pulumi has made up", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using provider = await startProvider(providerBlock(world), BRIDGE);
  const { core, nextPhase } = provider;
  await nextPhase();
  await core.plan("given", SYNC, { ...sync(world), name: "dr-defaced" });
  await nextPhase();
  await core.plan("connection", CONNECTION, { ...connectionBlock(world), name: "dr-site" });
  expect(core.transcript.join("\n")).not.toContain("made up");
  await core.plan("sync", SYNC, { ...sync(world), name: "sync-0a1b2c3" });
  await core.plan("connection", CONNECTION, { ...connectionBlock(world), name: "dr-4d5e6f7" });
  expect(core.transcript.join("\n")).toMatch(
    /name sync-0a1b2c3 looks made up.*name dr-4d5e6f7 looks made up/s,
  );
});
