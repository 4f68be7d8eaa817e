/** Jobs that an instance is asked for outside of a deployment. */
import { expect, test } from "vitest";
import { removalOf } from "../../provider/resources/sync/native/removal.ts";
import { runJob } from "../../provider/resources/sync/native/run-job.ts";
import { failureOf, type Properties, requestsTo, rowOf, startNativeWorld } from "./provider-calls.ts";

const SYNCS = "/api/v1/secret-syncs/external-infisical";

async function startWithSync(options: Parameters<typeof startNativeWorld>[0] = {}, over: Properties = {}) {
  const world = await startNativeWorld({ source: { A: "1", B: "2" }, ...options });
  const connection = await world.create("connection", world.connection);
  const { id, outs } = await world.create("secretSync", world.sync(connection.id, over));
  await world.provider.nextPhase();
  const context = world.provider.context((line) => world.shown.push(line));
  return Object.assign(world, { syncId: id, outs, context });
}

test("a run is asked for and followed to its end, with auto-sync off too", async () => {
  await using world = await startWithSync({}, { isAutoSyncEnabled: false });
  expect(world.destination.read()).toEqual({});
  const row = await runJob(world.syncId, world.outs, { kind: "sync" }, world.context);
  expect(row).toMatchObject({ syncStatus: "succeeded", lastSyncJobId: expect.any(String) });
  expect(world.destination.read()).toEqual({ A: "1", B: "2" });
  const again = await runJob(world.syncId, world.outs, { kind: "sync" }, world.context);
  expect(again.lastSyncJobId).not.toBe(row.lastSyncJobId);
});

test("an import pushes nothing", async () => {
  await using world = await startWithSync();
  world.destination.put({ THEIRS: "t", A: "theirs" });
  await runJob(world.syncId, world.outs, { kind: "import", behavior: "prioritize-source" }, world.context);
  expect(world.source.read()).toEqual({ A: "1", B: "2", THEIRS: "t" });
  expect(world.destination.read()).toEqual({ A: "theirs", B: "2", THEIRS: "t" });
  await runJob(
    world.syncId,
    world.outs,
    { kind: "import", behavior: "prioritize-destination" },
    world.context,
  );
  expect(world.source.read()).toEqual({ A: "theirs", B: "2", THEIRS: "t" });
});

test("a job waits for the one that is running, and does not take its end for its own", async () => {
  await using world = await startWithSync();
  const gate = Promise.withResolvers<void>();
  const path = "/api/v3/secrets";
  world.destination.server.fault({ kind: "run", path, action: () => gate.promise });
  const trigger = `${SYNCS}/${world.syncId}/import-secrets`;
  await world.api("POST", `${trigger}?importBehavior=prioritize-source`);
  await expect.poll(() => rowOf(world, world.syncId)).toMatchObject({ importStatus: "running" });
  const before = requestsTo(world, "POST", trigger);
  const ours = runJob(
    world.syncId,
    world.outs,
    { kind: "import", behavior: "prioritize-source" },
    world.context,
  );
  await expect.poll(() => requestsTo(world, "POST", trigger)).toBeGreaterThan(before);
  let first: unknown;
  world.destination.server.fault({
    kind: "run",
    path,
    action: async () => {
      first = (await rowOf(world, world.syncId))?.["lastImportJobId"];
    },
  });
  gate.resolve();
  const row = await ours;
  expect(first).toEqual(expect.any(String));
  expect(row.lastImportJobId).not.toBe(first);
});

test("a removal takes every key of the source, and is foreseen", async () => {
  await using world = await startWithSync();
  world.source.put({ LATER: "by hand" });
  world.destination.put({ LATER: "by hand", OTHER: "stays" });
  const removal = await removalOf(world.syncId, world.outs, world.context);
  expect(removal).toMatchObject({ keys: ["A", "B", "LATER"], missing: [] });
  expect([...(removal.memory?.keys() ?? [])]).toEqual(["A", "B"]);
  await runJob(world.syncId, world.outs, { kind: "remove" }, world.context);
  expect(world.destination.read()).toEqual({ OTHER: "stays" });
});

test("a removal that lacks one key fails in the instance's words, and is foreseen to", async () => {
  await using world = await startWithSync();
  world.destination.drop("B");
  expect((await removalOf(world.syncId, world.outs, world.context)).missing).toEqual(["B"]);
  const failure = await failureOf(runJob(world.syncId, world.outs, { kind: "remove" }, world.context));
  expect(failure.message).toMatch(/^The instance's removal of "dr-billing" failed: .*B.*\(404\)/);
  expect(world.destination.read()).toEqual({ A: "1" });
});

test("the keys of a removal are known without the connection's client secret", async () => {
  await using world = await startWithSync();
  const { machineIdentityClientSecret: _unknown, ...outs } = world.outs;
  const removal = await removalOf(world.syncId, outs, world.context);
  expect(removal).toMatchObject({ keys: ["A", "B"], missing: undefined });
});

test("a removal is foreseen where the instance has the sync now, not where it was declared", async () => {
  await using world = await startWithSync();
  const { projectId, server } = world.source;
  server.putSecrets({ projectId, environment: "prod", secretPath: "/moved" }, { MOVED: "m" });
  await world.api("PATCH", `${SYNCS}/${world.syncId}`, { secretPath: "/moved", isAutoSyncEnabled: false });
  const removal = await removalOf(world.syncId, world.outs, world.context);
  expect(removal).toMatchObject({ keys: ["MOVED"], at: { inputs: { secretPath: "/moved" } } });
});

test("a job that takes too long ends the wait", async () => {
  await using world = await startWithSync();
  world.destination.server.fault({
    kind: "status",
    status: 503,
    path: "/api/v3/secrets",
    times: Number.POSITIVE_INFINITY,
  });
  const outs = { ...world.outs, waitTimeoutSeconds: 1 };
  const failure = await failureOf(runJob(world.syncId, outs, { kind: "sync" }, world.context));
  expect(failure).toMatchObject({
    code: "timeout",
    message: expect.stringMatching(
      /^Waited 1 s for the instance's run of dr-billing: it is "(pending|running)"\.$/,
    ),
  });
});

test("a sync that is gone is told", async () => {
  await using world = await startWithSync();
  await world.api("DELETE", `${SYNCS}/${world.syncId}`);
  expect(await rowOf(world, world.syncId)).toBeUndefined();
  const failure = await failureOf(runJob(world.syncId, world.outs, { kind: "sync" }, world.context));
  expect(failure).toMatchObject({ code: "not-found" });
});
