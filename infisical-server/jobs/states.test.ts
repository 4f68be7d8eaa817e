import { describe, expect, test } from "vitest";
import { removeFolder } from "../remove.ts";
import { ALICE, type JobScenario, NOWHERE, startJobScenario } from "./job-scenario.ts";

const FOREVER = { times: Number.POSITIVE_INFINITY };
const logins = (scenario: JobScenario) => scenario.calls().filter((call) => call.endsWith("/login")).length;

test("pending when queued, running with the first attempt, then succeeded; updatedAt moves each time", async () => {
  await using scenario = await startJobScenario(0.5);
  const { clock, jobs } = scenario;
  const sync = scenario.addSync();
  const seen: (string | null)[] = [];
  scenario.remote.fault({
    kind: "run",
    action: () => {
      seen.push(sync.sync.status, sync.updatedAt);
    },
  });
  await clock.advance(1_000);
  jobs.queueSync(sync, ALICE);
  expect(sync.sync).toEqual({ status: "pending", jobId: null, message: null, at: null });
  expect(sync.updatedAt).toBe("2026-01-02T12:00:01.000Z");
  expect(jobs.isRunning(sync)).toBe(false);
  // Half of the 10 s at most.
  await clock.advance(4_999);
  expect(scenario.calls()).toEqual([]);
  await clock.advance(1);
  expect(seen).toEqual(["running", "2026-01-02T12:00:06.000Z"]);
  expect(sync.sync).toEqual({
    status: "succeeded",
    jobId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    message: null,
    at: "2026-01-02T12:00:06.000Z",
  });
  expect(jobs.isRunning(sync)).toBe(false);
});

test("a sync without its source folder is queued, but not pending, and fails for good without a call", async () => {
  await using scenario = await startJobScenario();
  const sync = scenario.addSync({ folder: null });
  scenario.jobs.queueSync(sync, ALICE);
  expect(sync.sync.status).toBeNull();
  await scenario.clock.advance(0);
  expect(sync.sync).toMatchObject({
    status: "failed",
    message: expect.stringContaining("folder no longer exists"),
  });
  expect(scenario.calls()).toEqual([]);
});

test("a folder deleted after queueing fails the job for good", async () => {
  await using scenario = await startJobScenario();
  const sync = scenario.addSync();
  scenario.jobs.queueSync(sync, ALICE);
  removeFolder(scenario.world, scenario.folder("/app"));
  await scenario.clock.advance(0);
  expect(sync.sync.status).toBe("failed");
});

test("five attempts, 3, 6, 12 and 24 s apart, each with its own login; running in between", async () => {
  await using scenario = await startJobScenario();
  const { clock } = scenario;
  scenario.remote.fault({ kind: "status", status: 503, path: "/api/v3", ...FOREVER });
  const sync = scenario.addSync();
  await scenario.run(sync);
  expect(logins(scenario)).toBe(1);
  for (const seconds of [3, 6, 12, 24]) {
    expect(sync.sync).toEqual({ status: "running", jobId: null, message: null, at: null });
    // Nothing holds the lock between attempts.
    expect(scenario.jobs.isRunning(sync)).toBe(false);
    await clock.advance(seconds * 1_000 - 1);
    expect(logins(scenario)).toBe(0);
    await clock.advance(1);
    expect(logins(scenario)).toBe(1);
  }
  expect(sync.sync).toMatchObject({ status: "failed", jobId: expect.any(String), at: null });
  await clock.advance(3_600_000);
  expect(logins(scenario)).toBe(0);
});

test("a later attempt that succeeds is a success; a failure keeps the time of the last one", async () => {
  await using scenario = await startJobScenario();
  scenario.remote.fault({ kind: "status", status: 429 });
  const sync = scenario.addSync();
  await scenario.run(sync);
  await scenario.clock.advance(3_000);
  expect(sync.sync).toMatchObject({ status: "succeeded", message: null, at: "2026-01-02T12:00:03.000Z" });
  const { jobId } = sync.sync;
  scenario.remote.fault({ kind: "status", status: 403 });
  await scenario.run(sync);
  expect(sync.sync).toMatchObject({ status: "failed", at: "2026-01-02T12:00:03.000Z" });
  expect(sync.sync.jobId).not.toBe(jobId);
});

