/** `npm run bench:fleet`: what it costs a fleet to look at syncs of which nothing has changed. */
import { parseArgs } from "node:util";
import { measure, type Row, type Setting } from "./fleet/measure.ts";

const { values } = parseArgs({
  options: {
    syncs: { type: "string", default: "2000" },
    environments: { type: "string", default: "20" },
    keys: { type: "string", default: "5" },
    /** Numbers of rows, comma-separated. Default: all. */
    row: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const number = (text: string) => Number(text);
const size = {
  syncs: number(values.syncs),
  environments: number(values.environments),
  keys: number(values.keys),
};

/**
 * Where instances are near, what workers compute decides, and this machine's cores. What one worker beside four is, shows where a
 * worker waits for most of its time: with far instances, and few syncs at a time.
 */
const near = { concurrency: 10, latencyMs: 20, database: "server" } as const;
const far = { concurrency: 2, latencyMs: 250, database: "server", sharedLooks: false, asked: 200 } as const;
const SETTINGS: readonly Setting[] = [
  { ...near, workers: 1, sharedLooks: true },
  { ...near, workers: 4, sharedLooks: true },
  { ...near, workers: 1, sharedLooks: false },
  { ...near, workers: 4, sharedLooks: false },
  { ...far, workers: 1 },
  { ...far, workers: 4 },
  { ...near, workers: 1, sharedLooks: true, database: "embedded" },
];

const wanted = values.row?.split(",").map(Number);
const settings = SETTINGS.filter((_, index) => !wanted || wanted.includes(index + 1));
const rows = await measure(size, settings, (line) => console.error(line));
if (values.json) console.log(JSON.stringify({ ...size, rows }));
else print(rows);

function print(rows: readonly Row[]): void {
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  const { syncs, keys, environments } = size;
  console.log(`${syncs} unchanged syncs of ${keys} keys in ${environments} environments\n`);
  console.log(
    "| workers × syncs at a time | database | latency | looks | syncs a minute | a minute and core of the workers | requests a sync | database, ms a sync | memory of a worker, idle and most |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const row of rows)
    console.log(
      `| ${[
        `${row.workers} × ${row.concurrency}`,
        row.database,
        `${row.latencyMs} ms`,
        row.sharedLooks ? "shared" : "alone",
        Math.round(row.perMinute),
        Math.round(row.perMinuteAndCore),
        row.requestsPerSync.toFixed(2),
        Number.isNaN(row.databaseMsPerSync) ? "not known" : row.databaseMsPerSync.toFixed(1),
        `${megabytes(row.idleBytes)}, ${megabytes(row.peakBytes)} MB`,
      ].join(" | ")} |`,
    );
}
