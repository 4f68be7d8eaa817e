/** Looks at syncs of which nothing has changed, by workers in several settings. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startPostgres } from "../../fleet/databases.ts";
import { environmentIn, syncsYaml } from "../../load/command.ts";
import { startServers } from "../../load/servers.ts";
import { fleet, type Place, startWorker, treeCpuMs, type Worker } from "./processes.ts";

export interface Size {
  syncs: number;
  keys: number;
  environments: number;
}

export interface Setting {
  workers: number;
  /** Syncs that a worker runs at the same time. */
  concurrency: number;
  latencyMs: number;
  /** Those of one environment share looks. */
  sharedLooks: boolean;
  database: "server" | "embedded";
  /** So many of them are asked for. @default all */
  asked?: number;
}

export interface Row extends Setting {
  perMinute: number;
  /** Of the workers' processes alone. */
  perMinuteAndCore: number;
  /** Of the database's. Unknown where it is within the worker's, and where no system tells. */
  databaseMsPerSync: number;
  requestsPerSync: number;
  /** Of one worker: when it has begun, and the most that it has taken. */
  idleBytes: number;
  peakBytes: number;
}

export async function measure(
  { syncs, keys, environments }: Size,
  settings: readonly Setting[],
  tell: (line: string) => void,
): Promise<Row[]> {
  const names = Array.from({ length: environments }, (_, index) => `env-${index}`);
  await using servers = await startServers({ syncs, keys, environments: names, speed: 1, limitsTimes: 0 });
  await using postgres = await startPostgres();
  const folder = await mkdtemp(join(tmpdir(), "bench-fleet-"));
  const environment = environmentIn(folder, servers.sides);
  const options = {
    server: ["--database", postgres.url],
    embedded: ["--data-dir", join(folder, "fleet")],
  };
  const file = join(folder, "syncs.yaml");
  const declare = async (place: Place, sharedLooks: boolean) => {
    const head = `sharedLooks: ${sharedLooks}\ndefaults: { fleet: { schedule: never } }\n`;
    await writeFile(file, head + syncsYaml(servers.sides, { syncs }));
    await fleet(["apply", "--yes", "-f", file], place);
  };
  const filled = new Set<string>();
  const databasePid = Number(
    (await readFile(join(postgres.folder, "data/postmaster.pid"), "utf8")).split("\n")[0],
  );

  const row = async (setting: Setting): Promise<Row> => {
    const { workers: count, concurrency, latencyMs, sharedLooks, database, asked = syncs } = setting;
    const place: Place = { folder, environment, options: options[database] };
    const title = `${count} × ${concurrency} on ${database}, ${latencyMs} ms${sharedLooks ? ", shared looks" : ""}`;
    if (!filled.has(database)) {
      tell(`${title}: all run for the first time`);
      if (database === "server") await fleet(["migrate"], place);
      await declare(place, sharedLooks);
      const worker = await startWorker(20, place);
      await ended([worker], syncs);
      await worker.stop();
      filled.add(database);
    } else await declare(place, sharedLooks);
    await servers.slow(latencyMs);
    const workers: Worker[] = [];
    for (let left = count; left > 0; left--) workers.push(await startWorker(concurrency, place));
    try {
      const idle = await usageOf(workers);
      const round = async () => {
        const before = await runsOf(workers);
        const wanted = Array.from({ length: asked }, (_, index) => `load-${index}`);
        await fleet(["run", ...wanted.flatMap((name) => ["--sync", name])], place);
        const [start, cpu, databaseCpu] = [performance.now(), await usageOf(workers), treeCpuMs(databasePid)];
        await servers.tally();
        await ended(workers, before + asked);
        const ms = performance.now() - start;
        const usage = await usageOf(workers);
        const databaseMs = treeCpuMs(databasePid) - databaseCpu;
        return {
          ms,
          cpuMs: usage.cpuMs - cpu.cpuMs,
          databaseMs,
          peakBytes: usage.peakBytes,
          ...(await servers.tally()),
        };
      };
      tell(`${title}: once before it counts, so that everybody is logged in and knows what there is`);
      await round();
      tell(`${title}: measured`);
      const { ms, cpuMs, databaseMs, peakBytes, source, destination } = await round();
      return {
        ...setting,
        perMinute: (asked / ms) * 60_000,
        perMinuteAndCore: (asked / cpuMs) * 60_000,
        databaseMsPerSync: database === "server" ? databaseMs / asked : Number.NaN,
        requestsPerSync: (source.requests + destination.requests) / asked,
        idleBytes: idle.peakBytes,
        peakBytes,
      };
    } finally {
      await Promise.all(workers.map((worker) => worker.stop()));
      await servers.slow(0);
    }
  };

  try {
    const rows: Row[] = [];
    for (const setting of settings) rows.push(await row(setting));
    return rows;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const runsOf = async (workers: readonly Worker[]): Promise<number> =>
  (await Promise.all(workers.map((worker) => worker.runs()))).reduce((sum, one) => sum + one, 0);

const MOST_MS = 1_200_000;

async function ended(workers: readonly Worker[], wanted: number): Promise<void> {
  const end = performance.now() + MOST_MS;
  for (;;) {
    const runs = await runsOf(workers);
    if (runs >= wanted) return;
    if (performance.now() > end)
      throw new Error(`${runs} of ${wanted} runs have ended within ${MOST_MS / 1000} s.`);
    await delay(200);
  }
}

async function usageOf(workers: readonly Worker[]) {
  const usages = await Promise.all(workers.map((worker) => worker.usage()));
  return {
    cpuMs: usages.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    peakBytes: Math.max(...usages.map(({ peakBytes }) => peakBytes)),
  };
}
