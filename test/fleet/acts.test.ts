import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { historyContent } from "../../automation/fleet/acts/history.ts";
import { perform, performAsDocument } from "../../automation/fleet/acts/index.ts";
import { showContent } from "../../automation/fleet/acts/show.ts";
import { statusContent } from "../../automation/fleet/acts/status-document.ts";
import type { Database } from "../../automation/fleet/database/database.ts";
import { openTestDatabase } from "./databases.ts";
import { addProject, addSync, deletionOf, parkPlan, sampleFleet } from "./sample.ts";

let database: Database;
let fleet: ReturnType<typeof sampleFleet>;
let billing: string;

beforeEach(async () => {
  database = await openTestDatabase();
  fleet = sampleFleet(database);
  await addProject(database, "shop");
  await addProject(database, "lab");
  billing = await addSync(database, "shop", "billing");
  await addSync(database, "shop", "web", {
    outcome: "failed",
    message: "Cannot read.\nMore of it.",
    failures: 3,
  });
  await addSync(database, "lab", "web", { outcome: "none", path: "/deep/er" });
});
afterAll(() => database[Symbol.asyncDispose]());

const events = async () =>
  (await perform(fleet, "history", {})).events.map(({ event, name, by, detail }) => ({
    event,
    name,
    by,
    detail,
  }));

describe("status", () => {
  const namesOf = async (input: Parameters<typeof perform<"status">>[2]) => {
    const { syncs, found } = await perform(fleet, "status", input);
    return [syncs.map(({ project, name }) => `${project}/${name}`), found];
  };

  it("tells each sync's state, those first that want somebody", async () => {
    const plan = await parkPlan(database, billing, undefined, [deletionOf("A"), deletionOf("B")]);
    const content = await perform(fleet, "status", {});
    expect(statusContent.strict().parse(content)).toEqual(content);
    expect(content.syncs.map(({ name, status }) => [name, status])).toEqual([
      ["billing", "parked"],
      ["web", "failed"],
      ["web", "new"],
    ]);
    expect(content.totals).toEqual({ parked: 1, failed: 1, new: 1 });
    expect(content.projects).toEqual(["lab", "shop"]);
    expect(content.syncs[0]).toMatchObject({
      isRunning: false,
      source: {
        projectId: "here",
        environment: "prod",
        secretPath: "/billing",
        instanceUrl: "https://here.example.com",
      },
      destination: { projectId: "there", instanceUrl: "https://dr.example.com" },
      schedule: "5m",
      checkedAt: "2026-03-01T12:00:00.000Z",
      nextAt: "2026-03-01T12:05:00.000Z",
      parked: { plan, reasonCount: 2, reasons: [deletionOf("A"), deletionOf("B")] },
    });
  });

  it("finds by parts of names and places, project and state, a page at a time", async () => {
    expect(await namesOf({ search: "WEB" })).toEqual([["shop/web", "lab/web"], 2]);
    expect(await namesOf({ search: "deep web" })).toEqual([["lab/web"], 1]);
    expect(await namesOf({ search: "dr.example.com", limit: 1, offset: 1 })).toEqual([["lab/web"], 3]);
    expect(await namesOf({ search: "100%_" })).toEqual([[], 0]);
    expect(await namesOf({ project: "lab" })).toEqual([["lab/web"], 1]);
    expect(await namesOf({ status: ["failed", "synced"] })).toEqual([["shop/web", "shop/billing"], 2]);
  });

  it("has sync-2 before sync-10, as all lists", async () => {
    for (const number of [10, 2, 1]) await addSync(database, "lab", `web-${number}`);
    await addSync(database, "lab", "Web-3");
    const names = ["lab/web-1", "lab/web-2", "lab/Web-3", "lab/web-10"];
    expect((await namesOf({ search: "web-" }))[0]).toEqual(names);
    const { declarations } = await perform(fleet, "export", { by: "ada" });
    expect(declarations[0]?.syncs.map(({ name }) => `lab/${name}`)).toEqual(["lab/web", ...names]);
  });

  it("tells how many workers live, and when what is paused runs next: not at all", async () => {
    expect((await perform(fleet, "status", {})).workers).toBe(0);
    await database.query(`insert into worker (id, host, version, is_stopping, seen_at) values
      ('a', 'h', '1', false, now()), ('b', 'h', '1', true, now()), ('c', 'h', '1', false, now() - interval '1 day')`);
    expect((await perform(fleet, "status", {})).workers).toBe(1);
    await perform(fleet, "pause", { syncs: ["billing"], by: "ada" });
    const { syncs } = await perform(fleet, "status", { search: "billing" });
    expect(syncs).toMatchObject([{ status: "paused", checkedAt: expect.any(String) }]);
    expect(syncs[0]).not.toHaveProperty("nextAt");
  });

  it("says that a worker is at it", async () => {
    await database.query("insert into lease values ('shop billing', 1, 'w1')");
    const { syncs } = await perform(fleet, "status", { search: "billing" });
    expect(syncs[0]?.isRunning).toBe(true);
  });
});

