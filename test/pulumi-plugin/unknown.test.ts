/** Values that a preview does not know yet: nothing is refused for them, and nothing is taken for known. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

/** Both instances and a connection, for tests that write nothing. */
async function openConnected() {
  const world = await startWorld({ source: { A: "1" }, destination: { OLD: "x" } });
  const plugin = await openPlugin(world);
  const { id } = await plugin.call<Made>("connection", "create", connectionInputs(world));
  return { world, plugin, args: syncInputs(world, {}, id) };
}

type Connected = Awaited<ReturnType<typeof openConnected>>;

async function close({ world, plugin }: Connected): Promise<void> {
  await plugin[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
}

describe("a sync that is new", () => {
  let connected: Connected;
  beforeAll(async () => {
    connected = await openConnected();
  });
  afterAll(() => close(connected));

  test.each(PATHS)("%s is not known yet", async (path) => {
    const { world, plugin, args } = connected;
    for (const unknown of [UNKNOWN, secret(UNKNOWN)]) {
      const news = withUnknown(args, path, unknown);
      const checked = await plugin.call<Checked>("secretSync", "check", {}, news);
      expect(checked.failures).toBeUndefined();
      await plugin.foresee("secretSync", "create", checked.inputs);
    }
    expect(world.destination.read()).toEqual({ OLD: "x" });
  });
});

describe("a sync that is there", () => {
  let connected: Connected & { inputs: Properties; made: Made };
  beforeAll(async () => {
    const { plugin, args, world } = await openConnected();
    const { inputs } = await plugin.call<Checked>("secretSync", "check", {}, args);
    const made = await plugin.call<Made>("secretSync", "create", inputs);
    connected = { plugin, args, world, inputs, made };
  });
  afterAll(() => close(connected));

  test.each(PATHS)("%s is not known yet", async (path) => {
    const { world, plugin, args, inputs, made } = connected;
    const written = writesOf(world).length;
    const next = await plugin.call<Checked>("secretSync", "check", inputs, withUnknown(args, path, UNKNOWN));
    expect(next.failures).toBeUndefined();
    expect(await plugin.call("secretSync", "diff", made.id, made.outs, next.inputs, inputs)).toEqual({
      changes: true,
    });
    await plugin.foresee("secretSync", "update", made.id, made.outs, next.inputs);
    expect(writesOf(world).length).toBe(written);
  });
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
