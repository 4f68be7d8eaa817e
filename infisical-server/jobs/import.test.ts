import { expect, test } from "vitest";
import type { ImportBehavior } from "../control-plane/model.ts";
import { insertImport } from "../imports/import-actions.ts";
import { ALICE, environmentOf, type JobScenario, startJobScenario } from "./job-scenario.ts";

async function importInto(scenario: JobScenario, behavior: ImportBehavior) {
  const sync = scenario.addSync();
  scenario.jobs.queueImport(sync, behavior, ALICE);
  expect(sync.import.status).toBe("pending");
  await scenario.clock.advance(0);
  return sync;
}

test.each([
  { behavior: "prioritize-source", both: "source" },
  { behavior: "prioritize-destination", both: "remote" },
] as const)(
  "$behavior: missing keys come in, even empty ones, and $both wins; nothing is pushed",
  async (row) => {
    await using scenario = await startJobScenario();
    scenario.put("/app", { BOTH: "source", OURS: "1", FULL: "kept" });
    scenario.remotePut({ BOTH: "remote", THEIRS: "2", NOTHING: "", FULL: "" });
    const sync = await importInto(scenario, row.behavior);
    expect(sync.import).toEqual({
      status: "succeeded",
      jobId: expect.any(String),
      message: null,
      at: "2026-01-02T12:00:00.000Z",
    });
    expect(sync.sync.status).toBeNull();
    expect(scenario.read("/app")).toEqual({
      BOTH: row.both,
      OURS: "1",
      FULL: "kept",
      THEIRS: "2",
      NOTHING: "",
    });
    expect(scenario.calls()).toEqual(["POST /api/v1/auth/universal-auth/login", "GET /api/v3/secrets/raw"]);
  },
);

test("compares expanded values; an overwritten reference becomes a literal and loses its comment", async () => {
  await using scenario = await startJobScenario();
  const { secrets } = scenario.folder("/app");
  scenario.put("/app", { HOST: "h", SAME: "${HOST}:1", OTHER: "${HOST}:2" });
  Object.assign(secrets.get("OTHER") ?? {}, { comment: "ours" });
  scenario.remotePut({ SAME: "h:1", OTHER: "x:2" });
  await importInto(scenario, "prioritize-destination");
  expect(scenario.read("/app")).toEqual({ HOST: "h", SAME: "${HOST}:1", OTHER: "x:2" });
  expect(secrets.get("OTHER")).toMatchObject({ comment: "", version: 2 });
  expect(secrets.get("SAME")).toMatchObject({ version: 1 });
});

test("does not see secret imports: their keys are created locally with the remote value", async () => {
  await using scenario = await startJobScenario();
  scenario.put("/shared", { A: "shared" });
  insertImport(scenario.world, scenario.folder("/app"), environmentOf(scenario.project, "dev"), "/shared");
  scenario.remotePut({ A: "remote" });
  await importInto(scenario, "prioritize-source");
  expect(scenario.read("/app")).toEqual({ A: "remote" });
});

test("an empty remote folder is a success that changes nothing", async () => {
  await using scenario = await startJobScenario();
  scenario.put("/app", { A: "1" });
  const sync = await importInto(scenario, "prioritize-destination");
  expect(sync.import.status).toBe("succeeded");
  expect(scenario.read("/app")).toEqual({ A: "1" });
});

test("one key with a colon or slash fails the whole import, with a count and without names", async () => {
  await using scenario = await startJobScenario();
  const secrets = ["a:b", "GOOD", "a/b"].map((secretKey) => ({ secretKey, secretValue: "value" }));
  scenario.remote.fault({ kind: "status", status: 200, path: "/api/v3/secrets/raw", body: { secrets } });
  const sync = await importInto(scenario, "prioritize-source");
  expect(sync.import).toMatchObject({ status: "failed", at: null });
  expect(sync.import.message).toMatch(/2 .*invalid secret name/);
  expect(scenario.read("/app")).toEqual({});
});

test("such a key fails a run with an initial import for good", async () => {
  await using scenario = await startJobScenario();
  const secrets = [{ secretKey: "a:b", secretValue: "value" }];
  scenario.remote.fault({ kind: "status", status: 200, path: "/api/v3/secrets/raw", body: { secrets } });
  const sync = scenario.addSync({ syncOptions: { initialSyncBehavior: "import-prioritize-source" } });
  await scenario.run(sync);
  expect(sync.sync).toMatchObject({
    status: "failed",
    message: expect.stringContaining("1 secret: invalid secret name"),
  });
});

test("a secret that cannot be decrypted looks missing, but is in the way", async () => {
  await using scenario = await startJobScenario();
  scenario.put("/app", { BAD: "1" });
  const bad = scenario.folder("/app").secrets.get("BAD");
  if (bad) scenario.jobs.spoil(bad);
  scenario.remotePut({ ALSO: "2", BAD: "3" });
  const sync = await importInto(scenario, "prioritize-destination");
  expect(sync.import).toMatchObject({ status: "failed", message: "Secret already exists: BAD" });
  expect(scenario.read("/app")).toEqual({ BAD: "1" });
});

test("what an import writes starts no syncs of the same folder", async () => {
  await using scenario = await startJobScenario();
  scenario.addSync();
  scenario.remotePut({ A: "1" });
  await importInto(scenario, "prioritize-source");
  scenario.calls();
  await scenario.clock.advance(60_000);
  expect(scenario.calls()).toEqual([]);
});

test("has one attempt only", async () => {
  await using scenario = await startJobScenario();
  scenario.remote.fault({ kind: "status", status: 503 });
  const sync = await importInto(scenario, "prioritize-source");
  expect(sync.import).toMatchObject({ status: "failed", at: null });
});

test("a source folder that goes while the remote one is read gets nothing", async () => {
  await using scenario = await startJobScenario();
  scenario.remotePut({ A: "1" });
  const { folders } = scenario.world;
  const action = () => {
    folders.delete(scenario.folder("/app").id);
  };
  scenario.remote.fault({ kind: "run", path: "/api/v3/secrets/raw", action });
  const sync = await importInto(scenario, "prioritize-source");
  expect(sync.import).toMatchObject({
    status: "failed",
    message: expect.stringContaining("folder no longer exists"),
  });
  expect(scenario.world.secrets.size).toBe(0);
});
