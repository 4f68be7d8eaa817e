/** A path that is not in its normal form stays on record as it was written, and means the folder that it names. */
import { expect, test } from "vitest";
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
