import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./node.ts";
import { QUICK } from "./quick-passphrase.mjs";
import type { World } from "./world.ts";

/** The built command; there only after `npm run build`. */
export const bin = join(root, "dist", "automation", "bin.js");

/** What the command needs for a folder with the world's syncs.yaml, and nothing of the user's settings. */
export const commandEnvironment = (world: World, folder: string): Readonly<Record<string, string>> => ({
  SOURCE_SECRET: world.source.clientSecret,
  DR_SECRET: world.destination.clientSecret,
  PULUMI_HOME: join(folder, "home"),
  ...QUICK,
  PULUMI_BACKEND_URL: "",
});

/** Runs the built command in a folder with the world's syncs.yaml, and nothing of the user's settings. */
export const runCommand = (
  world: World,
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) => startCommand(world, folder, args, environment).ended;

/** The same, for tests that act while it runs. It leads a process group, as a terminal's command does. */
export function startCommand(
  world: World,
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  return spawnCommand(folder, args, { ...commandEnvironment(world, folder), ...environment });
}

/** Starts the built command with this process's environment and more. */
export function spawnCommand(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
) {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: folder,
    detached: true,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (text) => (output.stdout += text));
  child.stderr.on("data", (text) => (output.stderr += text));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...output }));
  });
  return {
    ended,
    /** What it has printed so far. */
    output,
    /** Closes the pipes that it prints to. */
    stopReading() {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    /** Sends a signal to the whole process group, as a terminal does with Ctrl-C. */
    signal(name: NodeJS.Signals) {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    },
  };
}
