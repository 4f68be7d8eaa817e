/** What an instance's fields tell of a job (control-plane §3.7, §3.10). */
import { expect, test } from "vitest";
import { jobWords } from "../../provider/infisical/control-plane/job-words.ts";
import { changesOf } from "../../provider/resources/sync/native/declare.ts";
import { jobFailure } from "../../provider/resources/sync/native/failure.ts";
import { nativeSyncInputs } from "../../provider/resources/sync/native/inputs.ts";
import { endOf } from "../../provider/resources/sync/native/jobs.ts";
import { unplannedOptions } from "../../provider/resources/sync/native/planned-options.ts";
import { smallestSyncRow as row, SMALLEST_SYNC } from "../support/smallest.ts";

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
  ["ended in a way of a later revision", { syncStatus: "skipped", lastSyncJobId: "2" }, "failed"],
  [
    "ended in such a way with a time",
    { syncStatus: "cancelled", lastSyncJobId: "2", lastSyncedAt: "T2" },
    "failed",
  ],
  ["waits in a way of a later revision", { syncStatus: "held", lastSyncJobId: "1" }, undefined],
])("a job that %s", (_what, fields, end) => {
  expect(endOf(before, row(fields), "sync")).toBe(end);
});

test("a first job that failed is told by its id, since it has no success to tell", () => {
  expect(endOf(undefined, row({ syncStatus: "failed", lastSyncJobId: "1" }), "sync")).toBe("failed");
  expect(endOf(undefined, row({ syncStatus: "pending" }), "sync")).toBeUndefined();
});

test.each([
  [
    "as this version knows them",
    { disableSecretDeletion: true, includeAllSubFolders: true, keySchema: null },
    [],
  ],
  ["of other revisions", { keySchema: "{{secretKey}}", later: { some: "thing" } }, ["keySchema", "later"]],
])("options %s", (_what, options, unplanned) => {
  const syncOptions = { initialSyncBehavior: "overwrite-destination", ...options };
  expect(unplannedOptions(row({ syncOptions }))).toEqual(unplanned);
});

test("an update replaces options whole: what else stands in them goes along", () => {
  const there = row({
    syncOptions: { initialSyncBehavior: "overwrite-destination", later: { some: "thing" } },
  });
  const declared = {
    ...SMALLEST_SYNC,
    connectionId: "c",
    syncOptions: { ...SMALLEST_SYNC.syncOptions, includeAllSubFolders: true },
  };
  expect(changesOf(there, nativeSyncInputs.parse(declared)).syncOptions).toEqual({
    ...declared.syncOptions,
    disableSecretDeletion: false,
    later: { some: "thing" },
  });
});

test("what a later revision says of a job is told as it stands", () => {
  const ended = row({
    syncStatus: "skip\u001b[31mped",
    lastSyncJobId: "2",
    lastSyncMessage: "Failed to run job",
  });
  expect(jobFailure(ended, "sync").message).toBe(
    'The instance\'s sync of "s" ended as "skipped", which this version does not know: Failed to run job.',
  );
});

const TWINS =
  "This destination stores secrets in a single flat list, so each name can be used only once. These names are used in more than one folder: ";
const LEFT_OUT = "its own words are left out, since they may quote a value";
test.each([
  ["plain text", "Failed to run job", "Failed to run job"],
  [
    "a remote error",
    '{"message":"Folder with path \'/x\' not found","error":{"reqId":"r","statusCode":404,"error":"NotFound"}}',
    "Folder with path '/x' not found (404)",
  ],
  [
    "a failed request",
    '{"message":"Request failed with status code 502"}',
    "Request failed with status code 502",
  ],
  ["no way there", "connect ECONNREFUSED 10.0.0.1:443", "connect ECONNREFUSED 10.0.0.1:443"],
  ["a key", '{"message":"Something went wrong","error":"x","secretKey":"A"}', "Something went wrong (key A)"],
  [
    "equal names",
    `${TWINS}"DB_URL" in /app and /app/api; "B" in /a and /b and /c, and 2 more. Rename or move one secret in each pair, or point the sync at a narrower secret path.`,
    `${TWINS}"DB_URL" in /app and /app/api; "B" in /a and /b and /c, and 2 more. Rename or move one secret in each pair, or point the sync at a narrower secret path.`,
  ],
  ["a value among equal names", `${TWINS}"hunter 22" in /app and /app/api. Rename`, LEFT_OUT],
  [
    "a limit",
    "This sync covers 612 secrets, which is above the limit of 500 for a single sync. Point the sync at a narrower secret path, or split it into several syncs.",
    "This sync covers 612 secrets, which is above the limit of 500 for a single sync. Point the sync at a narrower secret path, or split it into several syncs.",
  ],
  [
    "a value",
    '{"message":"bad value hunter22","error":{"statusCode":400,"error":"BadRequest"},"secretKey":"A"}',
    `BadRequest: ${LEFT_OUT} (key A) (400)`,
  ],
  ["a value where names are", "Folder with path '-----BEGIN KEY\\nabc' not found", LEFT_OUT],
  ["a value behind a known text", "Something went wrong: hunter22", LEFT_OUT],
  ["a value in its fields", '{"message":"no","error":{"error":"hunter 22"},"secretKey":"a b"}', LEFT_OUT],
  ["text cut off", '{"message":"long...', LEFT_OUT],
  ["control characters", "Failed to run job\u001b[31m\n::error::", LEFT_OUT],
])("a message with %s", (_what, message, told) => {
  expect(jobWords(message)).toBe(told);
});
