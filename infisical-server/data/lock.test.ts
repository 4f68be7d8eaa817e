import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockDirectory } from "./lock.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "test-server-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const leave = (owner: object) => writeFile(join(directory, "lock"), JSON.stringify({ id: "x", ...owner }));
const startedAt = Date.now() - process.uptime() * 1000;

test("a lock goes when it is released, and can then be taken again", async () => {
  const unlock = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toThrow("in use");
  await unlock();
  expect(await readdir(directory)).toEqual([]);
  await (await lockDirectory(directory))();
});

test.each([
  // Larger than any id that a system gives.
  { whose: "an ended process", owner: { pid: 2 ** 30, startedAt } },
  { whose: "an earlier process with our id", owner: { pid: process.pid, startedAt: startedAt - 60_000 } },
])("the lock of $whose is taken over", async ({ owner }) => {
  await leave(owner);
  const unlock = await lockDirectory(directory);
  expect(await readdir(directory)).toEqual(["lock"]);
  await unlock();
});

test("the lock of a living process, or of nobody knows who, is not", async () => {
  await leave({ pid: process.ppid, startedAt });
  await expect(lockDirectory(directory)).rejects.toThrow(`in use by process ${process.ppid}`);
  await writeFile(join(directory, "lock"), "?");
  await expect(lockDirectory(directory)).rejects.toThrow("in use by another server");
});

test("of several that take over a stale lock at once, one gets it", async () => {
  await leave({ pid: 2 ** 30, startedAt });
  const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(directory)));
  expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});
