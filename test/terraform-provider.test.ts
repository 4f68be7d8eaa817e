/** What a Terraform user meets that no scenario has: imports, state, secrets outside the state, stops. */
import { describe, expect, it, vi } from "vitest";
import { type ObjectValue, UNKNOWN } from "../provider/terraform/value.ts";
import { connectionBlock, providerBlock, syncBlock } from "./support/terraform/configuration.ts";
import { CONNECTION, type RunningProvider, SYNC, startProvider } from "./support/terraform/provider.ts";
import { startWorld, type World } from "./support/world.ts";

const BATCH = "/api/v4/secrets/batch";

/** The connection's attributes as a sync takes them, without a resource of its own. */
const inline = ({ destination }: World): ObjectValue => ({
  id: "by-hand",
  name: "dr-site",
  instance_url: destination.server.url,
  machine_identity_client_id: destination.clientId,
  machine_identity_client_secret: destination.clientSecret,
});

const sync = (world: World, more: ObjectValue = {}): ObjectValue => ({
  ...syncBlock(world, {}),
  destination_connection: inline(world),
  ...more,
});

async function deploy({ core, nextPhase }: RunningProvider, config: ObjectValue) {
  await nextPhase();
  const change = await core.plan("sync", SYNC, config);
  await nextPhase();
  await core.apply(change);
  return change;
}

