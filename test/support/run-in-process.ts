import { vi } from "vitest";
import { main } from "../../automation/main.ts";
import { commandEnvironment } from "./run-command.ts";
import type { World } from "./world.ts";

/**
 * Runs the command in this process, in a folder with the world's syncs.yaml, and with the local engine. Providers have a
 * process of their own, which runs the built package.
 */
export const runInProcess = (
  world: World,
  folder: string,
  args: readonly string[],
  engine: readonly string[] = ["--engine", "local"],
  environment: Readonly<Record<string, string>> = {},
) => runMain(folder, [...args, ...engine], { ...commandEnvironment(world, folder), ...environment });

/** Runs the command in this process, in a folder, with more in its environment. */
export async function runMain(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
) {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const output = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      output[name] += String(text);
      return true;
    }),
  );
  try {
    return { code: await main([...args, "--cwd", folder]), ...output };
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}
