/** What a release consists of, as flat files: an npm package, what Terraform's registries take, Pulumi's plugin, and a list of what is in it. */
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import packageManifest from "../../package.json" with { type: "json" };
import { omit } from "../../provider/resources/properties.ts";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs a program in the repository. @returns what it prints @throws with what it told, if it fails */
export async function run(file: string, args: readonly string[], cwd = root): Promise<string> {
  const { stdout } = await promisify(execFile)(file, args, { cwd, maxBuffer: 1e9 });
  return stdout;
}

/**
 * @param out is emptied
 * @param flags of `npm run build:terraform`
 */
export async function makeArtefacts(out: string, flags: readonly string[] = []): Promise<void> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const work = await mkdtemp(join(out, ".work-"));
  // Its prepack builds, which removes what an older build has left.
  await run("npm", ["pack", "--silent", "--pack-destination", out]);
  await writeFile(join(out, "external-infisical.cdx.json"), await contentsIn(join(work, "contents")));
  await run(process.execPath, ["scripts/terraform/build.ts", "--out", join(work, "terraform"), ...flags]);
  await run(process.execPath, ["scripts/plugin/build.ts", "--out", join(work, "plugin"), "--sdks"]);
  for (const made of ["terraform", "plugin"])
    for (const entry of await readdir(join(work, made), { withFileTypes: true }))
      if (entry.isFile() && entry.name !== "hashes.json")
        await rename(join(work, made, entry.name), join(out, entry.name));
  await rm(work, { recursive: true });
}

/**
 * The list of dependencies, as CycloneDX. `npm sbom --omit dev` leaves out those that a dependency of development has as
 * well, so that it is asked where there is none of these.
 */
async function contentsIn(folder: string): Promise<string> {
  const manifest = omit(packageManifest, ["devDependencies", "scripts"]);
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await copyFile(join(root, "package-lock.json"), join(folder, "package-lock.json"));
  await run("npm", ["install", "--package-lock-only", "--no-audit", "--no-fund"], folder);
  return run("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"], folder);
}