describe("a sync", () => {
  it("is imported by its place; the first plan fills in the rest and writes what is missing", async () => {
    await using world = await startWorld({ source: { A: "1", B: "2" }, destination: { A: "1" } });
    await using provider = await startProvider(providerBlock(world));
    const { core, client, nextPhase } = provider;
    await nextPhase();
    const answer = await client.call("ImportResourceState", {
      type_name: SYNC,
      id: `${world.source.projectId}/prod/app::dr-billing`,
    });
    expect(answer.diagnostics ?? []).toEqual([]);
    core.adopt("sync", SYNC, answer.imported_resources?.[0]);
    const id = core.state.get("sync")?.object["id"];

    const change = await deploy(provider, sync(world));
    expect(change.action).toBe("update");
    expect(Object.keys(change.planned?.["keys"] ?? {})).toEqual(["A", "B"]);
    expect(core.state.get("sync")?.object).toMatchObject({ id, status: "succeeded" });
    expect(world.destination.read()).toEqual({ A: "1", B: "2" });
    await nextPhase();
    expect((await core.plan("sync", SYNC, sync(world))).action).toBe("none");
  });

  it("that takes folders along is imported by the place of the uppermost", async () => {
    const folders = ["api", "api/v1"];
    const values = { A: "1", "api/A": "2", "api/v1/B": "3" };
    await using world = await startWorld({ folders, source: values, destination: { "api/A": "2" } });
    await using provider = await startProvider(providerBlock(world));
    const { core, client, nextPhase } = provider;
    await nextPhase();
    const id = `${world.source.projectId}/prod/app::dr-billing`;
    const answer = await client.call("ImportResourceState", { type_name: SYNC, id });
    core.adopt("sync", SYNC, answer.imported_resources?.[0]);
    const tree = {
      ...sync(world),
      sync_options: { initial_sync_behavior: "overwrite-destination", include_all_sub_folders: true },
    };
    const change = await deploy(provider, tree);
    expect(Object.keys(change.planned?.["keys"] ?? {})).toEqual(["A", "api/A", "api/v1/B"]);
    expect(world.destination.read()).toEqual(values);
    await nextPhase();
    expect((await core.plan("sync", SYNC, tree)).action).toBe("none");
  });

  it("refuses to import what it cannot find, and says how", async () => {
    await using world = await startWorld();
    await using provider = await startProvider(providerBlock(world));
    await provider.nextPhase();
    const { diagnostics } = await provider.client.call("ImportResourceState", { type_name: SYNC, id: "x" });
    expect(diagnostics?.[0]?.detail).toContain("<project id>/<environment><path>::<name>");
  });

  it("is planned without a request, from what the read has found", async () => {
    await using world = await startWorld({ source: { A: "1" } });
    await using provider = await startProvider(providerBlock(world));
    const { core, nextPhase } = provider;
    await deploy(provider, sync(world));
    world.source.put({ A: "2", B: "3" });
    await nextPhase();
    const refreshed = await core.refresh("sync");
    if (refreshed) core.state.set("sync", refreshed);
    const asked = world.source.server.requests.length + world.destination.server.requests.length;
    const change = await core.replan("sync", sync(world));
    expect(Object.keys(change["keys"] ?? {})).toEqual(["A", "B"]);
    expect(world.source.server.requests.length + world.destination.server.requests.length).toBe(asked);
  });

  it("writes nothing where the source changed after the plan", async () => {
    await using world = await startWorld({ source: { A: "1" } });
    await using provider = await startProvider(providerBlock(world));
    const { core, nextPhase } = provider;
    await deploy(provider, sync(world));
    world.source.put({ A: "2" });
    await nextPhase();
    const change = await core.plan("sync", SYNC, sync(world));
    world.source.put({ A: "3" });
    await nextPhase();
    await expect(core.apply(change)).rejects.toThrow(/nothing was written.*key A: planned 2@.*now 3@/s);
    expect(world.destination.read()).toEqual({ A: "1" });
  });

  it("is kept with what it wrote where its first run stops half-way, and wipes nothing when replaced", async () => {
    await using world = await startWorld({ source: { A: "1" }, destination: { OLD: "x" } });
    await using provider = await startProvider(providerBlock(world));
    world.destination.server.fault({ kind: "status", status: 403, path: BATCH, method: "DELETE" });
    const config = sync(world, { remove_secrets_on_delete: true });
    await expect(deploy(provider, config)).rejects.toThrow(/stopped half-way \(1 created\)/);
    expect(provider.core.state.get("sync")).toMatchObject({ isTainted: true, object: { status: "failed" } });
    world.destination.server.clearFaults();
    const change = await deploy(provider, config);
    expect(change.action).toBe("replace");
    expect(world.destination.read()).toEqual({ A: "1" });
  });

  it("finishes in the next run what an update left half-done, asked for by triggers or not", async () => {
    await using world = await startWorld({ source: { A: "1" } });
    await using provider = await startProvider(providerBlock(world));
    const config = (release: string) => sync(world, { is_auto_sync_enabled: false, triggers: { release } });
    await deploy(provider, sync(world));
    world.source.put({ B: "2" });
    world.source.drop("A");
    world.destination.server.fault({ kind: "status", status: 403, path: BATCH, method: "DELETE" });
    await expect(deploy(provider, config("1"))).rejects.toThrow(/stopped half-way/);
    expect(provider.core.state.get("sync")?.object).toMatchObject({ status: "failed" });
    world.destination.server.clearFaults();
    await deploy(provider, config("1"));
    expect(world.destination.read()).toEqual({ B: "2" });
    expect(provider.core.state.get("sync")?.object).toMatchObject({ status: "succeeded" });
  });

  it("stops when told, with a state of what is done", async () => {
    await using world = await startWorld({ source: { A: "1" } });
    await using provider = await startProvider(providerBlock(world));
    const { core, client, nextPhase } = provider;
    await nextPhase();
    const change = await core.plan("sync", SYNC, sync(world));
    await client.call("StopProvider", {});
    await expect(core.apply(change)).rejects.toThrow(/deployment was stopped/);
    expect(core.state.has("sync")).toBe(false);
    expect(world.destination.read()).toEqual({});
  });

  it("lets the write in flight end when stopped, and remembers it", async () => {
    await using world = await startWorld({ source: { A: "1" }, destination: { OLD: "x" } });
    await using provider = await startProvider(providerBlock(world));
    const { core, client, nextPhase } = provider;
    await nextPhase();
    const change = await core.plan("sync", SYNC, sync(world));
    world.destination.server.fault({ kind: "delay", ms: 300, path: BATCH, method: "PATCH" });
    const applied = core.apply(change);
    await vi.waitFor(() =>
      expect(world.destination.server.requests.some(({ method }) => method === "PATCH")).toBe(true),
    );
    await client.call("StopProvider", {});
    await expect(applied).rejects.toThrow(/stopped half-way \(1 created\).*not done: delete OLD/s);
    expect(world.destination.read()).toEqual({ A: "1", OLD: "x" });
    expect(Object.keys(core.state.get("sync")?.object["keys"] ?? {})).toEqual(["A"]);
  });

  it("goes on where Terraform has lost what was kept beside the attributes, as when the provider is killed", async () => {
    await using world = await startWorld({ source: { A: "1", B: "2" } });
    await using provider = await startProvider(providerBlock(world));
    const { core, nextPhase } = provider;
    const config = sync(world, { remove_secrets_on_delete: true });
    await deploy(provider, config);
    const lose = () => {
      const entry = core.state.get("sync");
      if (entry) core.state.set("sync", { ...entry, private: undefined });
    };
    lose();
    await nextPhase();
    expect((await core.plan("sync", SYNC, config)).action).toBe("none");
    lose();
    world.source.put({ C: "3" });
    world.source.drop("A");
    world.destination.put({ B: "drift" });
    const { prior, planned } = await deploy(provider, config);
    expect(prior?.object["keys"]).toMatchObject({ B: expect.stringMatching(/^changed /) });
    expect(Object.keys(planned?.["keys"] ?? {})).toEqual(["B", "C"]);
    expect(world.destination.read()).toEqual({ B: "2", C: "3" });
    lose();
    await core.apply(await core.plan("sync", SYNC, undefined));
    // Nothing tells any more which keys the sync created, so none is taken away.
    expect(world.destination.read()).toEqual({ B: "2", C: "3" });
  });

  it("goes on likewise where the source instance runs it", async () => {
    await using world = await startWorld({ execution: "native", source: { A: "1" } });
    await using provider = await startProvider(providerBlock(world));
    const { core, nextPhase } = provider;
    const loseAll = () => {
      for (const [name, entry] of core.state) core.state.set(name, { ...entry, private: undefined });
    };
    await nextPhase();
    await core.apply(await core.plan("connection", CONNECTION, connectionBlock(world)));
    const made = core.state.get("connection")?.object ?? {};
    const { id, name, instance_url, machine_identity_client_id, machine_identity_client_secret } = made;
    const config = sync(world, {
      destination_connection: {
        ...{ id, name, instance_url, machine_identity_client_id, machine_identity_client_secret },
        execution: "native",
      } as ObjectValue,
    });
    await deploy(provider, config);
    loseAll();
    await nextPhase();
    expect((await core.plan("connection", CONNECTION, connectionBlock(world))).action).toBe("none");
    expect((await core.plan("sync", SYNC, config)).action).toBe("none");
    world.source.put({ B: "2" });
    await deploy(provider, config);
    expect(world.destination.read()).toEqual({ A: "1", B: "2" });
  });

  it("can still be planned where the client secret of its state is refused", async () => {
    await using world = await startWorld({ source: { A: "1" } });
    await using provider = await startProvider(providerBlock(world));
    await deploy(provider, sync(world));
    const entry = provider.core.state.get("sync");
    const stale = { ...inline(world), machine_identity_client_secret: "0".repeat(64) };
    if (entry)
      provider.core.state.set("sync", {
        ...entry,
        object: { ...entry.object, destination_connection: stale },
      });
    await provider.nextPhase();
    const unseen = await provider.core.plan("sync", SYNC, sync(world, { destination_connection: stale }));
    expect(unseen.planned?.["keys"]).toBe(UNKNOWN);
    expect(provider.core.transcript.join("\n")).toContain("Could not look at the sync");
    await provider.nextPhase();
    expect((await provider.core.plan("sync", SYNC, sync(world))).action).toBe("update");
  });
});

