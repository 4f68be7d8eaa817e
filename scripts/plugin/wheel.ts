import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * The SDK for Python as pip would make it where a program installs it.
 *
 * @param sdk folder of its sources
 * @returns the file in `out`, or why there is none
 */
export async function makeWheel(sdk: string, out: string): Promise<{ file: string } | { refusal: string }> {
  const args = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--disable-pip-version-check"];
  // What it is built with comes from the user's index, which may not answer.
  const env = { PIP_RETRIES: "1", PIP_DEFAULT_TIMEOUT: "15", ...process.env };
  try {
    await promisify(execFile)("python3", [...args, "--wheel-dir", out, sdk], { env });
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT") return { refusal: "there is no python3 on the PATH" };
    return { refusal: stderr?.trim().split("\n")[0] || String(error) };
  }
  const wheel = (await readdir(out)).find((name) => name.endsWith(".whl"));
  return wheel === undefined ? { refusal: "pip has made none" } : { file: join(out, wheel) };
}
