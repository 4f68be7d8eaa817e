import { expect, test } from "vitest";
import type { JobRecord, SecretSync } from "../control-plane/model.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { addProject, createWorld } from "../world.ts";
import { settleInterruptedJobs } from "./interrupted.ts";

const record = (status: JobRecord["status"]): JobRecord => ({ status, jobId: null, message: null, at: null });

function settle(before: Pick<SecretSync, "isAutoSyncEnabled" | "sync" | "import" | "remove">) {
  const world = createWorld(() => 0);
  const project = addProject(world, {});
  const credentials = { instanceUrl: "", machineIdentityClientId: "", machineIdentityClientSecret: "" };
  const row = { name: "one", description: null, createdAt: "", updatedAt: "", project };
  const sync: SecretSync = {
    ...row,
    ...before,
    id: "sync",
    folder: null,
    connection: { ...row, id: "connection", credentials, credentialsHash: "" },
    syncOptions: { initialSyncBehavior: "overwrite-destination" },
    destinationConfig: { projectId: "", environment: "", secretPath: "/" },
  };
  world.syncs.set(sync.id, sync);
  const queued: string[] = [];
  const jobs: Jobs = {
    queueSync: ({ id }, { type }) => queued.push(`${id} by ${type}`),
    queueImport: () => queued.push("import"),
    queueRemove: () => queued.push("remove"),
    isRunning: () => false,
    close: async () => {},
  };
  settleInterruptedJobs(world, jobs);
  return { sync, queued };
}

test.each(["pending", "running"] as const)("an auto-sync that was %s runs again", (status) => {
  const { queued } = settle({
    isAutoSyncEnabled: true,
    sync: record(status),
    import: record(null),
    remove: record("succeeded"),
  });
  expect(queued).toEqual(["sync by platform"]);
});

test("other jobs that had not ended have failed, and say why", () => {
  const { sync, queued } = settle({
    isAutoSyncEnabled: false,
    sync: record("pending"),
    import: record("running"),
    remove: record("succeeded"),
  });
  expect(queued).toEqual([]);
  const failed = { status: "failed", message: "The server stopped before the end" };
  expect(sync).toMatchObject({ sync: failed, import: failed, remove: { status: "succeeded" } });
});