describe("a connection", () => {
  it("keeps a write-only secret out of plan and state", async () => {
    await using world = await startWorld();
    await using provider = await startProvider(providerBlock(world));
    const { core, nextPhase } = provider;
    const { machine_identity_client_secret: secret = null, ...rest } = connectionBlock(world);
    const config = (version: number): ObjectValue => ({
      ...rest,
      machine_identity_client_secret_wo: secret,
      machine_identity_client_secret_wo_version: version,
    });
    await nextPhase();
    await core.apply(await core.plan("connection", CONNECTION, config(1)));
    expect(JSON.stringify([...core.state])).not.toContain(secret);
    await nextPhase();
    expect((await core.plan("connection", CONNECTION, config(1))).action).toBe("none");
    expect((await core.plan("connection", CONNECTION, config(2))).action).toBe("update");
  });

  it("is validated without a network, as far as it is known", async () => {
    await using world = await startWorld();
    await using provider = await startProvider({ host: UNKNOWN });
    const bad: ObjectValue = { ...connectionBlock(world), name: "Not A Slug", instance_url: UNKNOWN };
    await expect(provider.core.plan("connection", CONNECTION, bad)).rejects.toThrow(
      /name: must be lower-case/,
    );
  });
});

it("a provider block that is not known yet leaves the keys unknown, and nothing fails", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using provider = await startProvider({ ...providerBlock(world), client_secret: UNKNOWN });
  await provider.nextPhase();
  const { planned } = await provider.core.plan("sync", SYNC, sync(world));
  expect(planned?.["keys"]).toBe(UNKNOWN);
});

it.each(["9007199254740993", "1.5", "0.1", "18446744073709551616"])(
  "a version of the secret such as %s is a number like any other",
  async (version) => {
    await using world = await startWorld();
    await using provider = await startProvider(providerBlock(world));
    const { core, nextPhase } = provider;
    const config = (text: string): ObjectValue => ({
      ...connectionBlock(world),
      machine_identity_client_secret_wo_version: text,
    });
    await nextPhase();
    await core.apply(await core.plan("connection", CONNECTION, config(version)));
    await nextPhase();
    expect((await core.plan("connection", CONNECTION, config(version))).action).toBe("none");
    expect((await core.plan("connection", CONNECTION, config(`${version}1`))).action).toBe("update");
  },
);

it("a state with something else in the place of a number is told, and by its attribute", async () => {
  await using world = await startWorld();
  await using provider = await startProvider(providerBlock(world));
  const raw_state = { json: Buffer.from('{"wait_timeout_seconds":"soon"}') };
  const answer = await provider.client.call("UpgradeResourceState", { type_name: SYNC, raw_state });
  expect(answer.diagnostics?.[0]?.detail).toContain("wait_timeout_seconds is not a number");
});

it("a state of a newer version is refused", async () => {
  await using world = await startWorld();
  await using provider = await startProvider(providerBlock(world));
  const raw_state = { json: Buffer.from("{}") };
  const answer = await provider.client.call("UpgradeResourceState", {
    type_name: SYNC,
    version: 9,
    raw_state,
  });
  expect(answer.diagnostics?.[0]?.detail).toContain("version 9");
});
