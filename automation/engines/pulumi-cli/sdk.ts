/** The Automation API, loaded when first needed. */
import type * as Automation from "@pulumi/pulumi/automation/index.js";
import { callDirectly } from "../child-environment.ts";
import { EngineError } from "../engine.ts";
import { openStopLine } from "../stop-line.ts";
import type { PulumiCli } from "./find.ts";
import { cliEnvironment, runCli } from "./process.ts";

/** @throws EngineError if the SDK is not installed */
export async function loadAutomation(): Promise<typeof Automation> {
  try {
    // Inline programs run in this process, and call the engine from it.
    callDirectly(await import("@pulumi/pulumi/runtime/settings.js"));
    return await import("@pulumi/pulumi/automation/index.js");
  } catch (cause) {
    throw new EngineError("engine-failed", "@pulumi/pulumi is not installed.", {
      hint: "Install it beside this package: npm install @pulumi/pulumi",
      cause,
    });
  }
}

type Run = (
  args: string[],
  cwd: string,
  env: Record<string, string>,
  onOutput?: (text: string) => void,
  onError?: (text: string) => void,
  signal?: AbortSignal,
) => Promise<unknown>;

/**
 * The SDK's handle of the CLI, with a way of our own to run it: the SDK hides the exit code, mixes the output
 * into error messages and starts the CLI in this process's group, where it gets each Ctrl-C twice.
 */
export function sdkCommand(
  automation: typeof Automation,
  cli: PulumiCli,
  environment: NodeJS.ProcessEnv,
): Automation.PulumiCommand {
  const run: Run = async (args, cwd, env, onOutput, _onError, signal) => {
    await using stopLine = await openStopLine(signal);
    return await runCli(
      cli.command,
      args.includes("--non-interactive") ? args : [...args, "--non-interactive"],
      {
        cwd,
        env: cliEnvironment(cli.command, environment, env, stopLine.environment, {
          PULUMI_AUTOMATION_API: "true",
        }),
        onOutput,
        signal,
      },
    );
  };
  return Object.create(automation.PulumiCommand.prototype, {
    command: { value: cli.command },
    version: { value: { toString: () => cli.version } },
    run: { value: run },
  });
}