describe("what another attempt is worth", () => {
  test.each([
    { fault: { kind: "status", status: 400 }, isFinal: true },
    { fault: { kind: "status", status: 401 }, isFinal: true },
    { fault: { kind: "status", status: 404 }, isFinal: true },
    { fault: { kind: "status", status: 422 }, isFinal: true },
    { fault: { kind: "status", status: 429 }, isFinal: false },
    { fault: { kind: "status", status: 500 }, isFinal: false },
    { fault: { kind: "redirect", location: "/" }, isFinal: false },
    { fault: { kind: "drop-before" }, isFinal: false },
    { fault: { kind: "truncate" }, isFinal: false },
    { fault: { kind: "status", status: 200, body: { secrets: null } }, isFinal: false },
    { fault: { kind: "status", status: 200, body: "no JSON: value" }, isFinal: false },
  ] as const)("$fault: final is $isFinal", async ({ fault, isFinal }) => {
    await using scenario = await startJobScenario();
    scenario.remote.fault({ ...fault, path: "/api/v3" });
    const sync = scenario.addSync();
    await scenario.run(sync);
    expect(sync.sync.status).toBe(isFinal ? "failed" : "running");
  });

  test("credentials that do not work any more: final", async () => {
    await using scenario = await startJobScenario();
    const connection = scenario.connect({ machineIdentityClientSecret: "none" });
    const sync = scenario.addSync({ connection });
    await scenario.run(sync);
    expect(sync.sync.status).toBe("failed");
    expect(JSON.parse(sync.sync.message ?? "")).toMatchObject({ error: { statusCode: 401 } });
  });

  test("an address where nothing answers: not final", async () => {
    await using scenario = await startJobScenario();
    const sync = scenario.addSync({ connection: scenario.connect({ instanceUrl: NOWHERE }) });
    await scenario.run(sync);
    expect(sync.sync.status).toBe("running");
  });
});

test("new credentials of the connection count from the next attempt on", async () => {
  await using scenario = await startJobScenario();
  const { instanceUrl } = scenario.connect().credentials;
  const connection = scenario.connect({ instanceUrl: NOWHERE });
  const sync = scenario.addSync({ connection });
  await scenario.run(sync);
  connection.credentials.instanceUrl = instanceUrl;
  await scenario.clock.advance(3_000);
  expect(sync.sync.status).toBe("succeeded");
});

test("a job whose row is gone ends quietly, between attempts too", async () => {
  await using scenario = await startJobScenario();
  const { world, clock } = scenario;
  scenario.remote.fault({ kind: "status", status: 500 });
  const sync = scenario.addSync();
  await scenario.run(sync);
  scenario.jobs.queueSync(sync, ALICE);
  world.syncs.delete(sync.id);
  scenario.calls();
  await clock.advance(60_000);
  expect(scenario.calls()).toEqual([]);
  expect(world.auditEvents).toHaveLength(1);
});

test("every attempt leaves an audit event with the actor of the job", async () => {
  await using scenario = await startJobScenario();
  const { world, project } = scenario;
  scenario.jobs.quietly(() => scenario.put("/app", { NAME: "planted-value" }));
  scenario.remote.fault({ kind: "status", status: 500 });
  const sync = scenario.addSync();
  const frame = {
    syncId: sync.id,
    syncOptions: { initialSyncBehavior: "overwrite-destination" },
    destination: "external-infisical",
    destinationConfig: sync.destinationConfig,
    folderId: sync.folder?.id,
    connectionId: sync.connection.id,
    jobId: expect.any(String),
  };
  await scenario.run(sync);
  await scenario.clock.advance(3_000);
  scenario.jobs.queueImport(sync, "prioritize-source", ALICE);
  scenario.jobs.queueRemove(sync, ALICE, { deletesSync: false });
  await scenario.clock.advance(0);
  const at = "2026-01-02T12:00:03.000Z";
  expect(world.auditEvents.map(({ metadata, ...event }) => [event.type, event.createdAt, metadata])).toEqual([
    [
      "secret-sync-sync-secrets",
      "2026-01-02T12:00:00.000Z",
      {
        ...frame,
        jobRanAt: "2026-01-02T12:00:00.000Z",
        syncStatus: "failed",
        syncMessage: expect.stringContaining("500"),
      },
    ],
    ["secret-sync-sync-secrets", at, { ...frame, jobRanAt: at, syncStatus: "succeeded", syncMessage: null }],
    [
      "secret-sync-import-secrets",
      at,
      {
        ...frame,
        jobRanAt: at,
        importStatus: "succeeded",
        importMessage: null,
        importBehavior: "prioritize-source",
      },
    ],
    [
      "secret-sync-remove-secrets",
      at,
      { ...frame, jobRanAt: at, removeStatus: "succeeded", removeMessage: null },
    ],
  ]);
  expect(world.auditEvents).toEqual(
    Array(4).fill(expect.objectContaining({ projectId: project.id, actor: ALICE })),
  );
  expect(JSON.stringify(world.auditEvents)).not.toMatch(/NAME|planted/);
});
