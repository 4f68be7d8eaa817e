/** What is not in its normal form (paths, what was pasted with white space) stays on record as it was written, and means the same. */
import { expect, test } from "vitest";
import { startNativeWorld } from "./native/provider-calls.ts";
import { syncInputs } from "./support/arguments.ts";
import { openProvider } from "./support/provider-process.ts";
import { connectionBlock, providerBlock, syncBlock } from "./support/terraform/configuration.ts";
import { CONNECTION, SYNC, startProvider } from "./support/terraform/provider.ts";
import { startWorld, type World } from "./support/world.ts";

type Outputs = Record<string, unknown>;

const VALUES = { A: "1", B: "with ${A}" };

const at = (world: World, secretPath: string) => ({
  secretPath,
  destinationConfig: { projectId: world.destination.projectId, environment: "prod", secretPath },
});

test.each(["//app", "/app///", " /app/ "])(
  "Pulumi: %j is read without a change, and only respelt",
  async (spelt) => {
    await using world = await startWorld({ source: VALUES });
    await using provider = openProvider(world);
    const run = <T>(method: string, ...args: unknown[]) => provider.call<T>("secretSync", method, ...args);
    const check = async (olds: Outputs, secretPath: string) =>
      (await run<{ inputs: Outputs }>("check", olds, { ...plain, ...at(world, secretPath) })).inputs;
    const plain = syncInputs(world, {}, "connection");
    const created = await check({}, spelt);
    expect(created["secretPath"]).toBe(spelt);
    const { id, outs } = await run<{ id: string; outs: Outputs }>("create", created);
    expect(world.destination.read()).toEqual({ A: "1", B: "with 1" });

    await provider.nextPhase();
    const again = await check(created, spelt);
    expect(again).toEqual(created);
    expect(await run("diff", id, outs, again)).toEqual({ changes: false });
    const read = await run<{ inputs: Outputs }>("read", id, outs);
    expect(read.inputs).toEqual(created);

    const respelt = await check(created, "/app");
    expect(respelt).toEqual({ ...created, ...at(world, "/app") });
    const updated = await run<{ outs: Outputs }>("update", id, outs, respelt);
    expect(updated.outs["counts"]).toMatchObject({ create: 0, update: 0, delete: 0, unchanged: 2 });
  },
);

test("Terraform keeps it as the configuration has it, plans nothing after that, and imports it in its normal form", async () => {
  await using world = await startWorld({ source: VALUES });
  await using provider = await startProvider(providerBlock(world));
  const { core } = provider;
  await provider.nextPhase();
  await core.apply(await core.plan("connection", CONNECTION, connectionBlock(world)));
  const destination_connection = core.state.get("connection")?.object ?? null;
  const block = (path: string) => ({ ...syncBlock(world, at(world, path)), destination_connection });
  await core.apply(await core.plan("sync", SYNC, block("//app/")));
  expect(core.state.get("sync")?.object["secret_path"]).toBe("//app/");
  await provider.nextPhase();
  await core.refresh("sync");
  expect((await core.plan("sync", SYNC, block("//app/"))).action).toBe("none");

  const respelt = await core.plan("sync", SYNC, block("/app"));
  expect(respelt.action).toBe("update");
  expect(respelt.planned?.["keys"]).toEqual(respelt.prior?.object["keys"]);
  await core.apply(respelt);

  const { projectId } = world.source;
  const { imported_resources = [] } = await provider.client.call("ImportResourceState", {
    type_name: SYNC,
    id: `${projectId}/prod//app/::dr-billing`,
  });
  core.adopt("imported", SYNC, imported_resources[0]);
  expect(core.state.get("imported")?.object["secret_path"]).toBe("/app");
});

test.each(["engine", "native"] as const)(
  "what was pasted with white space around it is the same connection in %s execution",
  async (execution) => {
    await using world = await startNativeWorld({ execution, source: VALUES, sourceRole: "admin" });
    const pasted = (value: unknown) => ` ${String(value)}\n`;
    const { projectId } = world.source;
    const plain = { ...world.connection, ...(execution === "native" && { projectId }) };
    const spelt = {
      ...plain,
      machineIdentityClientId: pasted(world.destination.clientId),
      machineIdentityClientSecret: pasted(world.destination.clientSecret),
      instanceUrl: pasted(world.destination.server.url),
      ...(execution === "native" && { projectId: pasted(projectId) }),
    };
    const { id, outs } = await world.create("connection", spelt);
    expect(outs).toMatchObject(spelt);
    const read = await world.read("connection", id, outs);
    expect(read.inputs).toMatchObject(spelt);
    expect(await world.diff("connection", id, outs, spelt)).toEqual({ changes: false });
    // A new spelling is an update, and no other connection.
    expect((await world.diff("connection", id, outs, plain))["replaces"] ?? []).toEqual([]);
    await world.provider.nextPhase();
    const { inputs } = await world.check("connection", {}, { ...plain, adopt: true });
    expect(inputs?.["adopts"]).toBe(execution === "native" ? id : undefined);
    await world.update("connection", id, outs, plain);
  },
);
