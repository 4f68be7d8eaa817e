/** The processes of a fleet, each a command of this package. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { startPostgres } from "./fleet-postgres.ts";
import { type Place, program } from "./show.ts";
import { waitUntil } from "./wait.ts";

export interface DemoFleet extends AsyncDisposable {
  /** What it runs on, in words. */
  text: string;
  /** Of its page. */
  url: string;
  /** By which its commands reach it. */
  options: readonly string[];
  /** One process has all of it. */
  isAlone: boolean;
  parkedPlans(): Promise<string[]>;
  /** Until all syncs are in that status. */
  waitFor(status: string): Promise<void>;
  /** Ends the worker that runs the sync as a power cut would; one that is alone is started again. */
  killWorker(): Promise<void>;
}

interface Given {
  place: Place;
  /** `embedded` or `embedded-postgres`. */
  kind: string;
  workers: number;
}

interface Worker {
  child: ChildProcess;
  url: string;
}

export async function startFleet({ place, kind, workers: count }: Given): Promise<DemoFleet> {
  const isAlone = kind === "embedded";
  const postgres = isAlone ? undefined : await startPostgres();
  const options = postgres ? ["--database", postgres.url] : ["--data-dir", join(place.path, "fleet")];
  if (postgres) await ask(["migrate", ...options], place);
  const workers: Worker[] = [];
  const start = async (port = "0") =>
    void workers.push(await startWorker(["--port", port, ...options], place));
  for (let left = isAlone ? 1 : count; left > 0; left--) await start();
  const status = async (): Promise<Status> => JSON.parse(await ask(["status", "--json", ...options], place));

  return {
    text: postgres
      ? `${count} workers on PostgreSQL at 127.0.0.1:${postgres.port}`
      : "one process with an embedded database",
    url: workers.at(0)?.url ?? "",
    ...{ options, isAlone },
    parkedPlans: async () => (await status()).syncs.flatMap(({ parked }) => (parked ? [parked.plan] : [])),
    waitFor: (wanted) =>
      waitUntil(async () => (await status()).syncs.every((sync) => sync.status === wanted)),
    async killWorker() {
      const pid = postgres && (await postgres.holder());
      const index = Math.max(
        0,
        workers.findIndex(({ child }) => child.pid === pid),
      );
      const [killed] = workers.splice(index, 1);
      if (!killed) return;
      killed.child.kill("SIGKILL");
      await once(killed.child, "exit");
      if (isAlone) await start(new URL(killed.url).port);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map(stop));
      await postgres?.[Symbol.asyncDispose]();
    },
  };
}

interface Status {
  syncs: { status: string; parked?: { plan: string } }[];
}

/** A command whose answer is used here, and not shown. */
async function ask(args: readonly string[], { path, environment }: Place): Promise<string> {
  const settings = { cwd: path, env: { ...process.env, ...environment } };
  const asked = promisify(execFile)(process.execPath, [program, "fleet", ...args], settings);
  // An exit code may tell that something waits.
  const { stdout } = await asked.catch((error: { stdout: string; stderr: string }) => {
    if (error.stdout) return error;
    throw new Error(`external-infisical fleet ${args[0]}: ${error.stderr}`);
  });
  return stdout;
}

/** Resolves when it runs. */
async function startWorker(args: readonly string[], { path, environment }: Place): Promise<Worker> {
  const child = spawn(process.execPath, [program, "fleet", "start", "--json", ...args], {
    cwd: path,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const told: string[] = [];
  const url = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      told.push(line);
      const page = pageIn(line);
      if (page !== undefined) resolve(page);
    });
    child.once("exit", () =>
      reject(new Error(`external-infisical fleet start has ended:\n${told.join("\n")}`)),
    );
  });
  return { child, url: await url };
}

function pageIn(line: string): string | undefined {
  try {
    const { message, page } = JSON.parse(line) as { message?: string; page?: string };
    return message === "the fleet runs" ? page : undefined;
  } catch {
    return undefined;
  }
}

async function stop({ child }: Worker): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}
