// A state that is damaged, and the earlier ones beside it.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readCheckpoint } from "./checkpoint.ts";
import { magicOf } from "./deployment.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "checkpoint-"));
  path = join(folder, "dev.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const manifest = { time: "2026-01-01T00:00:00Z", magic: magicOf("v"), version: "v" };
const whole = JSON.stringify({ version: 3, checkpoint: { stack: "s", latest: { manifest } } });

it.each([
  ["its end missing", whole.slice(0, -20), "is not JSON"],
  ["nothing in it", "", "is empty"],
  ["nothing but zeros", "\0".repeat(64), "is not JSON"],
  ["something else in it", "[]", "is no checkpoint"],
  ["a wrong magic number", whole.replace(manifest.magic, "0"), "wrong magic number"],
])("tells the path of a state with %s, and what is whole", async (_what, text, reason) => {
  const backups = join(folder, "backups");
  await mkdir(backups);
  await writeFile(path, text);
  await expect(readCheckpoint(path, backups)).rejects.toMatchObject({
    code: "invalid-state",
    message: expect.stringMatching(new RegExp(`^The state in ${path} cannot be read: .*${reason}`)),
    hint: expect.stringContaining("no earlier state"),
  });

  await writeFile(`${path}.bak`, whole);
  await writeFile(join(backups, "dev.17.json"), whole);
  await writeFile(join(backups, "dev.18.json"), whole.slice(0, -1));
  await writeFile(join(backups, "other.19.json"), whole);
  const error = await readCheckpoint(path, backups).catch((reason) => reason);
  expect(error.hint).toContain(`${path}.bak (20`);
  expect(error.hint).toContain(`${join(backups, "dev.17.json")} (20`);
  expect(error.hint).not.toMatch(/dev\.18|other/);
});

it("tells the path of what cannot be read at all", async () => {
  await mkdir(path);
  await expect(readCheckpoint(path, folder)).rejects.toMatchObject({
    code: "invalid-state",
    message: expect.stringContaining(path),
  });
});

it("reads a whole one, and none", async () => {
  expect(await readCheckpoint(path, folder)).toBeUndefined();
  await writeFile(path, whole);
  expect((await readCheckpoint(path, folder))?.deployment.manifest).toEqual(manifest);
});
