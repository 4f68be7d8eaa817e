/** What somebody changes at the instance, past every deployment: it is seen, told and put right. */
import { expect, test } from "vitest";
import { failureOf, type NativeWorld, type Properties, rowOf, startNativeWorld } from "./provider-calls.ts";

const CONNECTIONS = "/api/v1/app-connections/external-infisical";
const SYNCS = "/api/v1/secret-syncs/external-infisical";

/** Another address of the same instance: a login there succeeds. */
const elsewhere = ({ destination }: NativeWorld) => destination.server.url.replace("127.0.0.1", "localhost");

async function repoint(world: NativeWorld, id: string, instanceUrl = elsewhere(world)): Promise<void> {
  const { clientId: machineIdentityClientId, clientSecret: machineIdentityClientSecret } = world.destination;
  const credentials = { instanceUrl, machineIdentityClientId, machineIdentityClientSecret };
  expect(await world.api("PATCH", `${CONNECTIONS}/${id}`, { credentials })).not.toHaveProperty("error");
}

const urlOf = async (world: NativeWorld, id: string) =>
  (await world.api("GET", `${CONNECTIONS}/${id}`)) as {
    appConnection: { credentials: { instanceUrl: string } };
  };

test("a connection that was pointed elsewhere is announced with both addresses, and gets its credentials again", async () => {
  await using world = await startNativeWorld();
  const { id, outs } = await world.create("connection", world.connection);
  await repoint(world, id);

  const { inputs = {} } = await world.check("connection", outs, world.connection);
  const repair = `"${elsewhere(world)}" => "${world.destination.server.url}"`;
  expect(inputs["repairs"]).toEqual({ instanceUrl: repair });
  expect(await world.diff("connection", id, outs, inputs)).toEqual({ deleteBeforeReplace: true });
  const updated = await world.reapply("connection", id, outs, inputs);
  expect((await urlOf(world, id)).appConnection.credentials.instanceUrl).toBe(world.destination.server.url);

  // What was announced stays in the inputs, and is no change any more.
  const next = await world.check("connection", inputs, world.connection);
  expect(await world.diff("connection", id, updated, next.inputs ?? {})).toEqual({ changes: false });
  // The same once more reads differently, or no engine would see it.
  await repoint(world, id);
  const again = await world.check("connection", inputs, world.connection);
  expect(again.inputs?.["repairs"]).toEqual({ instanceUrl: `${repair} (again)` });
});

test("what a program changes itself is no repair", async () => {
  await using world = await startNativeWorld();
  const { outs } = await world.create("connection", { ...world.connection, description: "one" });
  const { inputs } = await world.check("connection", outs, { ...world.connection, description: "two" });
  expect(inputs).not.toHaveProperty("repairs");
});

test("after a refresh the arguments themselves tell, the record stays with what was declared, and an update repairs", async () => {
  await using world = await startNativeWorld();
  const { id, outs } = await world.create("connection", world.connection);
  await repoint(world, id);
  const first = await world.read("connection", id, outs);
  // A second refresh finds the same.
  const { inputs, props } = await world.read("connection", id, first.props);
  expect(inputs).toMatchObject({ instanceUrl: elsewhere(world) });
  expect(inputs["changedAtInstance"]).toEqual(first.inputs["changedAtInstance"]);
  // Syncs are planned from the outputs: no login there, with the declared secret, before the repair.
  expect(props).toMatchObject({ instanceUrl: world.destination.server.url });

  const checked = await world.check("connection", inputs, world.connection);
  expect(checked.inputs).toEqual(world.connection);
  expect(await world.diff("connection", id, props, world.connection)).toEqual({ deleteBeforeReplace: true });
  const updated = await world.reapply("connection", id, props, world.connection);
  expect(updated).not.toHaveProperty("changedAtInstance");
  expect((await urlOf(world, id)).appConnection.credentials.instanceUrl).toBe(world.destination.server.url);
});

