/** `onUnreachable: skip`: an outage of one destination is told and stops nothing, and nothing is claimed that was not. */
import { expect, test } from "vitest";
import type { Fault } from "../infisical-server/index.ts";
import { createClient, type Runtime } from "../provider/infisical/http/client.ts";
import { type Properties, startNativeWorld } from "./native/provider-calls.ts";
import type { MakeClient } from "./support/provider-process.ts";
import type { WorldOptions } from "./support/world.ts";

// Repetitions need not wait.
const runtime: Runtime = { delay: async () => {}, now: () => Date.now(), random: () => 0 };
const makeClient: MakeClient = (options) => createClient({ ...options, timeoutMs: 200 }, runtime);

const ALWAYS = { times: Number.POSITIVE_INFINITY, path: "/" };
const NOT_THERE: Fault = { kind: "drop-before", ...ALWAYS };
const SKIP = { onUnreachable: "skip" };

type Kind = "connection" | "secretSync";
interface Recorded {
  id: string;
  inputs: Properties;
  outs: Properties;
}

/** The world's connection and syncs as an engine keeps them; each call is a phase of a deployment of its own. */
async function open(options: WorldOptions = {}) {
  const world = await startNativeWorld({ execution: "engine", source: { A: "1" }, ...options }, makeClient);
  const state = new Map<string, Recorded>();
  const deploy = async (name: string, kind: Kind, news: Properties) => {
    const before = state.get(name);
    const { inputs, failures } = await world.check(kind, before?.inputs ?? {}, news);
    if (!inputs || failures?.length) throw new Error(JSON.stringify(failures));
    if (!before) {
      const { id, outs } = await world.apply(kind, inputs);
      state.set(name, { id, inputs, outs });
      return "create";
    }
    const { changes } = await world.diff(kind, before.id, before.outs, inputs);
    if (changes === false) {
      state.set(name, { ...before, inputs });
      return "same";
    }
    state.set(name, { ...before, inputs, outs: await world.reapply(kind, before.id, before.outs, inputs) });
    return "update";
  };
  return {
    ...world,
    state,
    deployConnection: async (over: Properties = SKIP) => {
      await world.provider.nextPhase();
      return deploy("connection", "connection", { ...world.connection, ...over });
    },
    deploySync: async (over: Properties = {}, name = "sync") => {
      await world.provider.nextPhase();
      return deploy(name, "secretSync", world.sync("c", { ...SKIP, ...over }));
    },
    /** In the phase that the last call has begun. */
    alsoDeploySync: (over: Properties, name: string) =>
      deploy(name, "secretSync", world.sync("c", { ...SKIP, ...over })),
    recorded: (name = "sync") => state.get(name)?.outs ?? {},
  };
}

const OUTAGES: [string, Fault][] = [
  ["a connection that breaks", NOT_THERE],
  ["a proxy without a server behind it", { kind: "status", status: 503, ...ALWAYS }],
  ["a server that fails", { kind: "status", status: 500, ...ALWAYS }],
  ["too many requests, however often", { kind: "status", status: 429, retryAfterSeconds: 0, ...ALWAYS }],
];

test.each(OUTAGES)("%s skips a first deployment, and the next one makes up for it", async (_what, fault) => {
  await using world = await open({ destination: { OLD: "o" } });
  world.destination.server.fault(fault);
  expect([await world.deployConnection(), await world.deploySync()]).toEqual(["create", "create"]);
  expect(world.recorded("connection")).toMatchObject({ skipped: "unreachable" });
  expect(world.recorded()).toMatchObject({ skipped: "unreachable" });
  for (const name of ["keys", "memory", "syncStatus", "verified", "counts"])
    expect(world.recorded(), "no run is claimed").not.toHaveProperty(name);
  expect(world.shown.filter((line) => line.startsWith("WARNING: "))).toHaveLength(2);
  expect(world.shown.join("\n")).toContain(new URL(world.destination.server.url).host);
  // Still away: nothing is to be done, and it is told again.
  expect([await world.deployConnection(), await world.deploySync()]).toEqual(["same", "same"]);

  world.destination.server.clearFaults();
  expect([await world.deployConnection(), await world.deploySync()]).toEqual(["update", "update"]);
  expect(world.destination.read()).toEqual({ A: "1" });
  expect(world.recorded("connection")).toMatchObject({ organization: { name: expect.any(String) } });
  expect(world.recorded()).toMatchObject({ syncStatus: "succeeded", keys: { A: expect.any(String) } });
  for (const name of ["connection", "sync"]) expect(world.recorded(name)).not.toHaveProperty("skipped");
  expect([await world.deployConnection(), await world.deploySync()]).toEqual(["same", "same"]);
});

