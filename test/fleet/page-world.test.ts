/** All together: a worker, the page, and what they tell; nothing of it has a secret. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { perform } from "../../automation/fleet/acts/index.ts";
import { createLog } from "../../automation/fleet/operations/log.ts";
import { createMetrics } from "../../automation/fleet/operations/metrics.ts";
import { notify } from "../../automation/fleet/operations/notify.ts";
import { observeRuns } from "../../automation/fleet/operations/upkeep.ts";
import { createPage } from "../../automation/fleet/page/server.ts";
import type { Outcome } from "../../automation/fleet/rows/rows.ts";
import { startWorld } from "../support/world.ts";
import { openTestDatabase } from "./databases.ts";
import { declare, isPutDown, rowOf, secretsOf, startTestWorker } from "./fleet.ts";

it("a deletion is parked, told, read and approved on the page, and done; no secret is in what anybody sees", async () => {
  await using database = await openTestDatabase();
  await using world = await startWorld({ source: { A: "canary-a", B: "canary-b" } });
  await using stack = new AsyncDisposableStack();
  const seen: string[] = [];

  const hook = createServer((request, response) => {
    request.on("data", (part) => seen.push(String(part)));
    request.on("end", () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
  stack.defer(() => void hook.close());
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;

  const log = await createLog({
    level: "debug",
    clean: (text) => text,
    stream: { write: (line) => void seen.push(line) },
  });
  const metrics = await createMetrics(database);
  const observe = observeRuns({ log, metrics });
  const ends: Outcome[] = [];
  let wake = () => {};
  const worker = await startTestWorker(database, world, {
    async ended(queries, sync, end) {
      await observe(queries, sync, end);
      ends.push(end.outcome);
      wake();
    },
  });
  stack.defer(() => worker.stop());
  const fleet = { database, queue: worker.queue, environment: secretsOf(world) };
  const app = await createPage({
    fleet,
    host: "127.0.0.1",
    metrics: () => metrics.render(),
    log: (answer) => log.debug("asked", answer),
  });
  stack.defer(() => app.close());

  /** Waits for one more end of a run. */
  const nextEnd = async (ask: () => Promise<unknown>): Promise<Outcome | undefined> => {
    const before = ends.length;
    await ask();
    while (ends.length === before)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    // What its transaction has put down is seen by who asks after it.
    await isPutDown(database);
    return ends.at(-1);
  };
  const runNow = () => nextEnd(async () => worker.queue.trigger([await rowOf(database, "app")], "hand"));
  const get = async (path: string) => {
    const answer = await app.inject({ url: path, headers: { accept: "text/html" } });
    seen.push(answer.body);
    return answer;
  };
  const tell = async () => {
    const signal = new AbortController().signal;
    const told = await notify(database, { environment: secretsOf(world), signal });
    return told.map(({ type, problem }) => [type, problem]);
  };

  const notifySettings = { notify: { url, secret: "${env:SOURCE_SECRET}" } };
  await declare(
    database,
    world,
    { app: { fleet: { approve: ["deletes"] } } },
    { top: { fleet: notifySettings } },
  );
  expect(await runNow()).toBe("changed");
  world.source.drop("A");
  expect(await runNow()).toBe("parked");
  expect(await tell()).toEqual([["parked", undefined]]);

  world.destination.put({ B: "canary-other" });
  const { syncs } = await perform(fleet, "drift", {});
  expect(syncs).toMatchObject([{ name: "app", status: "drifted" }]);
  expect(syncs[0]?.resources[0]?.sync?.keys.map(({ key, action, reason }) => [key, action, reason])).toEqual([
    ["A", "delete", "gone-from-source"],
    ["B", "update", "changed-at-destination"],
  ]);
  world.destination.put({ B: "canary-b" });

  expect((await get("/")).body).toContain("deletes: A");
  const page = await get("/syncs/billing/app");
  expect(page.body).toContain("no longer in the source");
  const [, plan] = /\/plans\/([^/"]+)\/approve/.exec(page.body) ?? [];
  const [, csrf = ""] = /name="csrf" value="([^"]+)"/.exec(page.body) ?? [];
  const press = () =>
    app.inject({
      method: "POST",
      url: `/plans/${plan}/approve`,
      payload: new URLSearchParams({ csrf, by: "ada", comment: "as agreed" }).toString(),
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        cookie: String(page.headers["set-cookie"]).split(";")[0] ?? "",
      },
    });
  expect(await nextEnd(press)).toBe("changed");
  expect(world.destination.read()).toEqual({ B: "canary-b" });
  expect(await tell()).toEqual([["recovered", undefined]]);

  const after = (await get("/syncs/billing/app")).body;
  for (const text of ["synced", "its plan was approved", "approved by ada on the page", "as agreed"])
    expect(after).toContain(text);
  expect((await get("/metrics")).body).toContain('external_infisical_fleet_runs_total{outcome="parked"} 1');

  // A failure quotes what an instance says.
  world.source.put({ C: "canary-c" });
  world.destination.server.fault({
    kind: "status",
    status: 400,
    body: { message: "no canary-c here" },
    path: /secrets\/batch/,
    times: 10,
  });
  expect(await runNow()).toBe("failed");
  await tell();
  expect((await get("/syncs/billing/app")).body).toContain("no [secret] here");
  for (const path of ["/", "/syncs/billing/app", "/history", "/metrics"]) await get(path);
  const all = seen.join("\n");
  expect(all).toContain("app");
  for (const secret of ["canary", ...Object.values(secretsOf(world))]) expect(all).not.toContain(secret);
});
