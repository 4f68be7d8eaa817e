/** Functions look, and do nothing; what is wrong is said as a failure of theirs. */
import { expect, test } from "vitest";
import { syncArguments } from "../support/arguments.ts";
import { reference, urnOf } from "../support/pulumi-plugin.ts";
import { openPlugin, type Properties, writesOf } from "../support/pulumi-plugin-calls.ts";
import { startWorld, type World } from "../support/world.ts";

const connection = reference(urnOf("Connection", "connection"), "an-id");

async function open(world: World, options?: { isConnectionSeen: boolean }) {
  const { plugin, ...rest } = await openPlugin(world, options);
  type Answer = { getReturn(): unknown; getFailuresList(): { getReason(): string; getProperty(): string }[] };
  return {
    ...rest,
    async invoke(name: string, args: Properties) {
      const fields = { Tok: `externalinfisical:index:${name}`, Args: args };
      const answer = await plugin.client.call<Answer>("invoke", "InvokeRequest", fields);
      const failures = answer.getFailuresList().map((one) => `${one.getProperty()}|${one.getReason()}`);
      return failures.length > 0 ? { failures } : plugin.client.read(answer.getReturn());
    },
  };
}

const planned = (world: World) => {
  const { name: _itsOwn, ...places } = syncArguments(world, {});
  return { ...places, connection };
};

test("getProjects shows what the source's identity sees, and with a connection what that one's does", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using plugin = await open(world);
  const seen = async (args: Properties) => {
    const { projects } = (await plugin.invoke("getProjects", args)) as { projects: Properties[] };
    return projects.map(({ id, environments }) => [
      id,
      (environments as { slug: string; folders?: string[] }[]).find(({ slug }) => slug === "prod")?.folders,
    ]);
  };
  const { source, destination } = world;
  expect(await seen({})).toEqual([[source.projectId, undefined]]);
  expect(await seen({ connection, includeFolders: true })).toEqual([
    [destination.projectId, expect.arrayContaining(["/app"])],
  ]);
  expect(await seen({ projectId: "of-nobody" })).toEqual([]);
});

test("planSync shows, key by key, what a sync would do, and does not do it", async () => {
  await using world = await startWorld({ source: { A: "1", B: "2" }, destination: { B: "old", OLD: "x" } });
  await using plugin = await open(world);
  const plan = (await plugin.invoke("planSync", planned(world))) as {
    actions: { key: string; action: string }[];
    counts: Properties;
  };
  expect(plan.actions.map(({ key, action }) => [key, action])).toEqual([
    ["A", "create"],
    ["B", "update"],
    ["OLD", "delete"],
  ]);
  expect(plan.counts).toMatchObject({ create: 1, update: 1, delete: 1, mark: 0 });
  expect(writesOf(world)).toEqual([]);
});

test("with the keys on record, planSync is the plan of a run that is not the first", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { OLD: "x" } });
  await using plugin = await open(world);
  const args = { ...planned(world), syncOptions: { initialSyncBehavior: "import-prioritize-source" } };
  const first = await plugin.invoke("planSync", args);
  expect(first).toMatchObject({ counts: { create: 1, import: 1, delete: 0 } });
  const next = await plugin.invoke("planSync", { ...args, knownKeys: {} });
  expect(next).toMatchObject({ counts: { create: 1, import: 0, delete: 1 } });
});

test("a key with the name of what every object has is planned like any other", async () => {
  await using world = await startWorld({ source: { constructor: "1", toString: "2" } });
  await using plugin = await open(world);
  const { actions } = (await plugin.invoke("planSync", planned(world))) as { actions: { key: string }[] };
  expect(actions.map(({ key }) => key).sort()).toEqual(["constructor", "toString"]);
});

test.each<[string, string, (world: World) => Properties, RegExp]>([
  [
    "wrong arguments",
    "planSync",
    (w) => ({ ...planned(w), projectId: "" }),
    /^\|projectId: must not be empty/,
  ],
  [
    "a spelling error",
    "planSync",
    (w) => ({ ...planned(w), secretPaht: "/" }),
    /secretPaht: there is no such setting; did you mean "secretPath"/,
  ],
  [
    "a spelling error inside",
    "planSync",
    (w) => ({
      ...planned(w),
      syncOptions: { initialSyncBehavior: "overwrite-destination", unownedKey: "keep" },
    }),
    /did you mean "unownedKeys"/,
  ],
  ["a spelling error", "getProjects", () => ({ projectID: "x" }), /projectID/],
  ["no connection", "planSync", (w) => ({ ...planned(w), connection: null }), /^\|connection: is missing/],
  [
    "a connection that is none",
    "planSync",
    (w) => ({ ...planned(w), connection: "an-id" }),
    /^\|connection: must be a Connection of this package/,
  ],
  [
    "a connection of nobody",
    "getProjects",
    () => ({ connection: reference(urnOf("Connection", "other"), "an-id") }),
    /^\|connection: "other" is not declared with the provider/,
  ],
])("a failure names %s, %s", async (_what, name, argsOf, message) => {
  await using world = await startWorld({ source: { A: "1" } });
  await using plugin = await open(world);
  expect(await plugin.invoke(name, argsOf(world))).toEqual({
    failures: [expect.stringMatching(message)],
  });
});

test("what the instance refuses is a failure, too, and a function that there is not an error", async () => {
  await using world = await startWorld({ source: { A: "1" }, destinationRole: "no-access" });
  await using plugin = await open(world);
  expect(await plugin.invoke("planSync", planned(world))).toEqual({
    failures: [expect.stringMatching(/\(403/)],
  });
  await expect(plugin.invoke("planSnyc", {})).rejects.toThrow("no function externalinfisical:index:planSnyc");
});
