/** Every argument, not known yet: the plan is made as far as it goes, and what was not known may turn out as anything. */
import { describe, expect, it } from "vitest";
import { type Attributes, isNested } from "../../provider/terraform/schema.ts";
import { CONFIG, RESOURCES } from "../../provider/terraform/server.ts";
import { type ObjectValue, UNKNOWN, type Value } from "../../provider/terraform/value.ts";
import { connectionBlock, providerBlock, syncBlock } from "../support/terraform/configuration.ts";
import { CONNECTION, type RunningProvider, SYNC, startProvider } from "../support/terraform/provider.ts";
import { isThorough } from "../support/thorough.ts";
import { startWorld, type World } from "../support/world.ts";

type Path = readonly string[];

/** Every attribute that a user may write, inner ones too. */
function pathsIn(attributes: Attributes = {}): Path[] {
  return Object.entries(attributes)
    .filter(([, { use }]) => use !== "computed")
    .flatMap(([name, { type }]) => [
      [name],
      ...(isNested(type) ? pathsIn(type.attributes).map((path) => [name, ...path]) : []),
    ]);
}

function withValue(object: ObjectValue, [name = "", ...rest]: Path, value: Value): ObjectValue {
  const inner = object[name];
  if (rest.length === 0) return { ...object, [name]: value };
  return { ...object, [name]: withValue((inner ?? {}) as ObjectValue, rest, value) };
}

/** What stands inside of a login that is given is beside no other login. */
const isAlone = ([name, ...inner]: Path): boolean => name !== "auth" || inner.length === 0;

/**
 * Plans the resource without each of its arguments, and without a look at what is there, which no argument changes; what fails
 * is told with the argument's name.
 */
async function planWithoutEach(
  { core, nextPhase }: RunningProvider,
  name: string,
  type: typeof CONNECTION | typeof SYNC,
  config: ObjectValue,
): Promise<Record<string, string>> {
  const failures: Record<string, string> = {};
  for (const path of pathsIn(RESOURCES[type]?.attributes).filter(isAlone)) {
    await nextPhase();
    const unknown = withValue(config, path, UNKNOWN);
    const planned = core.state.has(name) ? core.replan(name, unknown) : core.plan(name, type, unknown);
    await planned.catch((error) => {
      failures[path.join(".")] = String(error);
    });
  }
  return failures;
}

async function deploy({ core, nextPhase }: RunningProvider, world: World): Promise<ObjectValue> {
  await nextPhase();
  await core.apply(await core.plan("connection", CONNECTION, connectionBlock(world)));
  const destination_connection = core.state.get("connection")?.object ?? null;
  return { ...syncBlock(world, {}), destination_connection };
}

describe.each(["engine", "native"] as const)("in %s execution", (execution) => {
  // What is new is planned alike in both.
  const isShort = execution === "native" && !isThorough;
  const extent = isShort ? "as they stand (new: npm run test:all)" : "new or as they stand";
  it(`both resources are planned without any one of their arguments, ${extent}`, async () => {
    await using world = await startWorld({ execution, source: { A: "1" } });
    await using provider = await startProvider(providerBlock(world));
    const { core, nextPhase } = provider;
    await nextPhase();
    const connection = connectionBlock(world);
    if (!isShort) expect(await planWithoutEach(provider, "connection", CONNECTION, connection)).toEqual({});
    const config = await deploy(provider, world);
    expect(await planWithoutEach(provider, "connection", CONNECTION, connection)).toEqual({});
    if (!isShort) expect(await planWithoutEach(provider, "sync", SYNC, config)).toEqual({});
    await core.apply(await core.plan("sync", SYNC, config));
    await nextPhase();
    expect(await planWithoutEach(provider, "sync", SYNC, config)).toEqual({});
  });
});

it("a provider block without any one of its arguments leaves the keys unknown", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using provider = await startProvider(providerBlock(world));
  const destination_connection = { ...connectionBlock(world), id: "by-hand" };
  const config = { ...syncBlock(world, {}), destination_connection };
  for (const path of pathsIn(CONFIG)) {
    await provider.nextPhase(withValue(providerBlock(world), path, UNKNOWN));
    const { planned } = await provider.core.plan("sync", SYNC, config);
    expect(planned?.["keys"], path.join(".")).toBe(UNKNOWN);
  }
});

it.each([
  "description",
  "triggers",
  "remove_secrets_on_delete",
  "on_destination_change",
  "sync_options.max_deletes",
  "sync_options.on_failure",
  "destination_connection.id",
])("%s is nothing to the plan, and hides no key while it is not known", async (name) => {
  const path = name.split(".");
  await using world = await startWorld({ source: { A: "1" } });
  await using provider = await startProvider(providerBlock(world));
  const { core, nextPhase } = provider;
  const config = await deploy(provider, world);
  const unknown = withValue(config, path, UNKNOWN);
  const { planned } = await core.plan("sync", SYNC, unknown);
  expect(Object.keys(planned?.["keys"] ?? {})).toEqual(["A"]);
  await core.apply(await core.plan("sync", SYNC, config));
  world.source.put({ B: "2" });
  await nextPhase();
  const change = await core.plan("sync", SYNC, unknown);
  expect(Object.keys(change.planned?.["keys"] ?? {})).toEqual(["A", "B"]);
  // By then it is known.
  await nextPhase();
  await core.apply({ ...change, config });
  expect(world.destination.read()).toEqual({ A: "1", B: "2" });
});

it("a trigger that is not known asks for a run, or does not", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using provider = await startProvider(providerBlock(world));
  const { core, nextPhase } = provider;
  const config = {
    ...(await deploy(provider, world)),
    is_auto_sync_enabled: false,
    triggers: { release: "1" },
  };
  await core.apply(await core.plan("sync", SYNC, config));
  await nextPhase();
  const change = await core.plan("sync", SYNC, { ...config, triggers: { release: UNKNOWN } });
  expect(change.planned?.["keys"]).toBe(UNKNOWN);
  await core.apply({ ...change, config: { ...config, triggers: { release: "1" } } });
  expect(world.destination.read()).toEqual({});
});

it("of two arguments that exclude each other one may turn out null", async () => {
  await using world = await startWorld();
  await using provider = await startProvider(providerBlock(world));
  const { core, nextPhase } = provider;
  await nextPhase();
  const { machine_identity_client_secret, ...rest } = connectionBlock(world);
  const secrets = (value: Value, writeOnly: Value): ObjectValue => ({
    ...rest,
    machine_identity_client_secret: value,
    machine_identity_client_secret_wo: writeOnly,
  });
  const change = await core.plan("connection", CONNECTION, secrets(UNKNOWN, UNKNOWN));
  const given = machine_identity_client_secret ?? null;
  await core.apply({ ...change, config: secrets(given, null) });
  await expect(core.plan("connection", CONNECTION, secrets(given, given))).rejects.toThrow(/Only one of two/);
});

it("what native execution alone knows waits for the execution", async () => {
  await using world = await startWorld({ execution: "native", source: { A: "1" } });
  await using provider = await startProvider(providerBlock(world));
  const { core } = provider;
  const config = { ...(await deploy(provider, world)), wait_timeout_seconds: 60 };
  const { planned } = await core.plan("sync", SYNC, { ...config, execution: UNKNOWN });
  expect(planned?.["keys"]).toBe(UNKNOWN);
  const given: ObjectValue = { ...connectionBlock(world), execution: UNKNOWN, adopt: true };
  expect((await core.plan("other", CONNECTION, given)).action).toBe("create");
});
