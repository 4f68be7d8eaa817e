/** Child processes of an operation: the program, and the provider of its dynamic resources. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

export interface Child {
  /** Resolves when it has ended and all its output was delivered. */
  readonly ended: Promise<Ending>;
  kill(): Promise<void>;
}
interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}
interface ChildOptions {
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  onLine(line: string, isError: boolean): void;
}

/**
 * Ends the child when this process is gone, however it went: the pipe to its standard input closes then. Its reports of
 * crashes leave out the environment, where secrets stand.
 */
const LEASH = `data:text/javascript,${encodeURIComponent(
  'process.report.excludeEnv = true; process.stdin.on("error", () => {}).on("end", () => process.exit(1)).resume().unref?.()',
)}`;

/** Runs this process's own Node. */
export function startNode({ args, cwd, env, onLine }: ChildOptions): Child {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(
    process.execPath,
    ["--import", LEASH, ...args],
    {
      cwd,
      env,
      stdio: ["pipe", "pipe", "pipe"],
      // Ctrl-C in a terminal reaches the whole process group; what is in flight shall end in order.
      detached: process.platform !== "win32",
    },
  );
  child.stdin.on("error", () => {});
  eachLine(child.stdout, (line) => onLine(line, false));
  eachLine(child.stderr, (line) => onLine(line, true));
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  // Whoever waits for it gets the failure; nobody needs to.
  ended.catch(() => {});
  return {
    ended,
    async kill() {
      child.kill("SIGKILL");
      await ended.catch(() => {});
    },
  };
}

function eachLine(stream: Readable, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
  stream.on("end", () => {
    if (rest !== "") onLine(rest);
  });
}
