/** A sync names its connection, and has from it what that is like. */
import { expect, test } from "vitest";
import { configurationOf } from "../drivers/pulumi-plugin.ts";
import { connectionInputs, syncInputs } from "../support/arguments.ts";
import { reference, startPlugin, urnOf } from "../support/pulumi-plugin.ts";
import { type Checked, type Made, openPlugin, type Properties } from "../support/pulumi-plugin-calls.ts";
import { startWorld } from "../support/world.ts";

test("a connection of another provider is refused, and one on record stays known", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  const urn = urnOf("SecretSync", "sync");
  const connection = reference(urnOf("Connection", "connection"), "an-id");
  const { connectionId: _its, ...rest } = syncInputs(world, {}, "an-id");
  await using alone = await startPlugin(configurationOf(world));
  const check = async (olds: Properties, beside: Properties = {}) => {
    const own = { name: "dr-billing", projectId: rest["projectId"], environment: "prod", secretPath: "/app" };
    const { destinationConfig, syncOptions } = rest;
    const answer = await alone.client.call<{
      getFailuresList(): { getReason(): string; getProperty(): string }[];
    }>("check", "CheckRequest", {
      Urn: urn,
      Olds: olds,
      News: { ...own, destinationConfig, syncOptions, connection, ...beside },
    });
    return answer.getFailuresList().map((one) => `${one.getProperty()}|${one.getReason()}`);
  };
  expect(await check({})).toEqual([
    expect.stringMatching(/^\|connection: "connection" is not declared with the provider of this sync/),
  ]);
  const recorded = { ...rest, connectionId: "an-id", connection };
  expect(await check(recorded)).toEqual([]);
  // Or it would go where the connection does not lead.
  for (const name of ["instanceUrl", "connectionId", "machineIdentityClientId"])
    expect(await check(recorded, { [name]: "x" })).toEqual([
      `|${name}: cannot be given beside connection, which has its own`,
    ]);
});

test("what a connection is declared to be counts for its syncs, whatever it was found to be", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using plugin = await openPlugin(world);
  const { id, outs } = await plugin.call<Made>("connection", "create", connectionInputs(world));
  await plugin.call("connection", "read", id, { ...outs, name: "old-name" }, connectionInputs(world));
  const { inputs } = await plugin.call<Checked>("secretSync", "check", {}, syncInputs(world, {}, id));
  expect(inputs["connectionName"]).toBe("dr-site");
});

test("a connection that is read and not declared is one for syncs", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using plugin = await openPlugin(world, { isConnectionSeen: false });
  const { id, outs } = await plugin.call<Made>("connection", "create", connectionInputs(world));
  await plugin.call("connection", "read", id, outs, connectionInputs(world));
  const { inputs } = await plugin.call<Checked>("secretSync", "check", {}, syncInputs(world, {}, id));
  expect(inputs).toMatchObject({ connectionId: id, keys: { A: expect.any(String) } });
});