test("credentials that somebody wrote are written again, also where the secret is no argument", async () => {
  await using world = await startNativeWorld({ connectionSecret: "configuration" });
  const { id, outs } = await world.create("connection", world.connection);
  await repoint(world, id, world.destination.server.url);
  const { inputs, props } = await world.read("connection", id, outs);
  expect(Object.keys(inputs["changedAtInstance"] as Properties)).toEqual(["credentialsHash"]);
  const checked = await world.check("connection", inputs, world.connection);
  expect(checked.inputs).not.toHaveProperty("changedAtInstance");
  expect(await world.diff("connection", id, props, checked.inputs ?? {})).toEqual({
    deleteBeforeReplace: true,
  });
  const updated = await world.reapply("connection", id, props, checked.inputs ?? {});
  expect(updated["credentialsHash"]).not.toBe(props["credentialsHash"]);
});

test("an identity that may not see connections previews without that comparison, and is told so", async () => {
  await using world = await startNativeWorld();
  const { outs } = await world.create("connection", world.connection);
  world.source.server.fault({ kind: "status", status: 403, path: `${CONNECTIONS}/connection-name` });
  const { inputs } = await world.check("connection", outs, world.connection);
  expect(inputs).toEqual(world.connection);
  expect(world.shown.join("\n")).toMatch(/WARNING: dr-site: not compared with the instance's connection/);
});

test("a sync that was pointed elsewhere is announced part by part, also where no run is asked for", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  const connection = await world.create("connection", world.connection);
  const declared = world.sync(connection.id, { isAutoSyncEnabled: false });
  const { id, outs } = await world.create("secretSync", declared);
  const destinationConfig = { ...(declared["destinationConfig"] as Properties), secretPath: "/\u202eevil" };
  await world.api("PATCH", `${SYNCS}/${id}`, { isAutoSyncEnabled: true, destinationConfig });
  await world.source.server.settled();

  const { inputs = {} } = await world.check("secretSync", outs, declared);
  expect(inputs["repairs"]).toEqual({
    isAutoSyncEnabled: "true => false",
    "destinationConfig.secretPath": '"/ evil" => "/app"',
  });
  expect(await world.diff("secretSync", id, outs, inputs)).toEqual({ deleteBeforeReplace: true });
  const updated = await world.reapply("secretSync", id, outs, inputs);
  expect(updated["repairs"]).toEqual(inputs["repairs"]);
  expect(await rowOf(world, id)).toMatchObject({
    isAutoSyncEnabled: false,
    destinationConfig: { secretPath: "/app" },
  });
});

test("a refreshed sync keeps what is on record of its own destination, and the plan from there", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  const connection = await world.create("connection", world.connection);
  const declared = world.sync(connection.id);
  const { id, outs } = await world.create("secretSync", declared);
  const destinationConfig = { ...(declared["destinationConfig"] as Properties), secretPath: "/elsewhere" };
  await world.api("PATCH", `${SYNCS}/${id}`, { isAutoSyncEnabled: false, destinationConfig });

  const { inputs, props } = await world.read("secretSync", id, outs);
  expect(inputs).toMatchObject({ destinationConfig, keys: outs["keys"] });
  expect(props).toMatchObject({ destinationConfig: declared["destinationConfig"], memory: outs["memory"] });
  const checked = await world.check("secretSync", inputs, declared);
  expect(checked.inputs).not.toHaveProperty("effects");
  expect(checked.inputs).not.toHaveProperty("repairs");
  const updated = await world.reapply("secretSync", id, props, checked.inputs ?? {});
  expect(updated).toMatchObject({ memory: outs["memory"], syncStatus: "succeeded" });
  expect(updated).not.toHaveProperty("changedAtInstance");
});

test("a program that takes over what somebody has changed has an update too, which records it", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  const connection = await world.create("connection", world.connection);
  const { id, outs } = await world.create("secretSync", world.sync(connection.id));
  await world.api("PATCH", `${SYNCS}/${id}`, { description: "by hand" });
  await world.source.server.settled();
  const { inputs, props } = await world.read("secretSync", id, outs);
  const declared = world.sync(connection.id, { description: "by hand" });
  const checked = await world.check("secretSync", inputs, declared);
  expect(await world.diff("secretSync", id, props, checked.inputs ?? {})).toEqual({
    deleteBeforeReplace: true,
  });
  // An engine compares inputs: what the refresh has noted is all that goes.
  const { changedAtInstance, ...rest } = inputs;
  expect(changedAtInstance).toEqual({ description: { instance: "by hand" } });
  expect(checked.inputs).toEqual(rest);
});

const pathOf = { connection: CONNECTIONS, secretSync: SYNCS };

