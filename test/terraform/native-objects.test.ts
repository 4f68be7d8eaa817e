/** Objects of the source instance under Terraform: replaced, and run again after a failure. */
import { describe, expect, it } from "vitest";
import type { ObjectValue } from "../../provider/terraform/value.ts";
import { connectionBlock, providerBlock, syncBlock } from "../support/terraform/configuration.ts";
import { CONNECTION, type RunningProvider, SYNC, startProvider } from "../support/terraform/provider.ts";
import { startWorld, type World } from "../support/world.ts";

async function deployConnection({ core, nextPhase }: RunningProvider, world: World): Promise<ObjectValue> {
  await nextPhase();
  await core.apply(await core.plan("connection", CONNECTION, connectionBlock(world)));
  const destination_connection = core.state.get("connection")?.object ?? null;
  return { ...syncBlock(world, {}), destination_connection };
}

/** As `-replace`, `replace_triggered_by` and a tainted object have it: the plan is made as for a new one. */
function taint({ core }: RunningProvider, name: string): unknown {
  const entry = core.state.get(name);
  if (!entry) throw new Error(`No ${name}`);
  core.state.set(name, { ...entry, isTainted: true });
  return entry.object["id"];
}

describe("is replaced", () => {
  it("a sync", async () => {
    await using world = await startWorld({ execution: "native", source: { A: "1" } });
    await using provider = await startProvider(providerBlock(world));
    const { core, nextPhase } = provider;
    const config = await deployConnection(provider, world);
    await core.apply(await core.plan("sync", SYNC, config));
    const before = taint(provider, "sync");
    await nextPhase();
    const change = await core.plan("sync", SYNC, config);
    expect(change.action).toBe("replace");
    expect(Object.keys(change.planned?.["keys"] ?? {})).toEqual(["A"]);
    await nextPhase();
    await core.apply(change);
    expect(core.state.get("sync")?.object["id"]).not.toBe(before);
    expect(core.state.get("sync")?.object["status"]).toBe("succeeded");
    await nextPhase();
    expect((await core.plan("sync", SYNC, config)).action).toBe("none");
  });

  it("a connection", async () => {
    await using world = await startWorld({ execution: "native" });
    await using provider = await startProvider(providerBlock(world));
    const { core, nextPhase } = provider;
    await deployConnection(provider, world);
    const before = taint(provider, "connection");
    await nextPhase();
    const change = await core.plan("connection", CONNECTION, connectionBlock(world));
    expect(change.action).toBe("replace");
    await nextPhase();
    await core.apply(change);
    expect(core.state.get("connection")?.object["id"]).not.toBe(before);
  });

  it("and a stranger's of that name is still refused", async () => {
    await using world = await startWorld({ execution: "native", source: { A: "1" } });
    await using provider = await startProvider(providerBlock(world));
    const { core, nextPhase } = provider;
    const config = await deployConnection(provider, world);
    await core.apply(await core.plan("sync", SYNC, config));
    core.state.clear();
    await nextPhase();
    await expect(core.plan("connection", CONNECTION, connectionBlock(world))).rejects.toThrow(/already/);
    await expect(core.plan("sync", SYNC, config)).rejects.toThrow(/already/);
  });
});

describe("a run that failed", () => {
  const fail = ({ destination }: World) =>
    destination.server.fault({ kind: "status", status: 403, path: "/api/v3/secrets" });

  it.each(["as deployed", "as imported"])("is made again by the next apply, %s", async (how) => {
    await using world = await startWorld({ execution: "native", source: { A: "1" } });
    await using provider = await startProvider(providerBlock(world));
    const { core, client, nextPhase } = provider;
    const config = await deployConnection(provider, world);
    fail(world);
    await expect(core.apply(await core.plan("sync", SYNC, config))).rejects.toThrow(/failed/);
    world.destination.server.clearFaults();
    const entry = core.state.get("sync");
    if (!entry) throw new Error("The sync is not in the state");
    core.state.set("sync", { ...entry, isTainted: false });
    if (how === "as imported") {
      const id = `${world.source.projectId}::dr-billing`;
      const { imported_resources } = await client.call("ImportResourceState", { type_name: SYNC, id });
      core.adopt("sync", SYNC, imported_resources?.[0]);
    }
    // Nothing is left to write but that the run has failed.
    world.destination.put({ A: "1" });
    await nextPhase();
    const change = await core.plan("sync", SYNC, config);
    expect(change.action).toBe("update");
    await nextPhase();
    await core.apply(change);
    expect(core.state.get("sync")?.object["status"]).toBe("succeeded");
    await nextPhase();
    expect((await core.plan("sync", SYNC, config)).action).toBe("none");
  });
});
