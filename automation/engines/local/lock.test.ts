import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lockStack, removeLocks } from "./lock.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "locks-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("locks, refuses a second one with who and when, and unlocks", async () => {
  const lock = await lockStack(folder);
  const refused = lockStack(folder);
  await expect(refused).rejects.toMatchObject({
    code: "locked",
    message: expect.stringMatching(new RegExp(`created by .+@${hostname()} \\(pid ${process.pid}\\) at 20`)),
    hint: expect.stringContaining("pulumi cancel"),
  });
  expect(await readdir(folder)).toHaveLength(1);
  await lock[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual([]);
});

it("lets at most one of many through", async () => {
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockStack(folder)));
  const locks = results.filter((result) => result.status === "fulfilled");
  expect(locks.length).toBeLessThanOrEqual(1);
  for (const { value } of locks) await value[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual([]);
});

it("says so if the process that holds the lock has ended, and still refuses", async () => {
  const gone = { pid: 2 ** 22 + 1, username: "u", hostname: hostname(), timestamp: new Date().toISOString() };
  await writeFile(join(folder, "a.json"), JSON.stringify(gone));
  await writeFile(join(folder, "b.json"), "not a lock");
  await mkdir(join(folder, "c"));
  await expect(lockStack(folder)).rejects.toThrow(
    /2 lock\(s\)[\s\S]*that process has ended[\s\S]*not readable/,
  );
  await rm(join(folder, "c"), { recursive: true });
  await removeLocks(folder);
  await (await lockStack(folder))[Symbol.asyncDispose]();
});
