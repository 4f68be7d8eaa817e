import promises, { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
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

it("leaves no lock where the disk is full", async () => {
  const locks = join(folder, "locks", "dev");
  const { open } = promises;
  const any = await open(process.execPath);
  const handles: promises.FileHandle = Object.getPrototypeOf(any);
  await any.close();
  const write = vi
    .spyOn(handles, "writeFile")
    .mockRejectedValue(new Error("ENOSPC: no space left on device"));
  await expect(lockStack(locks)).rejects.toThrow("ENOSPC");
  write.mockRestore();
  expect(await readdir(folder, { recursive: true })).toEqual(["locks", join("locks", "dev")]);
  await (await lockStack(locks))[Symbol.asyncDispose]();
});

it("tells of a lock that was cut off, and removes it with the others, but no file of another kind", async () => {
  await writeFile(join(folder, "a.json"), "");
  await writeFile(join(folder, "b.json"), '{"pid": 1');
  await writeFile(join(folder, "notes.txt"), "");
  await expect(lockStack(folder)).rejects.toThrow(/a\.json: empty; a full disk[\s\S]*b\.json: not readable/);
  await removeLocks(folder);
  expect(await readdir(folder)).toEqual(["notes.txt"]);
});
