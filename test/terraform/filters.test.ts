/** A sync with a filter in Terraform: its attributes, what its plans see, and what is refused before anything is looked at. */
import { expect, it } from "vitest";
import type { ObjectValue } from "../../provider/terraform/value.ts";
import { connectionBlock, providerBlock, syncBlock } from "../support/terraform/configuration.ts";
import { CONNECTION, SYNC, startProvider } from "../support/terraform/provider.ts";
import { startWorld, type World } from "../support/world.ts";

async function startStack(world: World) {
  const provider = await startProvider(providerBlock(world));
  const { core, nextPhase } = provider;
  await nextPhase();
  const connection = await core.plan("connection", CONNECTION, connectionBlock(world));
  await core.apply(connection);
  const plan = async (options: ObjectValue) => {
    await nextPhase();
    return core.plan("sync", SYNC, {
      ...syncBlock(world, {}),
      destination_connection: connection.planned ?? null,
      sync_options: { initial_sync_behavior: "overwrite-destination", ...options },
    });
  };
  const deploy = async (options: ObjectValue) => {
    const change = await plan(options);
    await nextPhase();
    await core.apply(change);
    return change;
  };
  return {
    plan,
    deploy,
    told: () => core.transcript.join("\n"),
    [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose](),
  };
}

const keysOf = ({ planned }: { planned?: ObjectValue | undefined }) =>
  Object.keys((planned?.["keys"] ?? {}) as object);

it("tags choose at the source; the plan sees what comes and goes, and leaves what lost its tag", async () => {
  await using world = await startWorld({ source: { PLAIN: "p" }, destination: { MINE: "m" } });
  const { source, destination } = world;
  const put = (key: string, ...tags: string[]) =>
    source.server.putSecrets({ ...source }, { [key]: { value: key, tags } });
  put("A", "shared");
  put("B", "shared");
  await using stack = await startStack(world);
  const options = { filter: { tags: ["shared"] } };
  expect(keysOf(await stack.deploy(options))).toEqual(["A", "B"]);
  expect(destination.read()).toEqual({ A: "A", B: "B", MINE: "m" });
  expect((await stack.plan(options)).action).toBe("none");

  source.put({ PLAIN: "p2" });
  destination.put({ MINE: "m2" });
  expect((await stack.plan(options)).action).toBe("none");
  put("A", "other");
  source.drop("B");
  put("C", "shared");
  const change = await stack.deploy(options);
  expect(keysOf(change)).toEqual(["C"]);
  // The read has left it on record, for the plan to take it off.
  expect(Object.keys(change.prior?.object["keys"] ?? {})).toEqual(["A", "B"]);
  expect(stack.told()).toMatch(/its filter leaves it out: A/);
  expect(destination.read()).toEqual({ A: "A", C: "C", MINE: "m2" });
  expect((await stack.plan(options)).action).toBe("none");
});

it("a tree is planned by the folders that are chosen, and a narrower filter deletes nothing", async () => {
  await using world = await startWorld({ source: { ROOT: "r" } });
  const { source, destination } = world;
  const at = (side: World["source"], folder: string) => ({
    ...side,
    secretPath: `${side.secretPath}/${folder}`,
  });
  source.server.putSecrets(at(source, "api"), { A: "1" });
  source.server.putSecrets(at(source, "web"), { W: "w" });
  await using stack = await startStack(world);
  const tree = (...include: string[]) => ({
    include_all_sub_folders: true,
    filter: { folders: { include } },
  });
  expect(keysOf(await stack.deploy(tree("/api", "/web")))).toEqual(["api/A", "web/W"]);
  expect((await stack.plan(tree("/api", "/web"))).action).toBe("none");
  source.server.deleteSecrets(at(source, "web"), ["W"]);
  expect(keysOf(await stack.deploy(tree("/api")))).toEqual(["api/A"]);
  expect(destination.server.readSecrets(at(destination, "web"))).toEqual({ W: "w" });
  expect((await stack.plan(tree("/api"))).action).toBe("none");
});

it.each<[string, ObjectValue, RegExp]>([
  [
    "a deletion that is said, though it is the default",
    { unowned_keys: "delete", filter: { tags: ["a"] } },
    /say nothing about the destination's own keys.*unowned_keys/s,
  ],
  ["folders of a flat sync", { filter: { folders: { exclude: ["/a"] } } }, /include_all_sub_folders/],
  ["a folder without a slash", { filter: { folders: { exclude: ["a"] } } }, /must start with \//],
])("%s is refused", async (_what, options, message) => {
  await using world = await startWorld({ source: { A: "1" } });
  await using stack = await startStack(world);
  await expect(stack.plan(options)).rejects.toThrow(message);
});