test("no answer in time is an outage as well", async () => {
  await using world = await open();
  world.destination.server.fault({ kind: "hang", ...ALWAYS });
  await world.deployConnection();
  expect(world.recorded("connection")).toMatchObject({ skipped: "unreachable" });
});

test("a sync on record stays as it is there, with all that the new program says", async () => {
  await using world = await open();
  await world.deployConnection();
  await world.deploySync();
  const before = structuredClone(world.recorded());
  world.source.put({ A: "2", B: "1" });
  world.destination.server.fault(NOT_THERE);
  const changed = { syncOptions: { initialSyncBehavior: "overwrite-destination", maxDeletes: 3 } };
  expect([await world.deployConnection(), await world.deploySync(changed)]).toEqual(["same", "same"]);
  expect(world.recorded()).toEqual(before);
  expect(world.state.get("sync")?.inputs).toMatchObject({ skipped: "unreachable", keys: before["keys"] });
  expect(world.state.get("sync")?.inputs["syncOptions"]).not.toHaveProperty("maxDeletes");
  expect(world.shown.at(-1)).toContain("changes of its arguments wait as well");

  world.destination.server.clearFaults();
  expect(await world.deploySync(changed)).toBe("update");
  expect(world.destination.read()).toEqual({ A: "2", B: "1" });
  expect(world.recorded()).toMatchObject(changed);
  expect(world.state.get("sync")?.inputs).not.toHaveProperty("skipped");
});

test("an old client secret is not recorded by inputs that have none", async () => {
  await using world = await open();
  await world.deploySync();
  world.destination.server.fault(NOT_THERE);
  const { machineIdentityClientSecret: secret, ...news } = world.sync("c", SKIP);
  process.env["EXTERNAL_INFISICAL_DR_SITE_CLIENT_SECRET"] = String(secret);
  try {
    await world.provider.nextPhase();
    const { inputs } = await world.check("secretSync", world.state.get("sync")?.inputs ?? {}, news);
    expect(inputs).toMatchObject({ skipped: "unreachable" });
    expect(inputs).not.toHaveProperty("machineIdentityClientSecret");
  } finally {
    delete process.env["EXTERNAL_INFISICAL_DR_SITE_CLIENT_SECRET"];
  }
});

test("one that fails half-way waits for its destination to finish, and stays failed until then", async () => {
  await using world = await open({
    source: Object.fromEntries(Array.from({ length: 1200 }, (_, i) => [`K${i}`, "v"])),
  });
  await world.deployConnection();
  const { inputs = {} } = await world.check("secretSync", {}, world.sync("c", SKIP));
  const PATCH = { method: "PATCH", path: "/api/v4/secrets/batch" };
  world.destination.server.fault({ kind: "status", status: 403, ...PATCH, nth: 2, times: 9 });
  const failure = await world.deploySync().catch((error) => error);
  world.state.set("sync", { id: failure.id, inputs, outs: failure.properties });
  world.destination.server.clearFaults();
  world.destination.server.fault(NOT_THERE);
  expect(await world.deploySync()).toBe("same");
  // Pulumi calls for an update after a failure, whatever the comparison says.
  const { id, inputs: skipped, outs } = world.state.get("sync") ?? { id: "", inputs: {}, outs: {} };
  expect(await world.reapply("secretSync", id, outs, skipped)).toEqual(outs);
  expect(outs["syncStatus"]).toBe("failed");

  world.destination.server.clearFaults();
  expect(await world.deploySync()).toBe("update");
  expect(Object.keys(world.destination.read())).toHaveLength(1200);
  expect(world.recorded()["syncStatus"]).toBe("succeeded");
});

