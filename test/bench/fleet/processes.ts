/** The processes of a fleet that is measured: the built command, as users start it. */
import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { bin } from "../../support/run-command.ts";

export interface Place {
  folder: string;
  environment: Readonly<Record<string, string>>;
  /** Which database. */
  options: readonly string[];
}

interface Usage {
  cpuMs: number;
  /** The most memory that it has had. */
  peakBytes: number;
}

export interface Worker {
  usage(): Promise<Usage>;
  /** Runs that have ended since it was started. */
  runs(): Promise<number>;
  stop(): Promise<void>;
}

const PRELOAD = new URL("usage.mjs", import.meta.url).href;

export async function fleet(args: readonly string[], { folder, environment, options }: Place): Promise<void> {
  const env = { ...process.env, ...environment };
  await promisify(execFile)(process.execPath, [bin, "fleet", ...args, ...options], {
    ...{ cwd: folder, env, maxBuffer: 2 ** 28 },
  });
}

/** Resolves when it takes jobs. */
export async function startWorker(
  concurrency: number,
  { folder, environment, options }: Place,
): Promise<Worker> {
  const args = ["fleet", "start", "--json", "--port", "0", "--concurrency", String(concurrency), ...options];
  const child = fork(bin, args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    execArgv: ["--import", PRELOAD],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const page = await pageOf(child);
  return {
    async usage() {
      child.send("usage");
      const [usage] = await once(child, "message", { signal: AbortSignal.timeout(60_000) });
      return usage as Usage;
    },
    async runs() {
      const text = await (await fetch(`${page}/metrics`)).text();
      const counts = [...text.matchAll(/^external_infisical_fleet_runs_total\{.*\} (\d+)$/gm)];
      return counts.reduce((sum, [, count]) => sum + Number(count), 0);
    },
    async stop() {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

const pageOf = (child: ChildProcess) =>
  new Promise<string>((resolve, reject) => {
    const told: string[] = [];
    createInterface({ input: child.stderr ?? process.stdin }).on("line", (line) => {
      told.push(line);
      const page = /^\{.*"page":"(http[^"]+)"/.exec(line)?.[1];
      if (page !== undefined) resolve(page);
    });
    child.once("exit", () => reject(new Error(`fleet start has ended:\n${told.join("\n")}`)));
  });

/** CPU time of a process and those that it has started, ended ones too. Linux tells it; elsewhere it is not known. */
export function treeCpuMs(pid: number): number {
  if (process.platform !== "linux") return Number.NaN;
  const all = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? statOf(name) : []));
  const own = all.filter((one) => one.pid === pid || one.parent === pid);
  return own.reduce((sum, { cpuMs, endedMs, pid: each }) => sum + cpuMs + (each === pid ? endedMs : 0), 0);
}

const MS_PER_TICK = 10;

function statOf(pid: string) {
  try {
    // After the name, which may have anything in it.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")
      .map(Number);
    const [parent = 0, user = 0, system = 0, ended = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(
      (at) => fields[at],
    );
    const [cpuMs, endedMs] = [(user + system) * MS_PER_TICK, (ended + endedSystem) * MS_PER_TICK];
    return [{ pid: Number(pid), parent, cpuMs, endedMs }];
  } catch {
    return [];
  }
}
