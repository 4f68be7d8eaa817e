/** Event subscriptions: the source tells of a change, and the syncs that read there run. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Database } from "../../automation/fleet/database/database.ts";
import { CLOCK, type Clock } from "../../automation/fleet/lease/clock.ts";
import { listHistory } from "../../automation/fleet/rows/history.ts";
import { startEvents } from "../../automation/fleet/triggers/events.ts";
import type { Worker } from "../../automation/fleet/worker/worker.ts";
import { startWorld, type World, type WorldOptions } from "../support/world.ts";
import { openTestDatabase } from "./databases.ts";
import { declare, secretsOf, startTestWorker } from "./fleet.ts";

const SUBSCRIBE = "/api/v1/events/subscribe/project-events";
const TOP = { fleet: { eventSubscriptions: true } };

let database: Database;
let world: World;
let worker: Worker | undefined;
let stops: (() => Promise<void>)[] = [];
/** What is told, and who waits for it. */
let told: string[] = [];
let waits: number[] = [];
let wake = () => {};

const note = (text: string) => {
  told.push(text);
  wake();
};
/** Until it was told so often. */
async function until(text: string, times = 1): Promise<void> {
  while (told.filter((one) => one.startsWith(text)).length < times)
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
}

/** Waits are much shorter, and on record. */
const quick: Clock = {
  ...CLOCK,
  delay(ms, signal) {
    waits.push(ms);
    wake();
    return CLOCK.delay(ms / 50, signal);
  },
};
/** Until somebody has looked so often whether other streams are wanted. */
async function looks(count: number): Promise<void> {
  const before = waits.length;
  while (waits.slice(before).filter((ms) => ms === 3000).length < count)
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
}

const setUp = async (options: WorldOptions = {}) => {
  world = await startWorld({ source: { A: "1" }, ...options });
  const triggered: string[][] = [];
  const listen = (holder: string, queue: Pick<Worker["queue"], "trigger"> = recording(triggered)) => {
    const log = {
      info: (message: string) => note(`${holder}: ${message}`),
      warn: (message: string, fields: object = {}) => note(`${holder}: ${message} ${JSON.stringify(fields)}`),
    };
    const environment = secretsOf(world);
    const { stop } = startEvents({ database, queue, environment, holder, log, clock: quick });
    stops.push(stop);
    return stop;
  };
  const asked = () => world.source.server.requests.filter(({ path }) => path === SUBSCRIBE).length;
  return { listen, triggered, asked };
};
const recording = (triggered: string[][]): Pick<Worker["queue"], "trigger"> => ({
  async trigger(syncs, why) {
    triggered.push([why, ...syncs.map(({ destination }) => destination.split(":").at(-1) ?? "").toSorted()]);
    note("triggered");
  },
});

beforeEach(async () => {
  database = await openTestDatabase();
  [told, waits, stops] = [[], [], []];
});
afterEach(async () => {
  for (const stop of stops) await stop();
  await worker?.stop();
  worker = undefined;
  await world[Symbol.asyncDispose]();
});

it("a change at the source runs the sync that reads there", async () => {
  const { listen } = await setUp();
  await declare(database, world, { app: { fleet: { schedule: "never" } } }, { top: TOP });
  worker = await startTestWorker(database, world, { ended: async (_, { name }) => note(`ended ${name}`) });
  await until("ended app");
  listen("one", worker.queue);
  await until("one: the source tells of changes");
  // Of what has changed before, nobody tells.
  await until("ended app", 2);
  world.source.put({ A: "2" });
  await until("ended app", 3);
  await database.query("select 1");
  expect(world.destination.read()).toEqual({ A: "2" });
  expect((await listHistory(database, { limit: 1 }))[0]).toMatchObject({
    event: "ran",
    detail: { why: "event" },
  });
});

it("one stream is for all syncs of an environment, one process has it, and another goes on", async () => {
  const { listen, triggered, asked } = await setUp();
  const { secretPath } = world.source;
  const deeper = `${secretPath}/deeper`;
  await declare(
    database,
    world,
    { app: { to: "/1" }, other: { from: deeper, to: "/2" }, third: { to: "/3" } },
    { top: TOP },
  );
  const first = listen("one");
  await until("one: the source tells");
  await until("triggered");
  listen("two");
  await looks(5);
  expect(asked()).toBe(1);
  world.source.put({ A: "2", B: "3" });
  await until("triggered", 2);
  expect(triggered).toEqual([
    ["event", "/1", "/2", "/3"],
    ["event", "/1", "/3"],
  ]);
  await first();
  world.source.put({ A: "4" });
  await until("two: the source tells");
  expect(asked()).toBe(2);
  // What has changed while nobody listened, too.
  await until("triggered", 3);
  expect(triggered[2]).toEqual(["event", "/1", "/2", "/3"]);
  world.source.put({ A: "5" });
  await until("triggered", 4);
});