test("an instance that does not answer is asked by the first sync alone", async () => {
  await using world = await open();
  world.destination.server.fault(NOT_THERE);
  const elsewhere = (secretPath: string) => ({
    name: `to${secretPath.replace("/", "-")}`,
    destinationConfig: { projectId: world.destination.projectId, environment: "prod", secretPath },
  });
  await world.deploySync();
  const { length } = world.destination.server.requests;
  for (const path of ["/b", "/c", "/d"]) await world.alsoDeploySync(elsewhere(path), path);
  expect(world.destination.server.requests).toHaveLength(length);
  expect(world.shown.filter((line) => line.startsWith("WARNING: "))).toHaveLength(4);
});

test.each<[string, (world: Awaited<ReturnType<typeof open>>) => void, RegExp]>([
  ["a source that is away as well", ({ source }) => source.server.fault(NOT_THERE), /^.*host: /],
  [
    "a refused login",
    ({ destination }) => {
      destination.server.clearFaults();
      destination.server.fault({ kind: "status", status: 401, ...ALWAYS });
    },
    /credentials were refused/,
  ],
  [
    "something else than an Infisical",
    ({ destination }) => {
      destination.server.clearFaults();
      destination.server.fault({ kind: "redirect", location: "https://login.example", ...ALWAYS });
    },
    /does not answer like an Infisical/,
  ],
])("%s fails all the same", async (_what, also, text) => {
  await using world = await open();
  world.destination.server.fault(NOT_THERE);
  also(world);
  await expect(world.deploySync()).rejects.toThrow(text);
});

test("without it, an outage fails connection and sync", async () => {
  await using world = await open();
  world.destination.server.fault(NOT_THERE);
  await expect(world.deployConnection({})).rejects.toThrow(/the connection to .* broke/);
  await expect(world.deploySync({ onUnreachable: "fail" })).rejects.toThrow(/the connection to .* broke/);
});

test("an outage between plan and run fails: what was announced has not been done", async () => {
  await using world = await open();
  await world.deployConnection();
  await world.provider.nextPhase();
  const { inputs = {} } = await world.check("secretSync", {}, world.sync("c", SKIP));
  world.destination.server.fault(NOT_THERE);
  await world.provider.nextPhase();
  await expect(world.apply("secretSync", inputs)).rejects.toThrow(/the connection to .* broke/);
});

test("a refresh leaves the state as it is", async () => {
  await using world = await open();
  await world.deployConnection();
  await world.deploySync();
  world.destination.server.fault(NOT_THERE);
  for (const [name, kind] of [
    ["connection", "connection"],
    ["sync", "secretSync"],
  ] as const) {
    const { id, outs, inputs } = world.state.get(name) ?? { id: "", outs: {}, inputs: {} };
    expect(await world.read(kind, id, outs)).toEqual({ id, props: outs, inputs });
  }
  expect(world.shown.filter((line) => line.includes("its state stays as it is"))).toHaveLength(2);
});

test("in native execution the keys are not known, and the instance runs the sync", async () => {
  await using world = await open({ execution: "native" });
  const refused = await world.check("connection", {}, { ...world.connection, ...SKIP });
  expect(JSON.stringify(refused.failures)).toContain("onUnreachable");
  const { id } = await world.create("connection", world.connection);
  await world.provider.nextPhase();
  world.destination.server.fault(NOT_THERE);
  const { inputs = {} } = await world.check("secretSync", {}, world.sync(id, SKIP));
  expect(inputs).not.toHaveProperty("keys");
  expect(inputs).not.toHaveProperty("skipped");
  expect(world.shown.at(-1)).toContain("keys unknown");
});
