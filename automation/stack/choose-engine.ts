/** Which engine runs a stack. */
import { type Engine, EngineError, type StackSource } from "../engines/engine.ts";
import { createLocalEngine } from "../engines/local/local-engine.ts";
import { backendUrlOf } from "../engines/local/state/backend-url.ts";
import { readProject } from "../engines/local/state/project.ts";
import { findPulumiCli, installPulumiCli } from "../engines/pulumi-cli/find.ts";
import { createPulumiEngine } from "../engines/pulumi-cli/pulumi-engine.ts";
import { withoutUser } from "../engines/refusals.ts";

/** `auto` takes the Pulumi CLI where there is one, else the local engine where it can do the work. */
export type EngineChoice = "auto" | "pulumi" | "local";

export interface ChooseOptions {
  engine?: EngineChoice;
  /** Lets the SDK download the Pulumi CLI if none is found. */
  installCli?: boolean;
  environment?: Readonly<Record<string, string | undefined>>;
  home?: string;
}

export interface ChosenEngine {
  engine: Engine;
  /** Which engine it is and why, in one line. */
  reason: string;
}

const INSTALL = "install it from https://www.pulumi.com/docs/install/";

/**
 * Chooses the engine for a stack.
 *
 * @throws EngineError `unsupported` where the choice cannot run it
 */
export async function chooseEngine(
  source: StackSource,
  { engine: choice = "auto", installCli = false, environment = process.env, home }: ChooseOptions = {},
): Promise<ChosenEngine> {
  if (choice === "local") return local(environment, "");
  const found = await findPulumiCli(environment, home);
  const cli = found ?? (installCli ? await installPulumiCli(environment) : undefined);
  if (cli) {
    return {
      engine: createPulumiEngine(cli, environment),
      reason: `Engine: Pulumi CLI v${cli.version} (${cli.found})`,
    };
  }
  if (choice === "pulumi") {
    throw new EngineError("unsupported", "No Pulumi CLI was found on PATH or in ~/.pulumi/bin.", {
      hint: `Pass --install-cli, or ${INSTALL}.`,
    });
  }
  await requireFiles(source, environment);
  return local(environment, " (no Pulumi CLI found)");
}

function local(environment: NodeJS.ProcessEnv, why: string): ChosenEngine {
  const engine = createLocalEngine(environment);
  return { engine, reason: `Engine: local v${engine.version}${why}` };
}

/** The local engine keeps state in files only. */
async function requireFiles(source: StackSource, environment: NodeJS.ProcessEnv): Promise<void> {
  const env = { ...environment, ...source.envVars };
  const url = await backendUrlOf(source, await readProject(source), env);
  if (url.startsWith("file://")) return;
  throw new EngineError(
    "unsupported",
    `The stack's state is kept at ${withoutUser(url)}, for which the Pulumi CLI is needed; none was found.`,
    {
      hint: `Pass --install-cli, or ${INSTALL}. With PULUMI_BACKEND_URL=file://<folder> the local engine can run it.`,
    },
  );
}
