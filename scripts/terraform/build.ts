/**
 * `npm run build:terraform`: the provider in the layout of a filesystem mirror, and as a registry wants it. Without a flag
 * it is the script form, which the Node of the PATH runs, for this platform.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import manifest from "../../package.json" with { type: "json" };
import { PACKAGE } from "../../provider/terraform/install/install.ts";
import {
  type Platform,
  programName,
  THIS_PLATFORM,
  TYPE,
  typeFolders,
  zipName,
} from "../../provider/terraform/install/mirror.ts";
import { bundle } from "./bundle.ts";
import { buildExecutable } from "./executable/build.ts";
import { PLATFORMS } from "./executable/runtimes.ts";
import { packageHash, zipHash } from "./hashes.ts";
import { writeZip } from "./zip.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { version } = manifest;
/** The version of Terraform's protocol for providers that ours speaks. */
const PROTOCOL = "6.0";

const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(root, "dist/terraform") },
    /** One file with Node inside. */
    executable: { type: "boolean", default: false },
    /** The same for every platform. */
    all: { type: "boolean", default: false },
    /** The key, as gpg names it, to sign the hashes with. */
    sign: { type: "string" },
  },
});
await build(values.out);

async function build(out: string): Promise<void> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const work = await mkdtemp(join(out, ".work-"));
  const packages =
    values.all || values.executable ? await makeExecutables(work) : [await makeScript(work, THIS_PLATFORM)];
  const zips: string[] = [];
  const hashes: Record<Platform, string[]> = {};
  for (const { platform, folder } of packages) {
    const zip = join(out, zipName(version, platform));
    await writeZip(folder, zip);
    for (const type of typeFolders(join(out, "mirror"))) {
      await mkdir(type, { recursive: true });
      await copyFile(zip, join(type, basename(zip)), constants.COPYFILE_FICLONE);
    }
    // A path is taken by Pulumi's bridge, and by dev_overrides, under the name without a version.
    if (platform === THIS_PLATFORM) await cp(folder, join(out, "local"), { recursive: true });
    hashes[platform] = [await packageHash(folder), await zipHash(zip)];
    zips.push(zip);
  }
  const own = programName(version, THIS_PLATFORM);
  await rename(join(out, "local", own), join(out, "local", own.replace(`_v${version}`, "")));
  await rm(work, { recursive: true });
  await writeFile(join(out, "hashes.json"), `${JSON.stringify({ version, hashes }, undefined, 2)}\n`);
  await writeForRegistry(out, zips);
  const hashLines = Object.entries(hashes).flatMap(([platform, all]) =>
    all.map((hash) => `  ${platform} ${hash}`),
  );
  console.log(
    [
      `Filesystem mirror: ${join(out, "mirror")}`,
      "Zips:",
      ...zips.map((zip) => `  ${zip}`),
      "Hashes for a lock file:",
      ...hashLines,
      "To have the provider found here: unpack a zip, and run the program in it with the argument install.",
    ].join("\n"),
  );
}

/** What is in a zip of the provider. */
interface Package {
  platform: Platform;
  folder: string;
}

async function makeScript(work: string, platform: Platform): Promise<Package> {
  const folder = join(work, "script");
  await mkdir(folder);
  await bundle(join(root, "provider/terraform/main.ts"), join(folder, programName(version, platform)));
  await chmod(join(folder, programName(version, platform)), 0o755);
  await writeFile(join(folder, "package.json"), PACKAGE);
  return { platform, folder };
}

async function makeExecutables(work: string): Promise<Package[]> {
  const script = await makeScript(work, "linux_amd64");
  const main = join(script.folder, programName(version, script.platform));
  const packages: Package[] = [];
  for (const platform of values.all ? PLATFORMS : [THIS_PLATFORM]) {
    const folder = join(work, platform);
    await mkdir(folder);
    await buildExecutable(main, { platform, file: join(folder, programName(version, platform)) });
    packages.push({ platform, folder });
  }
  return packages;
}

/** What a registry takes beside the zips. https://developer.hashicorp.com/terraform/registry/providers/publishing */
async function writeForRegistry(out: string, zips: readonly string[]): Promise<void> {
  const name = (what: string) => join(out, `terraform-provider-${TYPE}_${version}_${what}`);
  const manifestFile = name("manifest.json");
  const content = { version: 1, metadata: { protocol_versions: [PROTOCOL] } };
  await writeFile(manifestFile, `${JSON.stringify(content, undefined, 2)}\n`);
  const sums = [...zips, manifestFile].map(async (file) => {
    const sum = createHash("sha256").update(await readFile(file));
    return `${sum.digest("hex")}  ${basename(file)}\n`;
  });
  await writeFile(name("SHA256SUMS"), (await Promise.all(sums)).join(""));
  if (values.sign !== undefined)
    await promisify(execFile)("gpg", [
      ...["--batch", "--yes", "--local-user", values.sign],
      ...["--output", name("SHA256SUMS.sig"), "--detach-sign", name("SHA256SUMS")],
    ]);
}
