/** SDKs for programs, which Pulumi's CLI makes from the plugin's schema: as sources, packed by language, and for Python as a wheel. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeWheel } from "./wheel.ts";

const run = promisify(execFile);

const LANGUAGES = ["nodejs", "python", "go", "dotnet", "java"];

interface Sdks {
  /** Files. */
  made: string[];
  /** What is not among them, and why. */
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
    // Asked of the plugin once: it would start anew for each language.
    const described = await pulumi(work, "get-schema", plugin);
    const schema = join(work, "schema.json");
    await writeFile(schema, described.stdout);
    for (const language of LANGUAGES) {
      const file = join(out, `${name}-sdk-${language}.tar.gz`);
      const { refusal } =
        described.refusal === undefined
          ? await pulumi(work, "gen-sdk", schema, "--language", language, "--out", work)
          : described;
      if (refusal === undefined) {
        await run("tar", ["-czf", file, "-C", join(work, language), "."]);
        sdks.made.push(file);
      } else sdks.left.push(`SDK for ${language}: ${refusal}`);
      if (language !== "python" || refusal !== undefined) continue;
      const wheel = await makeWheel(join(work, language), out);
      if ("file" in wheel) sdks.made.push(wheel.file);
      else sdks.left.push(`wheel of the SDK for ${language}: ${wheel.refusal}`);
    }
    return sdks;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface Answer {
  stdout: string;
  /** Why there is none. */
  refusal?: string;
}

/** A command of `pulumi package`. */
async function pulumi(work: string, ...args: string[]): Promise<Answer> {
  const home = join(work, "home");
  await mkdir(home, { recursive: true });
  const env = {
    ...process.env,
    // Neither what is installed for this user counts, nor is anything downloaded.
    PULUMI_HOME: home,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  try {
    const { stdout } = await run("pulumi", ["package", ...args], { env, maxBuffer: 1e9 });
    return { stdout };
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    const refusal =
      code === "ENOENT"
        ? "there is no pulumi on the PATH"
        : (/^error: (.*)$/m.exec(stderr ?? "")?.[1] ?? String(error));
    return { stdout: "", refusal };
  }
}
