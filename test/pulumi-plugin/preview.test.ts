/** A preview asks for creations and updates, too, and nothing is done. */
import { expect, test } from "vitest";
import { pulumiPluginRuns } from "../drivers/pulumi-plugin.ts";
import { connectionInputs, syncInputs } from "../support/arguments.ts";
import { secret } from "../support/pulumi-plugin.ts";
import { type Checked, type Made, openPlugin, type Properties } from "../support/pulumi-plugin-calls.ts";
import { startWorld, type World } from "../support/world.ts";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const writes = ({ source, destination }: World) =>
  [source, destination].flatMap(({ server }) =>
    server.requests.filter(
      ({ method, path, status }) => method !== "GET" && status < 400 && !path.includes("/auth/"),
    ),
  );

test.each(["engine", "native"] as const)("previews write nothing, in %s execution", async (execution) => {
  await using world = await startWorld({ execution, source: { A: "1" }, destination: { OLD: "x" } });
  await using stack = await pulumiPluginRuns.open(world);
  const seen = await stack.preview({});
  expect(seen.keys).toEqual({ A: "add" });
  expect(writes(world)).toEqual([]);
  expect(world.destination.read()).toEqual({ OLD: "x" });
  await stack.deploy({});
  world.source.put({ A: "2" });
  const before = writes(world).length;
  expect((await stack.preview({})).keys).toEqual({ A: "update" });
  expect(writes(world).length).toBe(before);
});

test("a preview knows what is planned, keeps secrets sealed, and what a run will tell is open", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using plugin = await openPlugin(world);
  const { inputs: connection } = await plugin.call<Checked>(
    "connection",
    "check",
    {},
    connectionInputs(world),
  );
  const made = (await plugin.foresee("connection", "create", connection)) as Made;
  expect(made.id).toBe("");
  expect(made.outs).toMatchObject({ name: "dr-site", connectionId: UNKNOWN, organization: UNKNOWN });
  expect(made.outs["machineIdentityClientSecret"]).toEqual(secret(world.destination.clientSecret));

  const news = syncInputs(world, {}, UNKNOWN);
  const { inputs } = await plugin.call<Checked>("secretSync", "check", {}, news);
  const { outs } = (await plugin.foresee("secretSync", "create", inputs)) as Made;
  expect(outs).toMatchObject({
    keys: inputs["keys"],
    syncId: UNKNOWN,
    lastSyncedAt: UNKNOWN,
    counts: UNKNOWN,
  });

  const before = await plugin.call<Made>("secretSync", "create", inputs);
  world.source.put({ A: "2" });
  const { inputs: next } = await plugin.call<Checked>("secretSync", "check", inputs, news);
  const after = (await plugin.foresee("secretSync", "update", before.id, before.outs, next)) as {
    outs: Properties;
  };
  expect(after.outs).toMatchObject({ keys: next["keys"], syncId: before.id, syncStatus: UNKNOWN });
});
