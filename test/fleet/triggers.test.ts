/** What sets runs off beside their schedule, from the change to the run. */

import fastify from "fastify";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Database } from "../../automation/fleet/database/database.ts";
import { listHistory } from "../../automation/fleet/rows/history.ts";
import { WEBHOOK_PATH, webhookRoutes } from "../../automation/fleet/triggers/webhooks.ts";
import type { Worker } from "../../automation/fleet/worker/worker.ts";
import { connect } from "../../infisical-server/test-client.ts";
import { startWorld, type World } from "../support/world.ts";
import { openTestDatabase } from "./databases.ts";
import { declare, isPutDown, rowOf, startTestWorker } from "./fleet.ts";

let database: Database;
let world: World;
let worker: Worker | undefined;
let waiting: { name: string; resolve: () => void }[] = [];

beforeEach(async () => {
  database = await openTestDatabase();
  world = await startWorld({ source: { A: "1" } });
  waiting = [];
}, 300_000);
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  await world[Symbol.asyncDispose]();
});

const start = async () => {
  worker = await startTestWorker(database, world, {
    async ended(_queries, { name }) {
      for (const one of waiting) if (one.name === name) one.resolve();
    },
  });
  return worker;
};
/** The next end of a run of the sync. */
const ended = async (name: string) => {
  await new Promise<void>((resolve) => waiting.push({ name, resolve }));
  // Recorded where the transaction has ended: whoever asks now comes after it.
  await isPutDown(database);
};
const why = async (name: string) =>
  (await listHistory(database, {})).find((event) => event.name === name && event.event === "ran")?.detail[
    "why"
  ];

it("a sync runs when another one has written what it reads, in whichever project", async () => {
  const { destination } = world;
  await declare(database, world, { app: {} });
  const source = {
    host: destination.server.url,
    clientId: destination.clientId,
    clientSecret: "${env:THERE_SECRET}",
  };
  await declare(
    database,
    { source: destination, destination },
    { copy: { from: destination.secretPath, to: "/copy", fleet: { schedule: "never" } } },
    { project: "onwards", top: { source } },
  );
  const copied = () =>
    destination.server.readSecrets({
      projectId: destination.projectId,
      environment: destination.environment,
      secretPath: "/copy",
    })["A"];
  const until = async (value: string) => {
    for (let next = ended("copy"); copied() !== value; next = ended("copy")) await next;
  };
  const { queue } = await start();
  await until("1");
  world.source.put({ A: "2" });
  await queue.trigger([await rowOf(database, "app")], "hand");
  await until("2");
  expect(await why("copy")).toBe("chain");
});

it("a sync runs when its source tells by a webhook that something has changed", async () => {
  await declare(database, world, { app: { fleet: { schedule: "never" } } });
  const first = ended("app");
  const { queue } = await start();
  await first;
  await using app = fastify();
  await app.register(webhookRoutes, { database, queue, secrets: ["only for tests"] });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const { server, projectId, environment, secretPath } = world.source;
  const admin = await connect(server, server.admin);
  const webhook = { projectId, environment, secretPath, webhookUrl: url + WEBHOOK_PATH };
  await admin.post("/api/v1/webhooks", { ...webhook, webhookSecretKey: "only for tests" });
  const next = ended("app");
  world.source.put({ A: "2" });
  await next;
  expect(world.destination.read()).toEqual({ A: "2" });
  expect(await why("app")).toBe("webhook");
});
