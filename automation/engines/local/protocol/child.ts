/** Child processes of an operation: the program, and the provider of its dynamic resources. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { childEnvironment } from "../../child-environment.ts";

export interface Child {
  /** Resolves when it has ended and all its output was delivered. */
  readonly ended: Promise<Ending>;
  /** Lets it end in order, which keeps what Node has compiled for the next time; soon it is killed. */
  end(): Promise<void>;
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

const ENDING_MS = 1000;

/** Compiled or not, it is beside this file. */
const PRELOAD = new URL(
  import.meta.url.endsWith(".ts") ? "./child-preload.ts" : "./child-preload.js",
  import.meta.url,
).href;

/**
 * Runs a script of the SDK in this process's own Node. The child ends when this process is gone, however it went, and its
 * reports of crashes leave out the environment, where secrets stand.
 */
export function startNode({ args, cwd, env, onLine }: ChildOptions): Child {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(
    process.execPath,
    ["--import", PRELOAD, ...args],
    {
      cwd,
      env: childEnvironment(env),
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
  const kill = async () => {
    child.kill("SIGKILL");
    await ended.catch(() => {});
  };
  return {
    ended,
    async end() {
      child.stdin.end();
      const tooLate = setTimeout(kill, ENDING_MS);
      await ended.catch(() => {});
      clearTimeout(tooLate);
    },
    kill,
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
