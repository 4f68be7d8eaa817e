/**
 * One file with Node and the provider in it, for each platform: https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html
 * What cannot be run here is made all the same.
 */
import { execFile } from "node:child_process";
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Platform, THIS_PLATFORM } from "../../../provider/terraform/install/mirror.ts";
import { signed } from "./mac-signature.ts";
import { fetchRuntime, runtimeHere, runtimeOf } from "./runtimes.ts";
import { unsigned } from "./windows-signature.ts";

const run = promisify(execFile);
const require = createRequire(import.meta.url);

/** What Node looks for in itself. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/**
 * @param main the provider as one file of CommonJS
 * @param file where it is to be
 */
export async function buildExecutable(
  main: string,
  { platform, file }: { platform: Platform; file: string },
): Promise<void> {
  await copyFile(await fetchRuntime(runtimeOf(platform)), file);
  await chmod(file, 0o755);
  // Names of functions for debuggers are a part of it; binutils know their own platform.
  if (platform === THIS_PLATFORM && platform.startsWith("linux_")) await run("strip", [file]);
  if (platform.startsWith("windows_")) await writeFile(file, unsigned(await readFile(file)));
  await inject(main, { platform, file });
  if (platform.startsWith("darwin_")) await writeFile(file, signed(await readFile(file), basename(file)));
}

/** Puts the program into the Node. What is told of sections that have no names is about Node's own, and left out. */
async function inject(main: string, { platform, file }: { platform: Platform; file: string }): Promise<void> {
  const folder = await mkdtemp(join(dirname(file), ".sea-"));
  try {
    const program = await prepare(main, { platform, folder });
    const segment = platform.startsWith("darwin_") ? ["--macho-segment-name", "NODE_SEA"] : [];
    const tool = require.resolve("postject/dist/cli.js");
    await run(process.execPath, [tool, file, "NODE_SEA_BLOB", program, "--sentinel-fuse", FUSE, ...segment]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns the file with the program in the form in which that platform's Node takes it */
async function prepare(
  main: string,
  { platform, folder }: { platform: Platform; folder: string },
): Promise<string> {
  const node = await fetchRuntime(runtimeHere(platform));
  const config = join(folder, "config.json");
  const output = join(folder, "program");
  const settings = {
    main,
    output,
    disableExperimentalSEAWarning: true,
    // Compiled code is of one platform.
    useCodeCache: platform === THIS_PLATFORM,
    execArgvExtension: "none",
  };
  await writeFile(config, JSON.stringify(settings));
  await run(node, ["--experimental-sea-config", config]);
  return output;
}
