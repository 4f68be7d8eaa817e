/** Worlds that change under a run, or show less than they hold: each run stops before it does harm. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { direct } from "../drivers/direct.ts";
import { clientFor } from "../support/store-subject.ts";
import { type Side, startWorld, type WorldOptions } from "../support/world.ts";
import type { SideName } from "./arena.ts";

const LIST = "/api/v4/secrets";
const BATCH = "/api/v4/secrets/batch";
const ONLY_LIST = /^\/api\/v4\/secrets$/;
const ALWAYS = Number.POSITIVE_INFINITY;

type Changed = Awaited<ReturnType<typeof startChanged>>;

/** A sync that has run, and then has an update, a create and a delete to do. */
async function startChanged(options: Pick<WorldOptions, "destinationServer"> = {}) {
  const world = await startWorld({ ...options, source: { A: "1", B: "2" }, destination: { FOREIGN: "f" } });
  const stack = await direct.open(world);
  const args = { syncOptions: { initialSyncBehavior: "overwrite-destination", unownedKeys: "keep" } };
  await stack.deploy(args);
  world.source.put({ A: "1b", NEW: "n" });
  world.source.drop("B");
  return {
    world,
    stack,
    args,
    deploy: () => stack.deploy(args),
    before: world.destination.read(),
    after: { A: "1b", NEW: "n", FOREIGN: "f" },
    async [Symbol.asyncDispose]() {
      await stack[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

const importing = { syncOptions: { initialSyncBehavior: "import-prioritize-source" } };

/** A first run will have a key to import into the source. */
const startImporting = () =>
  startWorld({ source: { A: "1" }, destination: { THEIRS: "t" }, sourceRole: "member" });

/** Something happens between the preview of the deployment and its plan, right before a side is listed again. */
async function afterPreview(
  { world, stack, args }: Changed,
  side: SideName,
  action: () => void,
): Promise<void> {
  const { server } = world[side];
  server.clearRequests();
  await stack.preview(args);
  const lists = server.requests.filter(({ method, path }) => method === "GET" && path === LIST);
  server.fault({ kind: "run", method: "GET", path: ONLY_LIST, nth: lists.length + 1, action });
}

/** Gives the identity that the sync uses at a side another role. */
function changeRole(
  { server, projectId }: Side,
  role: "member" | "viewer" | "describe-only" | "no-access",
): void {
  const { identityId = "" } = server.requests.findLast((request) => request.identityId !== undefined) ?? {};
  server.addMember(projectId, identityId, role);
}

async function removeFolder({ server, projectId, environment }: Side): Promise<void> {
  await using admin = clientFor(server, server.admin);
  await admin.call({
    method: "DELETE",
    route: "/api/v2/folders/app",
    body: JSON.stringify({ projectId, environment, path: "/", forceDelete: true }),
    answer: z.unknown(),
    repeat: "unacted",
    what: "remove the folder",
  });
}

test.each(["source", "destination"] as const)("values that are hidden at the %s", async (side) => {
  await using story = await startChanged();
  story.world[side].server.fault({ kind: "hide-values", path: LIST, times: ALWAYS });
  await expect(story.deploy()).rejects.toThrow(
    new RegExp(`The ${side} identity may list but not read .*A.*Read Value`, "s"),
  );
  expect(story.world.destination.read()).toEqual(story.before);
  story.world[side].server.clearFaults();
  await story.deploy();
  expect(story.world.destination.read()).toEqual(story.after);
});

test.each(["source", "destination"] as const)("values that the %s hides after the preview", async (side) => {
  await using story = await startChanged();
  const { server } = story.world[side];
  await afterPreview(story, side, () => server.fault({ kind: "hide-values", path: LIST, times: ALWAYS }));
  await expect(story.deploy()).rejects.toThrow(/may list but not read/);
  expect(story.world.destination.read()).toEqual(story.before);
});

test("secrets that the source leaves out after the preview", async () => {
  await using story = await startChanged();
  const { server } = story.world.source;
  await afterPreview(story, "source", () => server.fault({ kind: "omit", keys: ["A"], times: ALWAYS }));
  await expect(story.deploy()).rejects.toThrow(/may not read.*A/s);
  expect(story.world.destination.read()).toEqual(story.before);
});

test("a source that is emptied after the preview", async () => {
  await using story = await startChanged();
  await afterPreview(story, "source", () => story.world.source.drop("A", "NEW"));
  await expect(story.deploy()).rejects.toThrow(/source folder holds no secrets.*allowEmptySource/s);
  expect(story.world.destination.read()).toEqual(story.before);
});

test("an import that comes to carry a reference after the preview", async () => {
  await using world = await startImporting();
  await using stack = await direct.open(world);
  world.destination.server.fault({
    kind: "run",
    method: "GET",
    path: ONLY_LIST,
    // The preview's list is the first, and the plan's the second.
    nth: 2,
    action: () => world.destination.put({ THEIRS: "${A}" }),
  });
  await expect(stack.deploy(importing)).rejects.toThrow(/hold references: THEIRS/);
  expect(world.source.read()).toEqual({ A: "1" });
});

test("a key that the destination has come to rotate by itself", async () => {
  await using story = await startChanged();
  const { server, ...place } = story.world.destination;
  await afterPreview(story, "destination", () => server.rotateSecrets(place, ["A"]));
  await expect(story.deploy()).rejects.toThrow(/destination rotates A by itself.*End that rotation/s);
  expect(story.world.destination.read()).toEqual(story.before);
});

test("a key whose rotation begins while it is written", async () => {
  await using story = await startChanged();
  const { server, ...place } = story.world.destination;
  const action = () => server.rotateSecrets(place, ["A"]);
  server.fault({ kind: "run", method: "PATCH", path: BATCH, action });
  await expect(story.deploy()).rejects.toThrow(/All writes were accepted.*A: it has 2@/s);
  await expect(story.deploy()).rejects.toThrow(/destination rotates A by itself/);
  expect(story.world.destination.read()).toEqual({ A: "1", NEW: "n", FOREIGN: "f" });
  story.world.source.drop("A");
  await expect(story.deploy()).rejects.toThrow(/destination rotates A by itself/);
});

describe.each([
  ["of today", {}, BATCH, ["PATCH", "DELETE"]],
  ["without upsert", { withoutUpsertMode: true }, BATCH, ["POST", "PATCH", "DELETE"]],
  ["without v4", { withoutV4: true }, "/api/v3/secrets/batch/raw", ["PATCH", "DELETE"]],
] as const)("at an instance %s", (_what, destinationServer, path, methods) => {
  test.each(methods)("a %s that comes to wait for approval", async (method) => {
    await using story = await startChanged({ destinationServer });
    const { server } = story.world.destination;
    // What fails anyway, like an upsert where there is none, asks nobody.
    server.fault({ kind: "approval", path, method, times: ALWAYS });
    await expect(story.deploy()).rejects.toThrow(/waits for approval \(request \w+\)/);
    expect(story.world.destination.read()).toMatchObject({ B: "2", FOREIGN: "f" });
    server.clearFaults();
    await story.deploy();
    expect(story.world.destination.read()).toEqual(story.after);
    expect((await story.deploy()).unchanged).toBe(true);
  });
});

test("a mark that comes to wait for approval", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using stack = await direct.open(world);
  const marking = { syncOptions: { initialSyncBehavior: "overwrite-destination", ownershipMark: true } };
  await stack.deploy({ syncOptions: { initialSyncBehavior: "overwrite-destination" } });
  world.destination.server.fault({ kind: "approval", path: BATCH, method: "PATCH" });
  await expect(stack.deploy(marking)).rejects.toThrow(/waits for approval/);
  expect((await stack.deploy(marking)).unchanged).toBe(false);
  expect((await stack.deploy(marking)).unchanged).toBe(true);
});

test("an import that comes to wait for approval at the source", async () => {
  await using world = await startImporting();
  await using stack = await direct.open(world);
  world.source.server.fault({ kind: "approval", path: BATCH, method: "PATCH" });
  await expect(stack.deploy(importing)).rejects.toThrow(/waits for approval/);
  expect(world.source.read()).toEqual({ A: "1" });
  expect(world.destination.read()).toEqual({ THEIRS: "t" });
  await stack.deploy(importing);
  expect(world.source.read()).toEqual({ A: "1", THEIRS: "t" });
  expect((await stack.deploy(importing)).unchanged).toBe(true);
});

test.each(["PATCH", "DELETE"])("a destination folder that is gone before the %s", async (method) => {
  await using story = await startChanged();
  const { destination } = story.world;
  destination.server.fault({ kind: "run", method, path: BATCH, action: () => removeFolder(destination) });
  await expect(story.deploy()).rejects.toThrow(/folder|not as planned/);
  expect(destination.read()).toEqual({});
  await story.deploy();
  expect(destination.read()).toEqual({ A: "1b", NEW: "n" });
  expect((await story.deploy()).unchanged).toBe(true);
});

test.each([
  ["write", "PATCH", "viewer"],
  ["delete", "DELETE", "viewer"],
  ["look at what it has written", "DELETE", "describe-only"],
] as const)("a destination identity that may no longer %s in mid-run", async (_what, method, role) => {
  await using story = await startChanged();
  const { destination } = story.world;
  destination.server.fault({ kind: "run", method, path: BATCH, action: () => changeRole(destination, role) });
  await expect(story.deploy()).rejects.toThrow(/403/);
  expect(destination.read()).toMatchObject({ B: "2", FOREIGN: "f" });
  changeRole(destination, "member");
  await story.deploy();
  expect(destination.read()).toEqual(story.after);
  expect((await story.deploy()).unchanged).toBe(true);
});

test.each([
  ["describe-only", /may list but not read/],
  ["no-access", /403/],
] as const)("a source identity whose role becomes %s after the preview", async (role, says) => {
  await using story = await startChanged();
  await afterPreview(story, "source", () => changeRole(story.world.source, role));
  await expect(story.deploy()).rejects.toThrow(says);
  expect(story.world.destination.read()).toEqual(story.before);
});
