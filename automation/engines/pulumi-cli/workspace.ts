/** A stack's folder, as the SDK sees it. */
import { access, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { inside } from "../../files/inside.ts";
import { EngineError, noSuchStack, type StackSource } from "../engine.ts";
import { backendUrlOf } from "../local/state/backend-url.ts";
import { stackName } from "../names.ts";
import { unusableBackend } from "../refusals.ts";
import type { PulumiCli } from "./find.ts";
import { CliError, cliEnvironment, runCli } from "./process.ts";
import { loadAutomation, sdkCommand } from "./sdk.ts";

/** Runs a command of the CLI in the workspace, for its stack. */
export type CliRun = (args: string[], input?: string) => ReturnType<typeof runCli>;

interface OpenWorkspace {
  workspace: LocalWorkspace;
  /** The stack's name, in this folder. */
  stack: string;
  /** It was not there, and was made to stay. */
  isNew: boolean;
  run: CliRun;
  /** Tells of the backend, as JSON. */
  whoami: () => Promise<string>;
}

/** Opens the workspace; what if there is no stack of that name, the source says. */
export async function openWorkspace(
  cli: PulumiCli,
  source: StackSource,
  environment: NodeJS.ProcessEnv,
): Promise<OpenWorkspace> {
  const automation = await loadAutomation();
  const { workDir } = source;
  const needsProject = source.program !== undefined && !(await hasProjectFile(workDir));
  if (needsProject && !source.projectName) {
    throw new EngineError("invalid-config", "An inline program needs a project name.");
  }
  if (needsProject) await inside(workDir, "Pulumi.yaml");
  const workspace = await automation.LocalWorkspace.create({
    workDir,
    pulumiCommand: sdkCommand(automation, cli, environment),
    ...(source.program && { program: source.program }),
    ...(needsProject && { projectSettings: { name: source.projectName ?? "", runtime: "nodejs" } }),
    envVars: {
      ...source.envVars,
      ...(source.backendUrl !== undefined && { PULUMI_BACKEND_URL: source.backendUrl }),
    },
  });
  // Every command names its stack; which one the user has selected in this folder stays the user's affair.
  workspace.selectStack = async () => {};
  const { name: project, backend } = await workspace.projectSettings();
  const stack = stackName(source.stack, project);
  // The CLI would write through a link.
  await inside(workDir, `Pulumi.${stack.split("/").at(-1)}.yaml`);
  const call: CliRun = (args, input) =>
    runCli(cli.command, [...args, "--non-interactive"], {
      cwd: workDir,
      env: cliEnvironment(cli.command, environment, workspace.envVars),
      input,
    });
  const run: CliRun = (args, input) => call([...args, "--stack", stack], input);
  const missing = await findMissing(run).catch(async (error) => {
    if (!isNotLoggedIn(error)) throw error;
    const env = { ...environment, ...workspace.envVars };
    throw unusableBackend(await backendUrlOf(source, { backendUrl: backend?.url }, env), error);
  });
  if (missing) await makeStack();
  const isNew = missing !== undefined && (source.use ?? "deploy") === "deploy";
  return { workspace, stack, isNew, run, whoami: async () => (await call(["whoami", "--json"])).stdout };

  async function makeStack(): Promise<void> {
    const { use = "deploy", program } = source;
    if (use === "change" || use === "look") throw noSuchStack(stack, project, await stackNames(call));
    // The CLI previews no stack that there is not: it gets an empty one, in a place that goes with the workspace.
    if (use === "preview" && program)
      workspace.envVars["PULUMI_BACKEND_URL"] = pathToFileURL(await mkdtemp(join(workDir, "backend-"))).href;
    else if (missing?.what === "backend") throw missing.error;
    await run(["stack", "init", "--no-select"]);
  }
}

/** Where it is logged in nowhere, it asks for its own service, also of a backend of a kind that it does not know. */
const isNotLoggedIn = (error: unknown): boolean =>
  error instanceof CliError && /PULUMI_ACCESS_TOKEN must be set/.test(error.stderr);

/** What there is not: the stack, or the folder that its state would be in. */
async function findMissing(run: CliRun): Promise<{ what: "stack" | "backend"; error: CliError } | undefined> {
  try {
    await run(["stack", "--show-name"]);
    return undefined;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (/no stack named/i.test(error.stderr)) return { what: "stack", error };
    if (/unable to open (?:bucket|state directory)[\s\S]*no such file or directory/i.test(error.stderr))
      return { what: "backend", error };
    throw error;
  }
}

const listSchema = z.array(z.looseObject({ name: z.string() }));

/** The names of the project's stacks; none where they cannot be told. */
async function stackNames(call: CliRun): Promise<string[]> {
  try {
    const { stdout } = await call(["stack", "ls", "--json"]);
    return listSchema.parse(JSON.parse(stdout)).map(({ name }) => name);
  } catch {
    return []; // they are for a hint only
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
