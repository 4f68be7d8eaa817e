/** SDKs for programs, which Pulumi's CLI makes from the plugin's schema: as sources, packed by language. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const LANGUAGES = ["nodejs", "python", "go", "dotnet", "java"];

interface Sdks {
  /** Files, one a language. */
  made: string[];
  /** Why one is not among them. */
  left: string[];
}

/**
 * @param plugin path of its program
 * @param name begins the files' names
 * @param out folder that exists
 */
export async function makeSdks(plugin: string, name: string, out: string): Promise<Sdks> {
  const work = await mkdtemp(join(tmpdir(), "external-infisical-sdks-"));
  const sdks: Sdks = { made: [], left: [] };
  try {
    for (const language of LANGUAGES) {
      const file = join(out, `${name}-sdk-${language}.tar.gz`);
      const refusal = await make(plugin, language, work);
      if (refusal === undefined) {
        await run("tar", ["-czf", file, "-C", join(work, language), "."]);
        sdks.made.push(file);
      } else sdks.left.push(`${language}: ${refusal}`);
    }
    return sdks;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** @returns why there is none */
async function make(plugin: string, language: string, out: string): Promise<string | undefined> {
  const home = join(out, "home");
  await mkdir(home, { recursive: true });
  const env = {
    ...process.env,
    // Neither what is installed for this user counts, nor is anything downloaded.
    PULUMI_HOME: home,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const args = ["package", "gen-sdk", plugin, "--language", language, "--out", out];
  try {
    await run("pulumi", args, { env });
    return undefined;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT") return "there is no pulumi on the PATH";
    return /^error: (.*)$/m.exec(stderr ?? "")?.[1] ?? String(error);
  }
}
