import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { perform } from "../../automation/fleet/acts/index.ts";
import type { Database } from "../../automation/fleet/database/database.ts";
import { createLog } from "../../automation/fleet/operations/log.ts";
import { createMetrics } from "../../automation/fleet/operations/metrics.ts";
import { notify } from "../../automation/fleet/operations/notify.ts";
import { forgetHistory } from "../../automation/fleet/operations/retention.ts";
import { startUpkeep } from "../../automation/fleet/operations/upkeep.ts";
import { addHistory } from "../../automation/fleet/rows/history.ts";
import { openTestDatabase } from "./databases.ts";
import { addProject, addSync, deletionOf, parkPlan, sampleFleet } from "./sample.ts";

let database: Database;
beforeEach(async () => {
  database = await openTestDatabase();
});

describe("notifications", () => {
  interface Told {
    headers: IncomingHttpHeaders;
    body: string;
  }
  let server: Server;
  let told: Told[];
  let status: number;
  let url: string;

  beforeEach(async () => {
    told = [];
    status = 204;
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (part) => {
        body += part;
      });
      request.on("end", () => {
        told.push({ headers: request.headers, body });
        response.writeHead(status, { location: "/elsewhere" }).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?team=1`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const tell = (environment: Record<string, string> = { SECRET: "a secret" }) =>
    notify(database, {
      environment,
      pageUrl: "https://fleet.example.com",
      now: () => new Date("2026-03-01T12:00:00Z"),
      signal: new AbortController().signal,
    });
  const set = (sync: string, outcome: string, message: string | null = null) =>
    database.query("update sync set outcome = $2, message = $3, failures = 2 where id = $1", [
      sync,
      outcome,
      message,
    ]);
  const declare = () => addProject(database, "shop", { notify: { url, secret: "${env:SECRET}" } });
  const bodies = () => told.map(({ body }) => JSON.parse(body));

  it("tell what waits, has failed and is well again, once each, and signed", async () => {
    await declare();
    const sync = await addSync(database, "shop", "billing");
    expect(await tell()).toEqual([]);
    await set(sync, "failed", "Cannot read.");
    expect(await tell()).toEqual([{ project: "shop", name: "billing", type: "failed" }]);
    expect(await tell()).toEqual([]);
    const plan = await parkPlan(database, sync, undefined, [deletionOf("A")]);
    await set(sync, "parked");
    await tell();
    await perform(sampleFleet(database), "approve", { plans: [plan], by: "ada" });
    await set(sync, "changed");
    await tell();
    expect(await tell()).toEqual([]);

    const data = { project: "shop", sync: "billing", page: "https://fleet.example.com/syncs/shop/billing" };
    const all = { version: 1, timestamp: "2026-03-01T12:00:00.000Z" };
    expect(bodies()).toEqual([
      { ...all, type: "failed", data: { ...data, message: "Cannot read.", failures: 2 } },
      { ...all, type: "parked", data: { ...data, plan, reasons: [deletionOf("A")], reasonCount: 1 } },
      { ...all, type: "recovered", data },
    ]);
    for (const { headers, body } of told) {
      const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } = headers;
      const digest = createHmac("sha256", "a secret").update(`${id}.${timestamp}.${body}`).digest("base64");
      expect([timestamp, signature]).toEqual(["1772366400", `v1,${digest}`]);
      // Receivers drop what they have had already, of whichever fleet.
      expect(id).toMatch(/^msg_[\da-f-]{36}$/);
    }
    expect(new Set(told.map(({ headers }) => headers["webhook-id"])).size).toBe(3);
  });

  it("are sent again with the same id where they were not taken, later each time", async () => {
    await declare();
    await set(await addSync(database, "shop", "billing"), "failed", "Cannot read.");
    for (const answer of [500, 302]) {
      status = answer;
      expect(await tell()).toMatchObject([
        { type: "failed", problem: expect.stringContaining(`(${answer})`) },
      ]);
      expect(await tell()).toEqual([]);
      await database.query("update told set due_at = now()");
    }
    status = 200;
    expect(await tell()).toEqual([{ project: "shop", name: "billing", type: "failed" }]);
    expect(told).toHaveLength(3);
    expect(new Set(told.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  });

  it("say nothing of what was over before, is paused, or is nobody's to be told", async () => {
    await declare();
    await addProject(database, "lab");
    await set(await addSync(database, "lab", "web"), "failed");
    const sync = await addSync(database, "shop", "billing", { outcome: "failed" });
    await database.query("update sync set paused_at = now() where id = $1", [sync]);
    expect(await tell()).toEqual([]);
  });

  it("are not sent without their signature, nor to a host that is not allowed", async () => {
    await declare();
    await set(await addSync(database, "shop", "billing"), "failed");
    expect(await tell({})).toMatchObject([{ problem: expect.stringContaining("SECRET is not set") }]);
    await database.query("update told set due_at = now()");
    const hosts = { SECRET: "s", EXTERNAL_INFISICAL_ALLOWED_HOSTS: "https://dr.example.com" };
    expect(await tell(hosts)).toMatchObject([{ problem: expect.stringContaining("127.0.0.1") }]);
    expect(told).toEqual([]);
  });
});

it("numbers tell each state, what waits longest, and what this process did", async () => {
  await addProject(database, "shop");
  const sync = await addSync(database, "shop", "billing", { outcome: "parked" });
  await addSync(database, "shop", "web", { outcome: "failed" });
  await parkPlan(database, sync);
  await database.query("update parked set parked_at = now() - interval '1 hour'");
  await database.query("insert into worker (id, host, version) values ('w', 'h', '1')");
  const metrics = await createMetrics(database);
  metrics.ran("changed", 0.7);
  metrics.notified(false);
  const { type, text } = await metrics.render();
  expect(type).toMatch(/^text\/plain/);
  for (const line of [
    /^external_infisical_fleet_syncs\{state="parked"\} 1$/m,
    /^external_infisical_fleet_syncs\{state="failed"\} 1$/m,
    /^external_infisical_fleet_syncs\{state="synced"\} 0$/m,
    /^external_infisical_fleet_oldest_parked_seconds 36\d\d/m,
    /^external_infisical_fleet_late_seconds [1-9]/m,
    /^external_infisical_fleet_workers 1$/m,
    /^external_infisical_fleet_runs_total\{outcome="changed"\} 1$/m,
    /^external_infisical_fleet_run_seconds_bucket\{le="0.5",outcome="changed"\} 0$/m,
    /^external_infisical_fleet_run_seconds_bucket\{le="1",outcome="changed"\} 1$/m,
    /^external_infisical_fleet_run_seconds_sum\{outcome="changed"\} 0.7$/m,
    /^external_infisical_fleet_notifications_total\{result="not_taken"\} 1$/m,
    /^process_cpu_seconds_total/m,
  ])
    expect(text).toMatch(line);
  expect(text).not.toContain("billing");
});

it("the dashboard and the alerts of the examples ask for numbers that there are", async () => {
  const metrics = await createMetrics(database);
  const { text } = await metrics.render();
  for (const file of ["dashboard.json", "alerts.yaml"]) {
    const content = await readFile(new URL(`../../examples/fleet/${file}`, import.meta.url), "utf8");
    expect(parse(content)).toBeTypeOf("object");
    const asked = [...content.matchAll(/external_infisical_fleet_\w+/g)].map(([name]) => name);
    expect(asked.length).toBeGreaterThan(4);
    for (const name of asked) expect(text).toContain(`# TYPE ${name.replace(/_bucket$/, "")} `);
  }
});

it("history that is older than it is kept goes, and the rest stays", async () => {
  await addProject(database, "shop");
  const id = await addSync(database, "shop", "billing");
  const sync = { id, project: "shop", name: "billing" };
  for (const event of ["ran", "approved", "failed"] as const) await addHistory(database, sync, event, "w");
  await database.query("update history set at = now() - interval '31 days' where event <> 'failed'");
  expect(await forgetHistory(database, 30)).toBe(2);
  expect(await forgetHistory(database, 30)).toBe(0);
  expect(await database.query("select event from history")).toEqual([{ event: "failed" }]);
});

describe("the log", () => {
  const logged = async () => {
    const lines: string[] = [];
    const clean = (text: string) => text.replaceAll("hidden-word", "[secret]");
    const log = await createLog({ clean, stream: { write: (line) => void lines.push(line) } });
    return { log, all: () => lines.map((line) => JSON.parse(line)) };
  };

  it("has a JSON line for each thing, without secrets, and of a failure its text alone", async () => {
    const { log, all } = await logged();
    log.with({ worker: "w1" }).info("run", { name: "billing", outcome: "changed", keys: 3 });
    log.debug("not asked for");
    const error = Object.assign(new Error("it said hidden-word"), { config: { token: "hidden-word" } });
    log.error("telling hidden-word failed", error, { url: "https://x/hidden-word" });
    expect(all()).toEqual([
      {
        level: "info",
        time: expect.stringMatching(/^\d{4}-/),
        worker: "w1",
        name: "billing",
        outcome: "changed",
        keys: 3,
        message: "run",
      },
      {
        level: "error",
        time: expect.any(String),
        url: "https://x/[secret]",
        error: "it said [secret]",
        message: "telling [secret] failed",
      },
    ]);
  });

  it("tells what upkeep could not do, which goes on", async () => {
    const { log, all } = await logged();
    let turns = 0;
    const enough = Promise.withResolvers<void>();
    const broken = { ...database, transaction: () => Promise.reject(new Error("no answer")) };
    const upkeep = startUpkeep({
      database: broken,
      log,
      environment: {},
      async delay(ms, signal) {
        // Of the two that wait, the one that tells news.
        if (ms < 60_000 && ++turns < 3) return;
        if (turns >= 3) enough.resolve();
        if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
    });
    await enough.promise;
    await upkeep.stop();
    expect(all().map(({ message, error }) => [message, error])).toEqual(
      Array.from({ length: 3 }, () => ["telling news failed; it is tried again", "no answer"]),
    );
  });
});
