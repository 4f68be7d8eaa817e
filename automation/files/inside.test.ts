import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { asNamed, inside } from "./inside.ts";

let base: string;
let root: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "inside-"));
  root = join(base, "root");
  await mkdir(join(root, "folder"), { recursive: true });
  await mkdir(join(base, "outside"));
  await writeFile(join(root, "folder", "file"), "");
});
afterEach(() => rm(base, { recursive: true, force: true }));

it.each([["folder"], ["folder/file"], ["folder", "new"], ["new", "folder", "file"]])(
  "gives the path of %s",
  async (...names) => {
    expect(await inside(root, ...names)).toBe(join(root, ...names));
  },
);

it.each([[".."], ["../outside"], ["folder/../../outside"], ["."], ["folder", ".."]])(
  "refuses %s, which leads outside",
  async (...names) => {
    await expect(inside(root, ...names)).rejects.toMatchObject({ code: "invalid-config" });
  },
);

it.each([
  ["link", "../outside", "link"],
  ["link", "../outside", "link/below/it"],
  ["folder/link", "file", "folder/link"],
  ["link", "nowhere", "link"],
])("refuses a link at %s to %s for %s", async (at, target, name) => {
  await symlink(target, join(root, at));
  await expect(inside(root, name)).rejects.toThrow(`${join(root, at)} is a symbolic link`);
  await expect(asNamed(root, name)).rejects.toThrow("is a symbolic link");
});

it("leaves what is outside of the folder that is worked in to the user", async () => {
  await symlink("outside", join(base, "link"));
  expect(await asNamed(root, "../link/report.md")).toBe(join(base, "link", "report.md"));
  expect(await asNamed(root, join(base, "link"))).toBe(join(base, "link"));
  // The folder itself may be reached by a link.
  await symlink("root", join(base, "way"));
  expect(await asNamed(join(base, "way"), "report.md")).toBe(join(base, "way", "report.md"));
});
