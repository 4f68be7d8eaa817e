import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./node.ts";
import type { World } from "./world.ts";

/** The built command; there only after `npm run build`. */
export const bin = join(root, "dist", "automation", "bin.js");

/** Runs the built command in a folder with the world's syncs.yaml, and nothing of the user's settings. */
export function runCommand(
  world: World,
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: folder,
      env: {
        ...process.env,
        SOURCE_SECRET: world.source.clientSecret,
        DR_SECRET: world.destination.clientSecret,
        PULUMI_HOME: join(folder, "home"),
        PULUMI_CONFIG_PASSPHRASE: "only for tests",
        PULUMI_BACKEND_URL: "",
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (text) => (output.stdout += text));
    child.stderr.on("data", (text) => (output.stderr += text));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...output }));
  });
}
