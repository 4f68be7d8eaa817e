/** A stack's folder, as the SDK sees it. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import type { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { EngineError, noSuchStack, type StackSource } from "../engine.ts";
import type { PulumiCli } from "./find.ts";
import { CliError, cliEnvironment, runCli } from "./process.ts";
import { loadAutomation, sdkCommand } from "./sdk.ts";

/** Runs a command of the CLI in the workspace, for its stack. */
export type CliRun = (args: string[], input?: string) => ReturnType<typeof runCli>;

/** Opens the workspace, and creates the stack if there is none of that name. `whoami` tells of the backend, as JSON. */
export async function openWorkspace(
  cli: PulumiCli,
  source: StackSource,
): Promise<{ workspace: LocalWorkspace; run: CliRun; whoami: () => Promise<string> }> {
  const automation = await loadAutomation();
  const needsProject = source.program !== undefined && !(await hasProjectFile(source.workDir));
  if (needsProject && !source.projectName) {
    throw new EngineError("invalid-config", "An inline program needs a project name.");
  }
  const workspace = await automation.LocalWorkspace.create({
    workDir: source.workDir,
    pulumiCommand: sdkCommand(automation, cli),
    ...(source.program && { program: source.program }),
    ...(needsProject && { projectSettings: { name: source.projectName ?? "", runtime: "nodejs" } }),
    envVars: {
      ...source.envVars,
      ...(source.backendUrl !== undefined && { PULUMI_BACKEND_URL: source.backendUrl }),
    },
  });
  // Every command names its stack; which one the user has selected in this folder stays the user's affair.
  workspace.selectStack = async () => {};
  const call: CliRun = (args, input) =>
    runCli(cli.command, [...args, "--non-interactive"], {
      cwd: source.workDir,
      env: cliEnvironment(cli.command, workspace.envVars),
      input,
    });
  const run: CliRun = (args, input) => call([...args, "--stack", source.stack], input);
  await ensureStack(run, source);
  return { workspace, run, whoami: async () => (await call(["whoami", "--json"])).stdout };
}

async function ensureStack(run: CliRun, { stack, mustExist }: StackSource): Promise<void> {
  try {
    await run(["stack", "--show-name"]);
  } catch (error) {
    if (!(error instanceof CliError) || !/no stack named/i.test(error.stderr)) throw error;
    if (mustExist) throw noSuchStack(stack);
    await run(["stack", "init", "--no-select"]);
  }
}

async function hasProjectFile(folder: string): Promise<boolean> {
  for (const name of ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"]) {
    try {
      await access(join(folder, name));
      return true;
    } catch {
      // The next name.
    }
  }
  return false;
}
