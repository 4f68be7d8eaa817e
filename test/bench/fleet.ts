/** `npm run bench:fleet`: what it costs a fleet to look at syncs of which nothing has changed. */
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Arena, openArena } from "../fleet/chaos/arena.ts";
import { declare } from "../fleet/fleet.ts";

const { values } = parseArgs({
  options: {
    syncs: { type: "string", default: "2000" },
    environments: { type: "string", default: "20" },
    keys: { type: "string", default: "5" },
    latency: { type: "string", default: "20" },
    json: { type: "boolean", default: false },
  },
});
const [syncs, environments, keys, latencyMs] = [
  values.syncs,
  values.environments,
  values.keys,
  values.latency,
].map(Number) as [number, number, number, number];

/** Ids of the projects that have been made at a side. */
const projects = new Map<object, string[]>();

interface Row {
  workers: number;
  seconds: number;
  perMinute: number;
  /** Of the workers' processes alone. */
  perMinuteAndCore: number;
  requestsPerSync: number;
  megabytes: number;
}

const rows: Row[] = [];
for (const workers of [1, 4]) {
  await using arena = await openArena(workers);
  rows.push(await measure(arena, workers));
}
if (values.json) console.log(JSON.stringify({ syncs, environments, keys, latencyMs, rows }));
else {
  console.log(
    `${syncs} unchanged syncs of ${keys} keys in ${environments} environments, ${latencyMs} ms of latency\n`,
  );
  console.log("| workers | syncs a minute | a minute and core | requests a sync | memory of a worker |");
  console.log("| --- | --- | --- | --- | --- |");
  for (const row of rows)
    console.log(
      `| ${row.workers} | ${Math.round(row.perMinute)} | ${Math.round(row.perMinuteAndCore)} | ${row.requestsPerSync.toFixed(2)} | ${Math.round(row.megabytes)} MB |`,
    );
}
process.exit(0);

async function measure(arena: Arena, workers: number): Promise<Row> {
  const { source, destination, database, queue } = arena;
  const [here, there] = [source.side, destination.side];
  const secrets = Object.fromEntries(
    Array.from({ length: keys }, (_, index) => [`KEY_${index}`, `value ${index}`]),
  );
  const declared: Parameters<typeof declare>[2] = {};
  for (let index = 0; index < syncs; index++) {
    const at = { secretPath: `/team-${index}`, environment: environmentOf(index) };
    here.server.putSecrets({ projectId: projectOf(arena, index).source, ...at }, secrets);
    there.server.putSecrets({ projectId: projectOf(arena, index).destination, ...at }, secrets);
    declared[`sync-${index}`] = {
      from: at.secretPath,
      to: at.secretPath,
      more: {
        environment: at.environment,
        projectId: projectOf(arena, index).source,
        destinationConfig: {
          projectId: projectOf(arena, index).destination,
          environment: at.environment,
          secretPath: at.secretPath,
        },
      },
    };
  }
  const sides = {
    source: { ...here, server: { url: source.url } },
    destination: { ...there, server: { url: destination.url } },
  };
  const tell = (what: string) => console.error(`${workers} workers: ${what}`);
  tell(`${syncs} syncs are declared`);
  const affected = await declare(database, sides, declared);
  await arena.refill();
  tell("each runs for the first time");
  await until(database, "outcome <> 'none'");
  for (const { server } of [here, there]) server.fault({ kind: "delay", ms: latencyMs, times: 1e9 });
  tell("each is looked at twice");
  // Once before it counts, so that everybody is logged in and knows what there is.
  await round();
  const before = [here, there].map(({ server }) => server.requests.length);
  const usageBefore = await usageOf(arena);
  const start = Date.now();
  await round();
  const seconds = (Date.now() - start) / 1000;
  const usage = await usageOf(arena);
  const requests = [here, there].reduce(
    (sum, { server }, index) => sum + server.requests.length - (before[index] ?? 0),
    0,
  );
  const coreMinutes = (usage.cpuMs - usageBefore.cpuMs) / 60_000;
  return {
    workers,
    seconds,
    perMinute: (syncs / seconds) * 60,
    perMinuteAndCore: syncs / coreMinutes,
    requestsPerSync: requests / syncs,
    megabytes: usage.megabytes,
  };

  async function round(): Promise<void> {
    await database.query("update sync set checked_at = 'epoch'");
    await queue.trigger(affected, "hand");
    await until(database, "checked_at > 'epoch'");
  }
}

/** Each environment is one of a project's three. */
function environmentOf(index: number): string {
  return ["dev", "staging", "prod"][(index % environments) % 3] ?? "dev";
}

function projectOf({ source, destination }: Arena, index: number): { source: string; destination: string } {
  const number = Math.floor((index % environments) / 3);
  const of = (side: typeof source, role: "viewer" | "member") => {
    const known = projects.get(side) ?? [];
    projects.set(side, known);
    known[number] ??= side.addProject(role);
    return known[number];
  };
  return { source: of(source, "viewer"), destination: of(destination, "member") };
}

async function until(database: Arena["database"], condition: string): Promise<void> {
  for (;;) {
    const [row] = await database.query<{ left: string }>(
      `select count(*) as left from sync where not (${condition})`,
    );
    if (row?.left === "0") return;
    await delay(100);
  }
}

async function usageOf({ workers }: Arena): Promise<{ cpuMs: number; megabytes: number }> {
  const usages = await Promise.all(
    workers.map(async ({ process: child }) => {
      const answered = once(child, "message");
      child.send({ usage: true });
      const [answer] = (await answered) as [{ cpuMs: number; megabytes: number }];
      return answer;
    }),
  );
  return {
    cpuMs: usages.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    megabytes: Math.max(...usages.map(({ megabytes }) => megabytes)),
  };
}
