/** Runs the Pulumi CLI as a child process. */
import { spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { lookUp } from "../../../provider/look-up.ts";
import { childEnvironment } from "../child-environment.ts";

export interface CliCall {
  cwd?: string | undefined;
  env: NodeJS.ProcessEnv;
  /** Goes to the child's standard input; secrets do, since arguments can be seen by all users of a machine. */
  input?: string | undefined;
  onOutput?: ((text: string) => void) | undefined;
  /** Aborting asks the CLI to cancel, which keeps the state. */
  signal?: AbortSignal | undefined;
}

export interface CliAnswer {
  stdout: string;
  stderr: string;
  code: number;
}

/** The CLI ended with another exit code than 0, or could not be started. */
export class CliError extends Error {
  override readonly name = "CliError";
  /** The exit code; undefined where there is none. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;

  constructor(message: string, answer: { code?: number | undefined; stdout: string; stderr: string }) {
    super(message);
    this.code = answer.code;
    this.stdout = answer.stdout;
    this.stderr = answer.stderr;
  }
}

/** @throws CliError */
export async function runCli(command: string, args: readonly string[], call: CliCall): Promise<CliAnswer> {
  if (call.signal?.aborted) throw new CliError("cancelled", { stdout: "", stderr: "" });
  const child = spawn(command, args, {
    cwd: call.cwd,
    env: call.env,
    stdio: ["pipe", "pipe", "pipe"],
    // Ctrl-C in a terminal reaches the whole process group, and a second signal makes the CLI drop everything.
    detached: process.platform !== "win32",
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
      call.onOutput?.(text);
    });
  }
  child.stdin.on("error", () => {});
  child.stdin.end(call.input ?? "");

  const interrupt = () => void child.kill("SIGINT");
  call.signal?.addEventListener("abort", interrupt);
  process.on("exit", interrupt);
  try {
    const [code, name] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once("error", (error) => reject(new CliError(error.message, output)));
      child.once("close", (exitCode, signalName) => resolve([exitCode, signalName]));
    });
    if (code === 0) return { ...output, code };
    const how = code === null ? `was ended by ${name}` : `ended with exit code ${code}`;
    throw new CliError(`pulumi ${args[0] ?? ""} ${how}`, { ...output, code: code ?? undefined });
  } finally {
    call.signal?.removeEventListener("abort", interrupt);
    process.off("exit", interrupt);
  }
}

/**
 * The CLI's environment: the one that its stacks run in and more, with this process's Node first on the PATH. The CLI's language
 * host and dynamic provider start whatever `node` they find there.
 */
export function cliEnvironment(
  command: string,
  environment: NodeJS.ProcessEnv,
  ...more: Readonly<Record<string, string | undefined>>[]
): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = Object.assign({ PULUMI_SKIP_UPDATE_CHECK: "true" }, environment, ...more);
  const pathName = Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const beside = dirname(command) === "." ? [] : [dirname(command)];
  const path = [dirname(process.execPath), ...beside, lookUp(env, pathName) ?? ""].join(delimiter);
  return childEnvironment({ ...env, [pathName]: path });
}