/** A deployed connection with its sync, and what is declared of each. */
async function deployed(world: NativeWorld) {
  const connection = await world.create("connection", world.connection);
  const declared = world.sync(connection.id);
  const sync = await world.create("secretSync", declared);
  return {
    connection: { ...connection, declared: world.connection },
    secretSync: { ...sync, declared },
  };
}

test.each(["connection", "secretSync"] as const)(
  "a %s renamed by hand is announced under both names, and gets its own again",
  async (kind) => {
    await using world = await startNativeWorld({ source: { A: "1" } });
    const { id, outs, declared } = (await deployed(world))[kind];
    await world.api("PATCH", `${pathOf[kind]}/${id}`, { name: "renamed", description: "by hand" });
    await world.source.server.settled();

    const { inputs = {}, failures } = await world.check(kind, outs, declared);
    expect(failures).toBeUndefined();
    expect(inputs["repairs"]).toEqual({
      name: `"renamed" => "${declared["name"]}"`,
      description: '"by hand" => none',
    });
    expect(await world.diff(kind, id, outs, inputs)).toEqual({ deleteBeforeReplace: true });
    expect(await world.reapply(kind, id, outs, inputs)).toMatchObject({ name: declared["name"] });
    expect((await world.read(kind, id, outs)).inputs).toMatchObject({ name: declared["name"] });
  },
);

test.each(["connection", "secretSync"] as const)(
  "a %s renamed by hand and then refreshed gets its name again; one renamed likewise in the program is no repair",
  async (kind) => {
    await using world = await startNativeWorld({ source: { A: "1" } });
    const { id, outs, declared } = (await deployed(world))[kind];
    await world.api("PATCH", `${pathOf[kind]}/${id}`, { name: "renamed" });
    await world.source.server.settled();
    await world.provider.nextPhase();
    const followed = await world.check(kind, outs, { ...declared, name: "renamed" });
    expect(followed.failures).toBeUndefined();
    expect(followed.inputs).toMatchObject({ name: "renamed" });
    expect(followed.inputs).not.toHaveProperty("repairs");

    const { inputs, props } = await world.read(kind, id, outs);
    expect(inputs).toMatchObject({ name: "renamed" });
    await world.provider.nextPhase();
    const checked = await world.check(kind, inputs, declared);
    await world.reapply(kind, id, props, checked.inputs ?? {});
    expect((await world.read(kind, id, props)).inputs).toMatchObject({ name: declared["name"] });
  },
);

test("of a connection deleted by hand no other one that leads elsewhere is taken for it", async () => {
  await using world = await startNativeWorld();
  const { id, outs } = await world.create("connection", world.connection);
  await world.create("connection", { ...world.connection, name: "other", instanceUrl: elsewhere(world) });
  await world.api("DELETE", `${CONNECTIONS}/${id}`);
  const { failures } = await world.check("connection", outs, world.connection);
  expect(JSON.stringify(failures)).toMatch(
    /has no Infisical Connection \\"dr-site\\", and none with its address and identity: it was deleted there, or renamed and pointed elsewhere\. Refresh/,
  );
});

test("where several connections may be the one that is missing, all are named", async () => {
  await using world = await startNativeWorld();
  const { id, outs } = await world.create("connection", world.connection);
  await world.create("connection", { ...world.connection, name: "other" });
  await world.api("PATCH", `${CONNECTIONS}/${id}`, { name: "renamed" });
  const { failures } = await world.check("connection", outs, world.connection);
  expect(JSON.stringify(failures)).toMatch(
    /several with its address and identity, of which one may be it: .*other.*renamed/,
  );
});

test("what was taken for a renamed connection is not written where the own one is gone", async () => {
  await using world = await startNativeWorld();
  const { id, outs } = await world.create("connection", world.connection);
  const other = await world.create("connection", { ...world.connection, name: "other" });
  await world.api("DELETE", `${CONNECTIONS}/${id}`);
  const { inputs = {} } = await world.check("connection", outs, world.connection);
  expect(inputs["repairs"]).toEqual({ name: '"other" => "dr-site"' });
  const failure = await failureOf(world.reapply("connection", id, outs, inputs));
  expect(failure.message).toMatch(/no Infisical Connection "dr-site" any more.*Somebody has deleted it/);
  expect((await world.read("connection", other.id, other.outs)).inputs).toMatchObject({ name: "other" });
});
