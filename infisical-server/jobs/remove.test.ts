import { expect, test } from "vitest";
import { insertImport } from "../imports/import-actions.ts";
import { ALICE, environmentOf, type JobScenario, startJobScenario } from "./job-scenario.ts";

async function remove(
  scenario: JobScenario,
  { deletesSync = false, ...more }: Parameters<JobScenario["addSync"]>[0] & { deletesSync?: boolean } = {},
) {
  const sync = scenario.addSync(more);
  scenario.jobs.queueRemove(sync, ALICE, { deletesSync });
  expect(sync.remove.status).toBe("pending");
  await scenario.clock.advance(0);
  return sync;
}

test("deletes every key of the source, imported ones included, in one call and without a look", async () => {
  await using scenario = await startJobScenario();
  scenario.put("/shared", { B: "2" });
  scenario.put("/app", { A: "1" });
  insertImport(scenario.world, scenario.folder("/app"), environmentOf(scenario.project, "dev"), "/shared");
  scenario.remotePut({ A: "never synced", B: "2", FOREIGN: "3" });
  const sync = await remove(scenario);
  expect(sync.remove).toMatchObject({ status: "succeeded", message: null, at: "2026-01-02T12:00:00.000Z" });
  expect(scenario.remoteRead()).toEqual({ FOREIGN: "3" });
  expect(scenario.calls()).toEqual([
    "POST /api/v1/auth/universal-auth/login",
    "DELETE /api/v3/secrets/batch/raw",
  ]);
  expect(scenario.world.syncs.has(sync.id)).toBe(true);
});

test("takes the keys of subfolders, of equal names one", async () => {
  await using scenario = await startJobScenario();
  scenario.put("/app", { A: "1" });
  scenario.put("/app/sub/deep", { A: "2", B: "3" });
  scenario.remotePut({ A: "1", B: "3", FOREIGN: "4" });
  const sync = await remove(scenario, {
    syncOptions: { initialSyncBehavior: "overwrite-destination", includeAllSubFolders: true },
  });
  expect(sync.remove.status).toBe("succeeded");
  expect(scenario.remoteRead()).toEqual({ FOREIGN: "4" });
});

test("disableSecretDeletion does not hold it back", async () => {
  await using scenario = await startJobScenario();
  scenario.put("/app", { A: "1" });
  scenario.remotePut({ A: "1" });
  const sync = scenario.addSync({
    syncOptions: { initialSyncBehavior: "overwrite-destination", disableSecretDeletion: true },
  });
  scenario.jobs.queueRemove(sync, ALICE, { deletesSync: false });
  await scenario.clock.advance(0);
  expect(scenario.remoteRead()).toEqual({});
});

test("keys that were dropped from the source earlier stay", async () => {
  await using scenario = await startJobScenario();
  scenario.put("/app", { A: "1", OLD: "2" });
  scenario.remotePut({ A: "1", OLD: "2" });
  scenario.drop("/app", "OLD");
  await remove(scenario);
  expect(scenario.remoteRead()).toEqual({ OLD: "2" });
});

test("one key that the remote folder does not have blocks it all, and the sync stays", async () => {
  await using scenario = await startJobScenario();
  scenario.put("/app", { A: "1", B: "2" });
  scenario.remotePut({ A: "1" });
  const sync = await remove(scenario, { deletesSync: true });
  expect(sync.remove).toMatchObject({ status: "failed", at: null });
  expect(JSON.parse(sync.remove.message ?? "").error).toMatchObject({ statusCode: 404 });
  expect(scenario.remoteRead()).toEqual({ A: "1" });
  expect(scenario.world.syncs.has(sync.id)).toBe(true);
  // Auto-sync goes on.
  await scenario.clock.advance(3_000);
  expect(sync.sync.status).toBe("succeeded");
});

test("with deletion of the sync the row goes after the success", async () => {
  await using scenario = await startJobScenario();
  scenario.put("/app", { A: "1" });
  scenario.remotePut({ A: "1" });
  const seen: boolean[] = [];
  const action = () => {
    seen.push(scenario.world.syncs.size === 1);
  };
  scenario.remote.fault({ kind: "run", method: "DELETE", action });
  const sync = await remove(scenario, { deletesSync: true });
  expect(seen).toEqual([true]);
  expect(scenario.world.syncs.has(sync.id)).toBe(false);
});

test("an empty source is a success without a call", async () => {
  await using scenario = await startJobScenario();
  scenario.remotePut({ A: "1" });
  const sync = await remove(scenario, { deletesSync: true });
  expect(scenario.calls()).toEqual([]);
  expect(scenario.world.syncs.has(sync.id)).toBe(false);
});
