/** Where the Pulumi CLI is. */
import { access, constants } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { homeIn } from "../../files/home.ts";
import { EngineError } from "../engine.ts";
import { cliEnvironment, runCli } from "./process.ts";
import { loadAutomation } from "./sdk.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A Pulumi CLI on this machine. */
export interface PulumiCli {
  /** The path of the program. */
  command: string;
  /** For example "3.260.0". */
  version: string;
  /** How it was found, for people: "found on PATH". */
  found: string;
}

/** Inline programs take part in refresh and destroy since then. */
const OLDEST = [3, 181] as const;

/** Looks on the PATH, then where Pulumi's own installer puts it. */
export async function findPulumiCli(
  environment: Environment = process.env,
  home: string = homeIn(environment),
): Promise<PulumiCli | undefined> {
  const onPath = (environment["PATH"] ?? environment["Path"] ?? "").split(delimiter).filter(isAbsolute);
  for (const folder of onPath) {
    const command = await programIn(folder);
    if (command !== undefined) return describe(command, "found on PATH", environment);
  }
  const command = await programIn(join(home, ".pulumi", "bin"));
  return command === undefined
    ? undefined
    : describe(command, `found in ${join("~", ".pulumi", "bin")}`, environment);
}

/** Lets the SDK download the CLI that fits it, unless it has done so before. */
export async function installPulumiCli(environment: Environment = process.env): Promise<PulumiCli> {
  const { PulumiCommand } = await loadAutomation();
  try {
    const { command } = await PulumiCommand.install();
    return await describe(command, `installed as ${command}`, environment);
  } catch (cause) {
    throw new EngineError("engine-failed", "The Pulumi CLI could not be downloaded and installed.", {
      hint: "See https://www.pulumi.com/docs/install/ for other ways, or use --engine local.",
      cause,
    });
  }
}

async function programIn(folder: string): Promise<string | undefined> {
  const command = join(folder, process.platform === "win32" ? "pulumi.exe" : "pulumi");
  try {
    await access(command, constants.X_OK);
    return command;
  } catch {
    return undefined;
  }
}

async function describe(command: string, found: string, environment: Environment): Promise<PulumiCli> {
  let version: string;
  try {
    const { stdout } = await runCli(command, ["version"], { env: cliEnvironment(command, environment) });
    version = stdout.trim().replace(/^v/, "");
  } catch (cause) {
    throw new EngineError("engine-failed", `${command} does not tell its version.`, {
      hint: "Repair the Pulumi CLI, or use --engine local.",
      cause,
    });
  }
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major === OLDEST[0] && minor >= OLDEST[1]) return { command, version, found };
  throw new EngineError("unsupported", `${command} is Pulumi ${version}, which is not one this works with.`, {
    hint: `Install ${OLDEST.join(".")} or a later 3.x.`,
  });
}