it("is asked for by nobody who has not said so", async () => {
  const { listen, asked } = await setUp();
  await declare(database, world, { app: {} });
  listen("one");
  await looks(3);
  expect([asked(), told]).toEqual([0, []]);
});

it("an instance whose plan has none is asked once, and left alone", async () => {
  const { listen, asked } = await setUp({ sourceServer: { withoutEventSubscriptions: true } });
  await declare(database, world, { app: {} }, { top: TOP });
  listen("one");
  await until("one: the source tells of no changes; schedules and webhooks are heeded");
  await looks(5);
  expect(asked()).toBe(1);
  expect(told).toEqual([expect.stringMatching(/refused \(400\).*plan restriction/)]);
});

it("an instance that fails is asked again after ever longer waits, and told of once", async () => {
  const { listen, asked } = await setUp();
  await declare(database, world, { app: {} }, { top: TOP });
  world.source.server.fault({ kind: "status", status: 503, path: SUBSCRIBE, times: 4 });
  listen("one");
  await until("one: the source tells of changes");
  expect(asked()).toBe(5);
  expect(told).toEqual([expect.stringContaining("it is tried again"), "one: the source tells of changes"]);
  expect(waits).toEqual(expect.arrayContaining([1000, 2000, 4000, 8000]));
});

/** A source that tells what a test says. @returns its answers to subscriptions, so far */
async function startTeller(): Promise<{ url: string; answers: ServerResponse[]; close(): void }> {
  const answers: ServerResponse[] = [];
  const server = createServer((request, response) => {
    if (request.url !== SUBSCRIBE) {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ accessToken: "token", expiresIn: 3600, tokenType: "Bearer" }));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    answers.push(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, answers, close };
}

it("what has changed while nobody listened is looked for, and an event that says nothing is one of any folder", async () => {
  const { listen, triggered } = await setUp();
  const { url, answers, close } = await startTeller();
  try {
    const source = { ...world.source, server: { url } };
    await declare(
      database,
      { ...world, source },
      { app: { to: "/1" }, other: { from: "/other", to: "/2" } },
      { top: TOP },
    );
    listen("one");
    await until("one: the source tells of changes");
    await until("triggered");
    answers[0]?.write("event: ping\n\nevent: secret:create\ndata: {\n\n");
    await until("triggered", 2);
    answers[0]?.end();
    await until("one: the source tells of changes again");
    await until("triggered", 3);
    expect(triggered).toEqual(Array(3).fill(["event", "/1", "/2"]));
  } finally {
    for (const stop of stops) await stop();
    close();
  }
});

it("however much the source tells, it sets off one question a second", async () => {
  const { listen, triggered } = await setUp();
  const { url, answers, close } = await startTeller();
  try {
    const source = { ...world.source, server: { url } };
    const { environment } = source;
    await declare(database, { ...world, source }, { app: { from: "/last", to: "/1" } }, { top: TOP });
    listen("one");
    await until("one: the source tells of changes");
    await until("triggered");
    const event = (...paths: string[]) => {
      const payload = paths.map((secretPath) => ({ environment, secretPath }));
      return `event: secret:update\ndata: ${JSON.stringify({ data: { payload } })}\n\n`;
    };
    const numbered = Array.from({ length: 1000 }, (_, number) => `/${number}`);
    answers[0]?.write(numbered.map((path) => event(path)).join("") + event("/last") + event(...numbered));
    // The first folder, and then any.
    while (!triggered.slice(1).some((one) => one.includes("/1")))
      await until("triggered", triggered.length + 1);
    expect(triggered.length).toBeLessThan(10);
    answers[0]?.write(event("/last"));
    await until("triggered", triggered.length + 1);
    expect(triggered.at(-1)).toEqual(["event", "/1"]);
    expect(waits.filter((ms) => ms === 1000).length).toBeGreaterThanOrEqual(2);
  } finally {
    for (const stop of stops) await stop();
    close();
  }
});

it("a database that does not answer is told of once, and asked again", async () => {
  const { listen } = await setUp();
  await declare(database, world, { app: {} }, { top: TOP });
  const { query } = database;
  let failures = 0;
  database = {
    ...database,
    query: (sql, parameters) =>
      ++failures <= 4 ? Promise.reject(new Error("it is away")) : query(sql, parameters),
  };
  listen("one");
  await until("one: the source tells of changes");
  expect(told).toEqual([
    expect.stringMatching(/^one: event subscriptions cannot be looked after.*it is away/),
    "one: the source tells of changes",
  ]);
});
