/** What Pulumi's engine asks of the plugin beside the lives of resources: secrets stay sealed, what is there already is taken over. */
import { expect, test } from "vitest";
import { packageSchema } from "../provider/pulumi-plugin/schema.ts";
import { callsOf, configurationOf, pulumiPlugin } from "./drivers/pulumi-plugin.ts";
import { connectionInputs, syncInputs } from "./support/arguments.ts";
import { openProvider } from "./support/provider-process.ts";
import { reference, secret, startPlugin, urnOf } from "./support/pulumi-plugin.ts";
import { startWorld, type World } from "./support/world.ts";

type Properties = Record<string, unknown>;
type Checked = { inputs: Properties; failures?: { reason: string }[] };
type Made = { id: string; outs: Properties };
type Read = { props: Properties; inputs: Properties };

const many = Object.fromEntries(Array.from({ length: 1200 }, (_, index) => [`KEY_${index}`, "v"]));

async function open(world: World) {
  const plugin = await startPlugin(configurationOf(world));
  const calls = callsOf(plugin);
  const call = <T>(kind: "connection" | "secretSync", method: string, ...args: unknown[]) =>
    calls.call(kind, method, {}, args) as Promise<T>;
  await call("connection", "check", {}, connectionInputs(world));
  return { plugin, call, [Symbol.asyncDispose]: plugin[Symbol.asyncDispose] };
}

/** Requests that write at the destination. */
const writesOf = (world: World) =>
  world.destination.server.requests.filter(
    ({ method, path }) => method !== "GET" && !path.includes("/auth/"),
  );

test("the client secret is sealed in every state, also in what a run leaves that stopped half-way", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { OLD: "x" } });
  await using stack = await pulumiPlugin.open(world);
  refuse(world, { method: "DELETE" });
  await expect(stack.deploy({})).rejects.toThrow(/stopped half-way/);
  const state = await stack.state();
  const { clientSecret } = world.destination;
  expect(state).toContain('"syncStatus":"failed"');
  const sealed = JSON.stringify(secret(clientSecret));
  expect(state.split(sealed).length, "connection and sync, inputs and outputs").toBe(5);
  expect(state.replaceAll(sealed, "")).not.toContain(clientSecret);
});

test("a state that is too large for an error is not recorded, which is said, and the next run finishes", async () => {
  await using world = await startWorld({ source: many });
  await using stack = await pulumiPlugin.open(world);
  refuse(world, { method: "PATCH", nth: 2 });
  await expect(stack.deploy({})).rejects.toThrow(/stopped half-way.*state stays as it was.*Deploy again/s);
  world.destination.server.clearFaults();
  await stack.deploy({});
  expect(world.destination.read()).toEqual(many);
  expect((await stack.deploy({})).unchanged).toBe(true);
});

const refuse = ({ destination }: World, which: { method: string; nth?: number }) =>
  destination.server.fault({
    kind: "status",
    status: 403,
    path: "/api/v4/secrets/batch",
    times: Number.POSITIVE_INFINITY,
    ...which,
  });

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

  await using plugin = await open(world);
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

test("a sync is imported by its place, and what the destination has already is not written", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { A: "1" } });
  await using plugin = await open(world);
  const { projectId, environment, secretPath } = world.source;
  const id = `${projectId}/${environment}${secretPath}::dr-billing`;
  const read = await plugin.call<Read>("secretSync", "read", id, {}, {});
  expect(read.inputs).toEqual({ name: "dr-billing", projectId, environment, secretPath });
  const syncId = String(read.props["syncId"]);

  const news = syncInputs(world, {}, "");
  const { inputs } = await plugin.call<Checked>("secretSync", "check", read.inputs, news);
  expect(Object.keys(inputs["keys"] as object)).toEqual(["A"]);
  const { outs } = await plugin.call<Made>("secretSync", "update", syncId, read.props, inputs);
  expect(outs).toMatchObject({ syncId, syncStatus: "succeeded", keys: inputs["keys"] });
  expect(await plugin.call("secretSync", "diff", syncId, outs, inputs, inputs)).toEqual({ changes: false });
  expect(writesOf(world)).toEqual([]);
});

test("an import that was never deployed is looked at and forgotten without a request", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { A: "1" } });
  await using plugin = await open(world);
  const read = await plugin.call<Read>("secretSync", "read", `${world.source.projectId}/prod/app::a`, {}, {});
  const before = world.destination.server.requests.length;
  expect((await plugin.call<Read>("secretSync", "read", "x", read.props, read.inputs)).props).toEqual(
    read.props,
  );
  await plugin.call("secretSync", "delete", "x", read.props);
  expect(world.destination.server.requests.length).toBe(before);
});

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

test("a setting with a typing error is refused by its name, and values are not repeated", async () => {
  await using plugin = await startPlugin({});
  const answer = await plugin.client.call<{ getFailuresList(): { getReason(): string }[] }>(
    "checkConfig",
    "CheckRequest",
    { News: { hots: "https://infisical.example.com", allowInsecureHttp: "true", clientId: "canary" } },
  );
  const told = answer.getFailuresList().map((one) => one.getReason());
  expect(told.join("\n")).toContain("hots: there is no such setting");
  expect(told.join("\n")).toMatch(/clientId: must be the UUID/);
  expect(told.join("\n")).not.toContain("canary");
});

test("every reference of the schema leads somewhere, and each secret is marked", () => {
  const schema = packageSchema("0.0.0");
  const text = JSON.stringify(schema);
  for (const [, kind, token] of text.matchAll(/"#\/(types|resources)\/([^"]+)"/g))
    expect(schema[kind as "types" | "resources"], token).toHaveProperty([token as string]);
  expect(schema.provider.inputProperties["clientSecret"]).toMatchObject({ secret: true });
  const { inputProperties } = schema.resources["externalinfisical:index:Connection"] ?? {};
  expect(inputProperties?.["machineIdentityClientSecret"]).toMatchObject({ secret: true });
  expect(schema.types["externalinfisical:index:InitialSyncBehavior"]).toMatchObject({
    enum: expect.arrayContaining([{ value: "overwrite-destination" }]),
  });
});