it("shows what is parked key by key, as a report of a preview has it", async () => {
  const id = await parkPlan(database, billing);
  const content = await perform(fleet, "show", { sync: "billing" });
  expect(showContent.strict().parse(content)).toEqual(content);
  const { plan, keys, approve, description } = content;
  expect({ keys, approve, description }).toEqual({
    keys: 2,
    approve: ["deletes"],
    description: "what billing is for",
  });
  expect(plan?.id).toBe(id);
  expect(
    plan?.resources.map(({ sync }) =>
      sync?.keys.map(({ key, action, isForeign }) => [key, action, isForeign]),
    ),
  ).toEqual([
    [
      ["THEIRS", "delete", true],
      ["A", "delete", false],
      ["B", "update", false],
      ["NEW", "create", false],
    ],
  ]);
});

describe("a decision", () => {
  const asked = { by: "ada", comment: "as agreed" };

  it.each([
    ["has begun to write", "update sync set intent = '{}' where name = 'billing'"],
    ["is at it", "insert into lease values ('shop billing', 1, 'w1')"],
  ])("is not taken back while a run %s: what is so is told", async (_what, begin) => {
    const plan = await parkPlan(database, billing);
    await perform(fleet, "approve", { plans: [plan], ...asked });
    await database.query(begin);
    await expect(perform(fleet, "reject", { plans: [plan], by: "bob" })).rejects.toMatchObject({
      code: "locked",
      message: expect.stringMatching(/^A worker is doing plan .* of shop\/billing, which ada approved/),
    });
    expect((await perform(fleet, "status", { search: "billing" })).syncs[0]?.status).toBe("approved");
    await database.query("update sync set intent = null");
    await database.query("update lease set holder = null");
    await perform(fleet, "reject", { plans: [plan], by: "bob" });
    expect((await perform(fleet, "status", { search: "billing" })).syncs[0]?.status).toBe("rejected");
  });

  it("is of exactly the plan that was read, and in the history with who made it and why", async () => {
    const plan = await parkPlan(database, billing);
    const decided = await perform(fleet, "approve", { plans: [plan], ...asked });
    expect(decided).toEqual({ decided: [{ project: "shop", name: "billing", plan, decision: "approved" }] });
    expect(fleet.triggered).toEqual([{ id: billing, why: "approved" }]);
    expect(await events()).toEqual([
      { event: "approved", name: "billing", by: "ada", detail: { plan, comment: "as agreed" } },
    ]);
    const { syncs } = await perform(fleet, "status", { search: "billing" });
    expect(syncs[0]).toMatchObject({
      status: "approved",
      parked: { decision: "approved", decidedBy: "ada", comment: "as agreed" },
    });
    // Who comes later changes nothing of it.
    await perform(fleet, "approve", { plans: [plan], by: "bob" });
    expect(await events()).toHaveLength(1);
    expect(fleet.triggered).toHaveLength(1);
  });

  it("is refused where another plan waits by now, also among others, and nothing is decided", async () => {
    const old = await parkPlan(database, billing);
    const plan = await parkPlan(database, billing);
    const document = await performAsDocument(fleet, "approve", { plans: [plan, old], ...asked });
    expect(document).toMatchObject({
      version: 1,
      command: "fleet approve",
      result: "failed",
      exitCode: 7,
      error: { code: "plan-changed", message: expect.stringContaining(`No plan ${old} waits`) },
    });
    expect(await events()).toEqual([]);
    expect(fleet.triggered).toEqual([]);
    expect((await perform(fleet, "show", { sync: "billing" })).sync.status).toBe("parked");
  });

  it("waits no more where the sync was given away", async () => {
    const plan = await parkPlan(database, billing);
    await perform(fleet, "export", { by: "ada" });
    const { sync } = await perform(fleet, "show", { sync: "billing" });
    expect(sync).toMatchObject({ status: "paused", pausedBy: "ada" });
    await expect(perform(fleet, "approve", { plans: [plan], by: "ada" })).rejects.toThrow("No plan");
  });

  it("may be made anew while nothing was done", async () => {
    const plan = await parkPlan(database, billing);
    await perform(fleet, "reject", { plans: [plan], by: "ada" });
    expect((await perform(fleet, "show", { sync: "billing" })).sync.status).toBe("rejected");
    expect(fleet.triggered).toEqual([]);
    await perform(fleet, "approve", { plans: [plan], by: "bob" });
    expect((await events()).map(({ event, by }) => [event, by])).toEqual([
      ["approved", "bob"],
      ["rejected", "ada"],
    ]);
    expect(fleet.triggered).toEqual([{ id: billing, why: "approved" }]);
  });
});

