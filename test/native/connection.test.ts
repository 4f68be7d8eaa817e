/** Infisical Connections of the source instance, as a resource. */
import { expect, test } from "vitest";
import { failureOf, type Properties, requestsTo, startNativeWorld } from "./provider-calls.ts";

const CONNECTIONS = "/api/v1/app-connections/external-infisical";

test("a connection is made at the instance, changed in place, and deleted", async () => {
  await using world = await startNativeWorld();
  const { id, outs } = await world.create("connection", world.connection);
  expect(outs).toMatchObject({
    connectionId: id,
    name: "dr-site",
    app: "external-infisical",
    method: "machine-identity-universal-auth",
    version: 1,
    orgId: world.source.server.organizationId,
    credentialsHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const news = { ...world.connection, name: "dr-two", description: "for DR" };
  const updated = await world.update("connection", id, outs, news);
  expect(updated).toMatchObject({ name: "dr-two", description: "for DR" });
  // Unchanged credentials are not written again.
  expect(updated["credentialsHash"]).toBe(outs["credentialsHash"]);
  const { appConnection } = await world.api("GET", `${CONNECTIONS}/${id}`);
  expect(appConnection).toMatchObject({ name: "dr-two", description: "for DR" });

  const { description: _gone, ...plain } = news;
  expect(await world.update("connection", id, updated, plain)).not.toHaveProperty("description");
  await world.remove("connection", id, updated);
  expect(await world.api("GET", `${CONNECTIONS}/${id}`)).toMatchObject({ statusCode: 404 });
  // Gone already is as good as deleted.
  await world.remove("connection", id, updated);
});

test("wrong credentials are told with what the instance said, and nothing is made", async () => {
  await using world = await startNativeWorld();
  const wrong = { ...world.connection, machineIdentityClientSecret: "wrong-secret" };
  const failure = await failureOf(world.create("connection", wrong));
  expect(failure.message).toMatch(/^machineIdentityClientSecret: Cannot create.*status code 401/);
  expect(failure.message).not.toContain("wrong-secret");
  expect(failure.id).toBeUndefined();
  expect(await world.api("GET", CONNECTIONS)).toEqual({ appConnections: [] });
});

test("a name that is taken fails in the preview, and can be adopted", async () => {
  await using world = await startNativeWorld();
  const { id, outs } = await world.create("connection", world.connection);
  await world.provider.nextPhase();
  const { failures } = await world.check("connection", {}, world.connection);
  expect(JSON.stringify(failures)).toMatch(/already.*set adopt to take it over/);
  const adopted = await world.create("connection", { ...world.connection, description: "ours", adopt: true });
  expect(adopted.id).toBe(id);
  expect(adopted.outs).toMatchObject({ description: "ours", adopts: `${id}, changing description` });
  expect(adopted.outs["credentialsHash"]).not.toBe(outs["credentialsHash"]);
});

test("a connection that is as declared is taken over unchanged, after its secret is proven from here", async () => {
  await using world = await startNativeWorld();
  const { id, outs } = await world.create("connection", world.connection);
  const written = requestsTo(world, "PATCH", CONNECTIONS) + requestsTo(world, "POST", CONNECTIONS);
  const declared = { ...world.connection, adopt: true };
  const wrong = { ...declared, machineIdentityClientSecret: "wrong-secret" };
  expect((await failureOf(world.create("connection", wrong))).message).toMatch(/refused|401|Cannot log in/);
  const adopted = await world.create("connection", declared);
  expect(adopted).toMatchObject({ id, outs: { adopts: id, credentialsHash: outs["credentialsHash"] } });
  expect(requestsTo(world, "PATCH", CONNECTIONS) + requestsTo(world, "POST", CONNECTIONS)).toBe(written);

  // What was taken over stays on record; nothing is to be done about it.
  await world.provider.nextPhase();
  const { inputs = {} } = await world.check("connection", adopted.outs, declared);
  expect(inputs["adopts"]).toBe(id);
  expect(await world.diff("connection", id, adopted.outs, inputs)).toEqual({ changes: false });
  expect((await world.read("connection", id, adopted.outs)).inputs["adopts"]).toBe(id);
  // The instance was never sent the declared secret: the first change sends it.
  const changed = await world.update("connection", id, adopted.outs, { ...declared, description: "ours" });
  expect(changed["credentialsHash"]).not.toBe(outs["credentialsHash"]);
});

test("the secret of a connection whose instance is out of reach from here is recorded without a proof", async () => {
  await using world = await startNativeWorld();
  const { id } = await world.create("connection", world.connection);
  await world.destination.server.close();
  const adopted = await world.create("connection", { ...world.connection, adopt: true });
  expect(adopted).toMatchObject({ id, outs: { adopts: id } });
  expect(world.shown.join()).toContain("dr-site: its client secret is recorded without a proof: ");
});

test("a connection that the instance made although its answer was lost is not made twice", async () => {
  await using world = await startNativeWorld();
  world.source.server.fault({ kind: "drop-after", method: "POST", path: CONNECTIONS });
  const { id } = await world.create("connection", world.connection);
  const { appConnections } = await world.api("GET", CONNECTIONS);
  expect(appConnections).toMatchObject([{ id }]);
});

test("a connection of a project is one, and stays in it", async () => {
  await using world = await startNativeWorld({ sourceRole: "admin" });
  const scoped = { ...world.connection, projectId: world.source.projectId };
  const { id, outs } = await world.create("connection", scoped);
  expect((await world.api("GET", `${CONNECTIONS}/${id}`))["appConnection"]).toMatchObject({
    projectId: world.source.projectId,
  });
  expect(await world.diff("connection", id, outs, world.connection)).toEqual({ replaces: ["projectId"] });
});

test("a refresh tells what somebody changed, by hand or in the credentials", async () => {
  await using world = await startNativeWorld();
  const { id, outs } = await world.create("connection", world.connection);
  expect((await world.read("connection", id, outs)).inputs).toEqual(world.connection);
  const { destination } = world;
  await world.api("PATCH", `${CONNECTIONS}/${id}`, {
    description: "by hand",
    credentials: {
      instanceUrl: destination.server.url,
      machineIdentityClientId: destination.clientId,
      machineIdentityClientSecret: destination.clientSecret,
    },
  });
  const { inputs, props } = await world.read("connection", id, outs);
  const { machineIdentityClientSecret: _lost, ...kept } = world.connection;
  const { changedAtInstance, ...found } = inputs;
  expect(found).toEqual({ ...kept, description: "by hand" });
  expect(changedAtInstance).toEqual({
    description: { instance: "by hand" },
    credentialsHash: { instance: props["credentialsHash"], declared: outs["credentialsHash"] },
  });
  expect(props["credentialsHash"]).not.toBe(outs["credentialsHash"]);
  await world.api("DELETE", `${CONNECTIONS}/${id}`);
  expect(await world.read("connection", id, outs)).toEqual({ id: "", props: {} });
  expect((await failureOf(world.update("connection", id, outs, world.connection))).message).toMatch(
    /Refresh, then deploy again/,
  );
});

test("a connection that syncs use is not deleted, and the error says so", async () => {
  await using world = await startNativeWorld();
  const connection = await world.create("connection", world.connection);
  await world.create("secretSync", world.sync(connection.id));
  const failure = await failureOf(world.remove("connection", connection.id, connection.outs));
  expect(failure.message).toMatch(/Cannot delete App Connection.*Delete the syncs that use it first/);
});

test.each<[string, Parameters<typeof startNativeWorld>[0], RegExp]>([
  [
    "the instance lacks the feature",
    { sourceServer: { withoutExternalInfisical: true } },
    /does not know Infisical Connections.*execution: "engine"/,
  ],
  [
    "the identity lacks the right",
    { sourceOrgRole: "no-access" },
    /lacks ".+" on "app-connections".*execution: "engine"/,
  ],
  [
    "the instance refuses private addresses",
    { sourceServer: { allowInternalIpConnections: false } },
    /^instanceUrl: .*Local IPs not allowed.*execution: "engine"/,
  ],
])("%s: one clear error that names the way out", async (_what, options, expected) => {
  await using world = await startNativeWorld(options);
  const failure = await failureOf(world.create("connection", world.connection));
  const [first] = failure.message.startsWith("[")
    ? (JSON.parse(failure.message) as { reason: string }[])
    : [{ reason: failure.message }];
  expect(first?.reason).toMatch(expected);
});

test("arguments of native execution are refused in the other", async () => {
  await using world = await startNativeWorld();
  const news: Properties = { ...world.connection, execution: "engine", adopt: true, projectId: "p" };
  const { failures } = await world.check("connection", {}, news);
  expect(failures).toEqual([
    { property: "", reason: 'projectId: only with execution: "native"' },
    { property: "", reason: 'adopt: only with execution: "native"' },
  ]);
});
