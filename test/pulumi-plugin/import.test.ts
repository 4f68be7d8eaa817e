/** What is there already is taken over, and what the destination has already is not written. */
import { expect, test } from "vitest";
import { packageSchema, TOKENS } from "../../provider/pulumi-plugin/schema.ts";
import { pulumiPluginRuns } from "../drivers/pulumi-plugin.ts";
import { connectionInputs, syncInputs } from "../support/arguments.ts";
import { type Checked, type Made, openPlugin, type Read, writesOf } from "../support/pulumi-plugin-calls.ts";
import { startWorld, type World } from "../support/world.ts";

test("a sync of the engine is imported by its place", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { A: "1" } });
  await using plugin = await openPlugin(world);
  const { projectId, environment, secretPath } = world.source;
  const id = `${projectId}/${environment}${secretPath}::dr-billing`;
  const read = await plugin.call<Read>("secretSync", "read", id, {}, {});
  expect(read.inputs).toMatchObject({ name: "dr-billing", projectId, environment, secretPath });
  const syncId = String(read.props["syncId"]);
  // `pulumi import` asks of what was read, and nothing else.
  expect(await plugin.call<Checked>("secretSync", "check", read.inputs, read.inputs)).toEqual({
    inputs: read.inputs,
  });

  const news = syncInputs(world, {}, "");
  const { inputs } = await plugin.call<Checked>("secretSync", "check", read.inputs, news);
  expect(Object.keys(inputs["keys"] as object)).toEqual(["A"]);
  const { outs } = await plugin.call<Made>("secretSync", "update", syncId, read.props, inputs);
  expect(outs).toMatchObject({ syncId, syncStatus: "succeeded", keys: inputs["keys"] });
  expect(await plugin.call("secretSync", "diff", syncId, outs, inputs, inputs)).toEqual({ changes: false });
  expect(writesOf(world)).toEqual([]);
});

test("a tree is imported by the place of its root, with the keys of all its folders", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { A: "1" } });
  for (const { server, projectId, environment, secretPath } of [world.source, world.destination])
    server.putSecrets({ projectId, environment, secretPath: `${secretPath}/api` }, { B: "2" });
  await using plugin = await openPlugin(world);
  const { projectId, environment, secretPath } = world.source;
  const id = `${projectId}/${environment}${secretPath}::dr-billing`;
  const read = await plugin.call<Read>("secretSync", "read", id, {}, {});
  const syncOptions = { initialSyncBehavior: "overwrite-destination", includeAllSubFolders: true } as const;
  const news = syncInputs(world, { syncOptions }, "");
  const { inputs } = await plugin.call<Checked>("secretSync", "check", read.inputs, news);
  expect(Object.keys(inputs["keys"] as object)).toEqual(["A", "api/B"]);
  const syncId = String(read.props["syncId"]);
  const { outs } = await plugin.call<Made>("secretSync", "update", syncId, read.props, inputs);
  expect(outs).toMatchObject({ syncId, syncStatus: "succeeded", keys: inputs["keys"] });
  expect(writesOf(world)).toEqual([]);
});

test("what the id does not tell has a place in the program that Pulumi writes, and is refused until it is filled in", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using plugin = await openPlugin(world);
  const { projectId, environment, secretPath } = world.source;
  const id = `${projectId}/${environment}${secretPath}::dr-billing`;
  const read = await plugin.call<Read>("secretSync", "read", id, {}, {});
  // All that the package's schema requires, or Pulumi writes no program at all.
  for (const name of packageSchema("0.0.0").resources[TOKENS.secretSync]?.requiredInputs ?? [])
    expect(read.inputs).toHaveProperty(name);
  expect(plugin.plugin.told.at(-1)).toMatch(/fill in destinationConfig and syncOptions/);
  const written = { ...syncInputs(world, {}, ""), ...read.inputs };
  const { failures } = await plugin.call<Checked>("secretSync", "check", read.inputs, written);
  expect(failures?.map(({ reason }) => reason).join("\n")).toMatch(
    /^destinationConfig.secretPath: .*\nsyncOptions.initialSyncBehavior: /s,
  );
});

test("an import that was never deployed is looked at and forgotten without a request", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { A: "1" } });
  await using plugin = await openPlugin(world);
  const read = await plugin.call<Read>("secretSync", "read", `${world.source.projectId}/prod/app::a`, {}, {});
  const before = world.destination.server.requests.length;
  expect((await plugin.call<Read>("secretSync", "read", "x", read.props, read.inputs)).props).toEqual(
    read.props,
  );
  await plugin.call("secretSync", "delete", "x", read.props);
  expect(world.destination.server.requests.length).toBe(before);
});

const startNativeWorld = () =>
  startWorld({ execution: "native", connectionSecret: "configuration", source: { A: "1" } });

/** Connection and sync of the source instance, made by another stack. @param fail the second run of the sync */
async function deployElsewhere(world: World, fail = false): Promise<void> {
  await using other = await pulumiPluginRuns.open(world);
  await other.deploy({});
  if (!fail) return;
  world.source.put({ A: "2" });
  world.destination.server.fault({ kind: "status", status: 403, path: "/api/v3/secrets" });
  await expect(other.deploy({})).rejects.toThrow(/failed/);
  world.destination.server.clearFaults();
}

