/** A worker as a process of its own. Its requests have its name, it can be told to end at a statement, and its clock to jump. */
import { channel } from "node:diagnostics_channel";
import type { Database, Queries } from "../../../automation/fleet/database/database.ts";
import { openDatabase } from "../../../automation/fleet/database/open.ts";
import { nextRun } from "../../../automation/fleet/declarations/schedule.ts";
import { CLOCK } from "../../../automation/fleet/lease/clock.ts";
import { startWorker } from "../../../automation/fleet/worker/worker.ts";

/** What the test says. */
export type Order = { endAtStatement: number } | { jumpMs: number } | { stop: true };

const { CHAOS_NAME: name = "", CHAOS_DATABASE: url = "" } = process.env;
let [left, jumpMs] = [0, 0];

channel("undici:request:create").subscribe((message) => {
  const { headers } = (message as { request: { headers: string[] } }).request;
  const at = headers.indexOf("user-agent");
  if (at >= 0) headers[at + 1] = name;
});

/** Of runs alone: what watches and tidies goes on all the time. */
const isOfRun = (sql: string) =>
  !/from lease where holder is not null|into worker|from worker|not exists/.test(sql);

const count = (sql: string): void => {
  if (left > 0 && isOfRun(sql) && --left === 0) process.kill(process.pid, "SIGKILL");
};

const counted = (queries: Queries): Queries => ({
  async query(sql, parameters) {
    count(sql);
    return queries.query(sql, parameters);
  },
  // Those by which the queue joins a transaction.
  async executeSql(sql, parameters) {
    count(sql);
    return queries.executeSql(sql, parameters);
  },
});

const opened = await openDatabase({ database: url }, {});
const database: Database = {
  ...opened,
  ...counted(opened),
  transaction: (run) => opened.transaction((queries) => run(counted(queries))),
};
const worker = await startWorker({
  database,
  version: "0.0.0",
  environment: process.env,
  policies: [],
  concurrency: 8,
  clock: { ...CLOCK, wall: () => Date.now() + jumpMs },
  nextRun: (settings, after) => nextRun(settings, after, Math.random()),
  onError: () => {},
});

process.on("message", (order: Order) => {
  if ("endAtStatement" in order) left = order.endAtStatement;
  if ("jumpMs" in order) ({ jumpMs } = order);
  process.send?.({ heard: true });
  if ("stop" in order)
    void worker
      .stop()
      .then(() => opened[Symbol.asyncDispose]())
      .then(() => process.exit(0));
});
process.on("disconnect", () => process.exit(1));
process.send?.({ ready: true });