it("pauses and resumes syncs, each once", async () => {
  expect(
    await perform(fleet, "pause", { syncs: ["billing", "shop/web"], by: "ada", comment: "move" }),
  ).toEqual({
    paused: [
      { project: "shop", name: "billing" },
      { project: "shop", name: "web" },
    ],
  });
  await perform(fleet, "pause", { syncs: ["billing"], by: "bob" });
  expect((await perform(fleet, "show", { sync: "billing" })).sync).toMatchObject({
    status: "paused",
    pausedBy: "ada",
  });
  await expect(perform(fleet, "run", { syncs: ["billing"] })).rejects.toMatchObject({
    code: "invalid-config",
    message: "Paused syncs do not run: shop/billing.",
  });
  await perform(fleet, "resume", { syncs: ["billing"], by: "bob" });
  await perform(fleet, "resume", { syncs: ["billing"], by: "bob" });
  await perform(fleet, "run", { syncs: ["billing"] });
  expect(fleet.triggered).toEqual([
    { id: billing, why: "resumed" },
    { id: billing, why: "hand" },
  ]);
  expect((await events()).map(({ event, name, by }) => `${event} ${name} ${by}`)).toEqual([
    "resumed billing bob",
    "paused web ada",
    "paused billing ada",
  ]);
});

it("tells which names are of no sync, or of several", async () => {
  await expect(perform(fleet, "run", { syncs: ["billing", "nil", "none"] })).rejects.toThrow(
    /no sync named .*nil.*none/,
  );
  await expect(perform(fleet, "pause", { syncs: ["web"], by: "ada" })).rejects.toMatchObject({
    message: expect.stringMatching(/Several syncs are named web: .*lab\/web.*shop\/web/),
    hint: "Name them with their project.",
  });
  expect(fleet.triggered).toEqual([]);
});

it("tells what is wrong with an input", async () => {
  const document = await performAsDocument(fleet, "approve", { plans: [], by: "" });
  expect(document).toMatchObject({ result: "failed", exitCode: 2, error: { code: "invalid-config" } });
});

it("gives the history a part at a time, of all or of one", async () => {
  for (const sync of ["billing", "shop/web", "lab/web"])
    await perform(fleet, "pause", { syncs: [sync], by: "ada" });
  const first = await perform(fleet, "history", { limit: 2 });
  expect(historyContent.strict().parse(first)).toEqual(first);
  expect(first.events.map(({ project, name }) => `${project}/${name}`)).toEqual(["lab/web", "shop/web"]);
  const rest = await perform(fleet, "history", { limit: 2, before: first.next });
  expect(rest.events.map(({ name }) => name)).toEqual(["billing"]);
  expect(rest.next).toBeUndefined();
  expect((await perform(fleet, "history", { syncs: ["shop/web"] })).events).toHaveLength(1);
});