/** Both are imported, and the connection is declared as it is. */
async function openImported(world: World) {
  const plugin = await openPlugin(world, { isConnectionSeen: false });
  const connection = await plugin.call<Read>("connection", "read", "dr-site", {}, {});
  await plugin.call("connection", "check", connection.inputs, connectionInputs(world));
  const read = await plugin.call<Read>("secretSync", "read", nameOf(world), {}, {});
  const id = String(read.props["syncId"]);
  const declared = syncInputs(world, {}, String(read.props["connectionId"]));
  return { ...plugin, read, id, declared };
}

/** Requests that change the objects of the source instance. */
const changesOf = (world: World) =>
  world.source.server.requests.filter(
    ({ method, path }) => method !== "GET" && /app-connections|secret-syncs/.test(path),
  );

const nameOf = (world: World) => `${world.source.projectId}::dr-billing`;

test("a native connection is imported by name and by id, and is as it was declared", async () => {
  await using world = await startNativeWorld();
  await deployElsewhere(world);
  await using plugin = await openPlugin(world, { isConnectionSeen: false });
  const byName = await plugin.call<Read>("connection", "read", "dr-site", {}, {});
  expect(byName.inputs).toEqual(connectionInputs(world));
  const id = String(byName.props["connectionId"]);
  expect(await plugin.call("connection", "read", id, {}, {})).toEqual(byName);
  const news = connectionInputs(world);
  const { inputs } = await plugin.call<Checked>("connection", "check", byName.inputs, news);
  expect(await plugin.call("connection", "diff", id, byName.props, inputs, byName.inputs)).toEqual({
    changes: false,
  });
});

test("a native sync is imported by name and by id, and as it is read, nothing is to be done", async () => {
  await using world = await startNativeWorld();
  await deployElsewhere(world);
  const before = changesOf(world).length;
  await using plugin = await openImported(world);
  const { id, read } = plugin;
  expect((await plugin.call<Read>("secretSync", "read", id, {}, {})).inputs).toEqual(read.inputs);
  expect(read.props).toMatchObject({ syncStatus: "succeeded", keys: { A: expect.any(String) } });
  const asked = await plugin.call<Checked>("secretSync", "check", read.inputs, read.inputs);
  expect(asked).toEqual({ inputs: read.inputs });
  const { keys: _planned, ...written } = read.inputs;
  const { inputs } = await plugin.call<Checked>("secretSync", "check", read.inputs, written);
  expect(inputs).toEqual(read.inputs);
  expect(await plugin.call("secretSync", "diff", id, read.props, inputs, read.inputs)).toEqual({
    changes: false,
  });
  expect(changesOf(world).length).toBe(before);
});

test("a native sync that is imported may name the connection that is declared beside it", async () => {
  await using world = await startNativeWorld();
  await deployElsewhere(world);
  await using plugin = await openImported(world);
  const { id, read, declared } = plugin;
  const [written, before] = [writesOf(world).length, changesOf(world).length];
  const { inputs } = await plugin.call<Checked>("secretSync", "check", read.inputs, declared);
  expect(inputs["keys"]).toEqual(read.inputs["keys"]);
  const { outs } = await plugin.call<Made>("secretSync", "update", id, read.props, inputs);
  expect(outs).toMatchObject({ syncId: id, syncStatus: "succeeded", connectionName: "dr-site" });
  expect(await plugin.call("secretSync", "diff", id, outs, inputs, inputs)).toEqual({ changes: false });
  expect([writesOf(world).length, changesOf(world).length]).toEqual([written, before]);
});

test("a native sync whose run failed is run again by the deployment after its import", async () => {
  await using world = await startNativeWorld();
  await deployElsewhere(world, true);
  // Nothing is left to write but that the run has failed.
  world.destination.put({ A: "2" });
  await using plugin = await openImported(world);
  const { id, read, declared } = plugin;
  expect(read.props).toMatchObject({ syncStatus: "failed" });
  const { inputs } = await plugin.call<Checked>("secretSync", "check", read.inputs, declared);
  expect(await plugin.call("secretSync", "diff", id, read.props, inputs, read.inputs)).toEqual({
    changes: true,
  });
  const { outs } = await plugin.call<Made>("secretSync", "update", id, read.props, inputs);
  expect(outs["syncStatus"]).toBe("succeeded");
});

test.each([
  ["connection", "nobody", /no Infisical Connection nobody.*nothing to import/s],
  ["secretSync", "nobody", /no Infisical Sync nobody.*Import by id or as/s],
  ["secretSync", "an-id/prod/app::No Name", /names no sync: name: /],
] as const)("what is not there is not imported, %s %s", async (kind, id, message) => {
  await using world = await startWorld({ execution: "native" });
  await using plugin = await openPlugin(world);
  await expect(plugin.call(kind, "read", id, {}, {})).rejects.toThrow(message);
});
