/** A stack that had the dynamic resources goes on with the plugin. */
import { expect, test } from "vitest";
import { connectionInputs, syncInputs } from "../support/arguments.ts";
import { openProvider } from "../support/provider-process.ts";
import { type Checked, type Made, openPlugin, writesOf } from "../support/pulumi-plugin-calls.ts";
import { startWorld } from "../support/world.ts";

test("a stack changes over from the dynamic resources, and no key is written", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { OLD: "x" } });
  await using dynamic = openProvider(world);
  const made = await dynamic.call<Made>("connection", "create", connectionInputs(world));
  const checked = await dynamic.call<Checked>("secretSync", "check", {}, syncInputs(world, {}, made.id));
  const before = await dynamic.call<Made>("secretSync", "create", checked.inputs);
  const closure = { __provider: "exports.handler = …" };
  const [inputs, outputs] = [
    { ...checked.inputs, ...closure },
    { ...before.outs, ...closure },
  ];
  const written = writesOf(world).length;

  await using plugin = await openPlugin(world);
  const news = syncInputs(world, {}, made.id);
  const { inputs: planned } = await plugin.call<Checked>("secretSync", "check", inputs, news);
  expect(planned["keys"]).toEqual(checked.inputs["keys"]);
  // It is an update: the state takes the form of the plugin's.
  expect(await plugin.call("secretSync", "diff", before.id, outputs, planned, inputs)).toEqual({
    changes: true,
  });
  const { outs } = await plugin.call<Made>("secretSync", "update", before.id, outputs, planned);
  expect(outs).not.toHaveProperty("__provider");
  expect(outs["syncId"]).toBe(before.outs["syncId"]);
  expect(await plugin.call("secretSync", "diff", before.id, outs, planned, planned)).toEqual({
    changes: false,
  });
  expect(writesOf(world).length).toBe(written);
});
