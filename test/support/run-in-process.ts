import { vi } from "vitest";
import { main } from "../../automation/main.ts";
import { QUICK_PASSPHRASE } from "./quick-passphrase.ts";
import { commandEnvironment } from "./run-command.ts";
import type { World } from "./world.ts";

/** What commands need that run in this process. */
export const inProcessEnvironment = (world: World, folder: string) => ({
  ...commandEnvironment(world, folder),
  PULUMI_CONFIG_PASSPHRASE: QUICK_PASSPHRASE,
});

/**
 * Runs the command in this process, in a folder with the world's syncs.yaml, and with the local engine. Providers have a
 * process of their own, which runs the built package. A stack that processes of their own open, too, needs their PASSPHRASE.
 */
export async function runInProcess(
  world: World,
  folder: string,
  args: readonly string[],
  engine: readonly string[] = ["--engine", "local"],
  environment: Readonly<Record<string, string>> = {},
) {
  const stubbed = { ...inProcessEnvironment(world, folder), ...environment };
  for (const [name, value] of Object.entries(stubbed)) vi.stubEnv(name, value);
  const output = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      output[name] += String(text);
      return true;
    }),
  );
  try {
    return { code: await main([...args, "--cwd", folder, ...engine]), ...output };
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}
