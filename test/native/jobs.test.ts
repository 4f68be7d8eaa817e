/** What an instance's fields tell of a job (control-plane §3.7, §3.10). */
import { expect, test } from "vitest";
import { type SyncRow, syncRow } from "../../provider/infisical/control-plane/rows.ts";
import { jobMessage } from "../../provider/resources/native/failure.ts";
import { endOf } from "../../provider/resources/native/jobs.ts";

const row = (fields: Partial<Record<keyof SyncRow, unknown>>): SyncRow =>
  syncRow.parse({
    id: "s",
    name: "s",
    isAutoSyncEnabled: true,
    projectId: "p",
    connectionId: "c",
    connection: { app: "external-infisical", name: "c", id: "c" },
    syncOptions: { initialSyncBehavior: "overwrite-destination" },
    destinationConfig: { projectId: "d", environment: "e", secretPath: "/" },
    ...fields,
  });
const before = row({ syncStatus: "succeeded", lastSyncJobId: "1", lastSyncedAt: "T1" });

test.each([
  ["is queued", { syncStatus: "pending", lastSyncJobId: "1", lastSyncedAt: "T1" }, undefined],
  ["runs", { syncStatus: "running", lastSyncJobId: "1", lastSyncedAt: "T1" }, undefined],
  ["has ended", { syncStatus: "succeeded", lastSyncJobId: "2", lastSyncedAt: "T2" }, "succeeded"],
  ["has failed", { syncStatus: "failed", lastSyncJobId: "2", lastSyncedAt: "T1" }, "failed"],
  [
    "ended before its row was set to pending",
    { syncStatus: "pending", lastSyncJobId: "2", lastSyncedAt: "T2" },
    "succeeded",
  ],
  [
    "failed before its row was set to pending",
    { syncStatus: "pending", lastSyncJobId: "2", lastSyncedAt: "T1" },
    "failed",
  ],
])("a job that %s", (_what, fields, end) => {
  expect(endOf(before, row(fields), "sync")).toBe(end);
});

test("a first job that failed is told by its id, since it has no success to tell", () => {
  expect(endOf(undefined, row({ syncStatus: "failed", lastSyncJobId: "1" }), "sync")).toBe("failed");
  expect(endOf(undefined, row({ syncStatus: "pending" }), "sync")).toBeUndefined();
});

test.each([
  ["plain text", "Failed to run job", "Failed to run job"],
  [
    "a remote error",
    '{"message":"Folder with path \'/x\' not found","error":{"reqId":"r","statusCode":404,"error":"NotFound"}}',
    "Folder with path '/x' not found (404)",
  ],
  ["a key", '{"message":"no","error":"x","secretKey":"A"}', "no (key A)"],
  ["text cut off", '{"message":"long...', '{"message":"long...'],
  ["control characters", "a\u001b[31mb\nc", "ab c"],
])("a message with %s", (_what, message, told) => {
  expect(jobMessage(message)).toBe(told);
});
