/** Where the command keeps what Node has compiled for it, as the environment says, by processes of their own. */
import { execFile } from "node:child_process";
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bin } from "../test/support/run-command.ts";

let base: string;
let home: string;
let checkout: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "compiled-"));
  home = join(base, "home");
  checkout = join(base, "checkout");
  await mkdir(home, { mode: 0o700 });
  await mkdir(checkout);
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** Runs the command in the checkout. @returns the cache of the processes that it would start */
async function cacheOf(environment: NodeJS.ProcessEnv): Promise<string> {
  const { NODE_COMPILE_CACHE: _, XDG_CACHE_HOME: __, ...mine } = process.env;
  const env = { ...mine, HOME: home, TMPDIR: join(base, "none"), ...environment };
  const tell = `data:text/javascript,process.on("exit", () => console.log(process.env.NODE_COMPILE_CACHE))`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", tell, bin, "--version"], {
    cwd: checkout,
    env,
  });
  return stdout.split("\n")[1] ?? "";
}

const NONE = "undefined";
const compiledIn = async (folder: string) => (await readdir(folder, { recursive: true })).length;

it("is in the user's own folder, that nobody else can read or write", async () => {
  const cache = await cacheOf({});
  expect(cache).toBe(join(home, ".cache", "external-infisical", "compiled"));
  expect(await compiledIn(cache)).toBeGreaterThan(1);
  for (const folder of [cache, join(cache, ".."), join(home, ".cache")])
    expect((await lstat(folder)).mode & 0o777, folder).toBe(0o700);
  // The next time it is as it was.
  expect(await cacheOf({})).toBe(cache);
});

it("is where the caches of the user are", async () => {
  const caches = join(base, "caches");
  expect(await cacheOf({ XDG_CACHE_HOME: caches })).toBe(join(caches, "external-infisical", "compiled"));
});

it("is where the user wants it, or nowhere", async () => {
  const chosen = join(base, "chosen");
  expect(await cacheOf({ NODE_COMPILE_CACHE: chosen })).toBe(chosen);
  expect(await compiledIn(chosen)).toBeGreaterThan(1);
  expect(await cacheOf({ NODE_DISABLE_COMPILE_CACHE: "1" })).toBe(NONE);
  expect(await readdir(home)).toEqual([]);
});

describe("is nowhere", () => {
  const folder = () => join(home, ".cache", "external-infisical", "compiled");

  it.each([
    ["XDG_CACHE_HOME", "undefined"],
    ["XDG_CACHE_HOME", "./cache"],
    ["HOME", "."],
  ])("where %s is %s: it would be in the checkout", async (name, value) => {
    expect(await cacheOf({ [name]: value })).toBe(NONE);
    expect(await readdir(checkout)).toEqual([]);
  });

  it("where it cannot be made", async () => {
    await writeFile(join(home, ".cache"), "");
    expect(await cacheOf({})).toBe(NONE);
  });

  it.each([
    ["the folder", () => folder()],
    ["the folder above", () => join(folder(), "..")],
    ["the home folder", () => home],
  ])("where others can write %s", async (_, at) => {
    await mkdir(folder(), { recursive: true, mode: 0o700 });
    await chmod(at(), 0o777);
    expect(await cacheOf({})).toBe(NONE);
    expect(await readdir(folder())).toEqual([]);
  });

  const isRoot = process.getuid?.() === 0;
  it.skipIf(!isRoot).each([
    ["the folder", () => folder()],
    ["the home folder", () => home],
  ])(`where somebody else has %s${isRoot ? "" : " (root alone can give it away)"}`, async (_, at) => {
    await mkdir(folder(), { recursive: true, mode: 0o700 });
    await chown(at(), 65_534, 65_534);
    expect(await cacheOf({})).toBe(NONE);
    expect(await readdir(folder())).toEqual([]);
  });

  it("where it is a link", async () => {
    const elsewhere = join(base, "elsewhere");
    await mkdir(elsewhere, { mode: 0o700 });
    await mkdir(join(folder(), ".."), { recursive: true, mode: 0o700 });
    await symlink(elsewhere, folder());
    expect(await cacheOf({})).toBe(NONE);
    expect(await readdir(elsewhere)).toEqual([]);
  });
});
