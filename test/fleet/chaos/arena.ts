/** A PostgreSQL, two instances and some workers, each a process that reaches the database over a network of its own. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Database } from "../../../automation/fleet/database/database.ts";
import { migrate } from "../../../automation/fleet/database/migrate.ts";
import { openDatabase } from "../../../automation/fleet/database/open.ts";
import { openQueue, type Queue } from "../../../automation/fleet/queue/queue.ts";
import { startInfisicalServer } from "../../../infisical-server/index.ts";
import { makeSide, type Side } from "../../support/world.ts";
import { startPostgres, type TestServer } from "../databases.ts";
import { secretsOf } from "../fleet.ts";
import { type Network, startNetwork } from "./network.ts";
import type { Order } from "./worker.ts";

export interface WorkerProcess {
  name: string;
  process: ChildProcess;
  network: Network;
}

/** An instance, and the network that all workers reach it over. */
interface ArenaSide {
  side: Side;
  /** By which workers know it. */
  url: string;
  network: Network;
}

export interface Arena extends AsyncDisposable {
  postgres: TestServer;
  database: Database;
  queue: Queue;
  source: ArenaSide;
  destination: ArenaSide;
  workers: WorkerProcess[];
  /** As many workers as there were before a fault took some. */
  refill(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL("./worker.ts", import.meta.url));

export async function openArena(count = 3): Promise<Arena> {
  const postgres = await startPostgres();
  const database = await openDatabase({ database: postgres.url }, {});
  await migrate(database);
  const queue = await openQueue(database);
  const [source, destination] = await Promise.all([openSide("viewer"), openSide("member")]);
  const workers: WorkerProcess[] = [];
  let started = 0;
  const start = async () => {
    const name = `worker-${++started}`;
    const network = await startNetwork(postgres.port);
    const child = fork(PROGRAM, [], {
      env: {
        ...process.env,
        ...secretsOf({ source: source.side, destination: destination.side }),
        CHAOS_NAME: name,
        CHAOS_DATABASE: postgres.url.replace(`:${postgres.port}/`, `:${network.port}/`),
      },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    await heardFrom(child, `${name} has started`);
    workers.push({ name, process: child, network });
  };
  const replaceThoseGone = async () => {
    for (const worker of workers.filter(isGone)) {
      workers.splice(workers.indexOf(worker), 1);
      await worker.network[Symbol.asyncDispose]();
    }
    await Promise.all(Array.from({ length: count - workers.length }, start));
  };
  let refilled = Promise.resolve();
  return {
    postgres,
    database,
    queue,
    source,
    destination,
    workers,
    // One after the other, also where several are killed at once.
    refill() {
      refilled = refilled.then(replaceThoseGone);
      return refilled;
    },
    async [Symbol.asyncDispose]() {
      for (const { process: child, network } of workers) {
        child.kill("SIGKILL");
        await network[Symbol.asyncDispose]();
      }
      await queue[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await postgres[Symbol.asyncDispose]();
      for (const { side, network } of [source, destination]) {
        await network[Symbol.asyncDispose]();
        await side.server.close();
      }
    },
  };
}

const isGone = ({ process: { exitCode, signalCode } }: WorkerProcess): boolean =>
  exitCode !== null || signalCode !== null;

/** Resolves when the worker has heard it, or has ended. */
export async function tell(worker: WorkerProcess, order: Order): Promise<void> {
  worker.process.send(order);
  await heardFrom(worker.process, `${worker.name} has heard ${JSON.stringify(order)}`).catch((error) => {
    if (!isGone(worker)) throw error;
  });
}

const MOST_MS = 60_000;

/** @throws where it ends before, as with a program that cannot be loaded, or says nothing for long */
async function heardFrom(child: ChildProcess, what: string): Promise<void> {
  const waiting = new AbortController();
  const signal = AbortSignal.any([waiting.signal, AbortSignal.timeout(MOST_MS)]);
  const ended = once(child, "exit", { signal }).then(([code, name]) => {
    throw new Error(`the process has ended (${name ?? code})`);
  });
  try {
    await Promise.race([once(child, "message", { signal }), ended]);
  } catch (cause) {
    throw new Error(`It was waited for that ${what}`, { cause });
  } finally {
    ended.catch(() => {});
    waiting.abort();
  }
}

async function openSide(role: "viewer" | "member"): Promise<ArenaSide> {
  const server = await startInfisicalServer();
  const network = await startNetwork(Number(new URL(server.url).port));
  const side = makeSide(server, {}, { role });
  return {
    side,
    url: `http://127.0.0.1:${network.port}`,
    network,
  };
}
