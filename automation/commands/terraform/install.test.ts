import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { main } from "../../main.ts";

const FOLDER = "external-infisical/externalinfisical/0.1.0";
let home = "";
let printed = "";

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "external-infisical-home-"));
  vi.stubEnv("HOME", home);
  vi.stubEnv("TF_CLI_CONFIG_FILE", "");
  printed = "";
  vi.spyOn(console, "log").mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

it("puts the provider where both tools look by themselves, and says what to write into a configuration", async () => {
  expect(await main(["terraform", "install"])).toBe(0);
  const plugins = join(home, ".terraform.d/plugins");
  expect((await readdir(plugins)).toSorted()).toEqual(["registry.opentofu.org", "registry.terraform.io"]);
  for (const registry of await readdir(plugins)) {
    const [platform = ""] = await readdir(join(plugins, registry, FOLDER));
    const folder = join(plugins, registry, FOLDER, platform);
    const names = ["package.json", "terraform-provider-externalinfisical_v0.1.0"];
    expect((await readdir(folder)).toSorted()).toEqual(names);
    expect((await stat(join(folder, names[1] ?? ""))).mode & 0o111).toBe(0o111);
  }
  expect(printed).toContain(`Provider external-infisical/externalinfisical 0.1.0 is in ${plugins}.`);
  expect(printed).toContain('source  = "external-infisical/externalinfisical"');
  expect(printed).not.toContain("provider_installation");
});

it("takes the place of a program that is there already", async () => {
  await main(["terraform", "install"]);
  const type = join(home, ".terraform.d/plugins/registry.terraform.io", FOLDER);
  const [platform = ""] = await readdir(type);
  const file = join(type, platform, "terraform-provider-externalinfisical_v0.1.0");
  const program = await readFile(file);
  await writeFile(file, "of before");
  expect(await main(["terraform", "install"])).toBe(0);
  expect((await readFile(file)).equals(program)).toBe(true);
});

it("says so where settings of the user's make the tools look elsewhere", async () => {
  const settings = join(home, ".terraformrc");
  await writeFile(settings, "provider_installation {\n  direct {}\n}\n");
  await main(["terraform", "install"]);
  expect(printed).toContain(`${settings} has a provider_installation block`);
  expect(printed).toContain(`path    = "${join(home, ".terraform.d/plugins")}"`);
});

it("makes a mirror for each platform in a folder that is named, and says how it is found", async () => {
  await mkdir(join(home, "work"));
  const mirror = join(home, "work/mirror");
  expect(await main(["terraform", "install", "--dir", mirror])).toBe(0);
  expect((await readdir(join(mirror, "registry.opentofu.org", FOLDER))).toSorted()).toEqual([
    "darwin_amd64",
    "darwin_arm64",
    "linux_amd64",
    "linux_arm64",
  ]);
  expect(await readdir(home)).toEqual(["work"]);
  expect(printed).toContain(`path    = "${mirror}"`);
});

it("tells what it was asked to do where a folder cannot be made", async () => {
  const errors = vi.spyOn(console, "error").mockImplementation(() => {});
  await writeFile(join(home, "file"), "");
  expect(await main(["terraform", "install", "--dir", join(home, "file")])).not.toBe(0);
  expect(String(errors.mock.calls)).toContain(`The provider cannot be put into ${join(home, "file")}: `);
});
