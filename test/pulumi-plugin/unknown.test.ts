/** Values that a preview does not know yet: nothing is refused for them, and nothing is taken for known. */
import { expect, test } from "vitest";
import { connectionArgs, secretSyncArgs } from "../../provider/schema.ts";
import { connectionInputs, syncInputs } from "../support/arguments.ts";
import { secret } from "../support/pulumi-plugin.ts";
import {
  type Checked,
  type Made,
  openPlugin,
  type Properties,
  writesOf,
} from "../support/pulumi-plugin-calls.ts";
import { startWorld } from "../support/world.ts";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Every argument, with those inside objects by a dotted path. */
const PATHS = Object.entries(secretSyncArgs.shape).flatMap(([name]) =>
  name === "destinationConfig"
    ? [name, ...["projectId", "environment", "secretPath"].map((inner) => `${name}.${inner}`)]
    : name === "syncOptions"
      ? [name, ...Object.keys(secretSyncArgs.shape.syncOptions.shape).map((inner) => `${name}.${inner}`)]
      : [name],
);

/** Arguments with an unknown value at a path. */
function withUnknown(args: Properties, path: string, unknown: unknown): Properties {
  const [name = "", inner] = path.split(".");
  return { ...args, [name]: inner === undefined ? unknown : { ...(args[name] as object), [inner]: unknown } };
}

test.each(PATHS)("a sync of which %s is not known yet, new or there already", async (path) => {
  await using world = await startWorld({ source: { A: "1" }, destination: { OLD: "x" } });
  await using plugin = await openPlugin(world);
  const { id: connectionId } = await plugin.call<Made>("connection", "create", connectionInputs(world));
  const args = syncInputs(world, {}, connectionId);
  for (const unknown of [UNKNOWN, secret(UNKNOWN)]) {
    const news = withUnknown(args, path, unknown);
    const checked = await plugin.call<Checked>("secretSync", "check", {}, news);
    expect(checked.failures).toBeUndefined();
    await plugin.foresee("secretSync", "create", checked.inputs);
  }
  expect(world.destination.read()).toEqual({ OLD: "x" });

  const { inputs } = await plugin.call<Checked>("secretSync", "check", {}, args);
  const made = await plugin.call<Made>("secretSync", "create", inputs);
  const written = writesOf(world).length;
  const next = await plugin.call<Checked>("secretSync", "check", inputs, withUnknown(args, path, UNKNOWN));
  expect(next.failures).toBeUndefined();
  expect(await plugin.call("secretSync", "diff", made.id, made.outs, next.inputs, inputs)).toEqual({
    changes: true,
  });
  await plugin.foresee("secretSync", "update", made.id, made.outs, next.inputs);
  expect(writesOf(world).length).toBe(written);
});

test.each(Object.keys(connectionArgs.shape))(
  "a connection of which %s is not known yet, and a sync of it",
  async (name) => {
    await using world = await startWorld({ source: { A: "1" } });
    await using plugin = await openPlugin(world, { isConnectionSeen: false });
    const checked = await plugin.call<Checked>(
      "connection",
      "check",
      {},
      {
        ...connectionInputs(world),
        [name]: UNKNOWN,
      },
    );
    expect(checked.failures).toBeUndefined();
    await plugin.foresee("connection", "create", checked.inputs);
    const sync = await plugin.call<Checked>("secretSync", "check", {}, syncInputs(world, {}, UNKNOWN));
    expect(sync.failures).toBeUndefined();
    await plugin.foresee("secretSync", "create", sync.inputs);
    expect(writesOf(world)).toEqual([]);
  },
);

test("a connection that is not known as a whole is waited for", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using plugin = await openPlugin(world, { isConnectionSeen: false });
  const { connectionName: _whole, ...news } = syncInputs(world, {}, UNKNOWN);
  const given = Object.fromEntries(
    Object.entries(news).filter(([name]) => Object.hasOwn(secretSyncArgs.shape, name)),
  );
  const checked = await plugin.call<Checked>("secretSync", "check", {}, { ...given, connection: UNKNOWN });
  expect(checked.failures).toBeUndefined();
  expect(checked.inputs).toMatchObject({ keys: UNKNOWN, connection: UNKNOWN });
});
