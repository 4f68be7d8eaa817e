/** Rows of docs/executions.md: what happens to a sync over time. Each test shows the product and our engine. */
import { expect, test } from "vitest";
import { connect } from "../../infisical-server/test-client.ts";
import { directRuns } from "../drivers/direct.ts";
import { startWorld, type Values } from "../support/world.ts";
import { startBoth } from "./both.ts";
import type { Side } from "./copy.ts";

const IMPORT = { initialSyncBehavior: "import-prioritize-source" } as const;

test("another destination: the product imports nothing there and deletes, we begin with a first run", async () => {
  const seeded = { source: { A: "1" } };
  await using both = await startBoth(seeded, IMPORT);
  const { theirs, native } = both;
  await native.run();
  const moved = { ...theirs.destination.place, secretPath: "/moved" };
  theirs.destination.server.putSecrets(moved, { THEIRS: "t" });
  const { projectId, environment, secretPath } = moved;
  await native.plane.updateSync(await native.read(), {
    destinationConfig: { projectId, environment, secretPath },
  });
  await native.run();
  expect(theirs.destination.server.readSecrets(moved)).toEqual({ A: "1" });
  expect(theirs.source.read()).toEqual({ A: "1" });

  await using world = await startWorld({ ...seeded, sourceRole: "member" });
  await using stack = await directRuns.open(world);
  await stack.deploy({ syncOptions: IMPORT });
  const ourMoved = { ...world.destination, secretPath: "/moved" };
  world.destination.server.putSecrets(placeIn(ourMoved), { THEIRS: "t" });
  await stack.deploy({ syncOptions: IMPORT, destinationPath: "/moved" });
  expect(world.destination.server.readSecrets(placeIn(ourMoved))).toEqual({ A: "1", THEIRS: "t" });
  expect(world.source.read()).toEqual({ A: "1", THEIRS: "t" });
});

test("a renamed source folder: the product follows it, we go by its path", async () => {
  await using both = await startBoth({ source: { A: "1" } });
  const { theirs, ours, native, engine } = both;
  await rename(theirs.source, "renamed");
  expect(await native.run()).toBe("succeeded");
  expect(theirs.destination.read()).toEqual({ A: "1" });
  await rename(ours.source, "renamed");
  await expect(engine.runOrThrow()).rejects.toMatchObject({ code: "folder-not-found", path: "secretPath" });
  expect(ours.destination.read()).toEqual({});
});

test("removal: the product deletes every key of the source, we what the sync created", async () => {
  const seeded = { source: { NEW: "1", BOTH: "2" }, destination: { BOTH: "theirs" } };
  await using both = await startBoth(seeded);
  const { theirs, native } = both;
  await native.run();
  await native.plane.trigger(await native.read(), { kind: "remove" });
  await both.arena.letJobsRun();
  expect((await native.read()).removeStatus).toBe("succeeded");
  expect(theirs.destination.read()).toEqual({});

  await using world = await startWorld(seeded);
  await using stack = await directRuns.open(world);
  await stack.deploy({ removeSecretsOnDelete: true });
  await stack.destroy();
  expect(world.destination.read()).toEqual({ BOTH: "2" });
});

test("removal when one key is gone already: the product fails and removes nothing, we remove the rest", async () => {
  const seeded = { source: { A: "1", B: "2" } };
  await using both = await startBoth(seeded);
  const { theirs, native } = both;
  await native.run();
  theirs.destination.drop("B");
  await native.plane.trigger(await native.read(), { kind: "remove" });
  await both.arena.letJobsRun();
  expect((await native.read()).removeStatus).toBe("failed");
  expect(theirs.destination.read()).toEqual({ A: "1" });

  await using world = await startWorld(seeded);
  await using stack = await directRuns.open(world);
  await stack.deploy({ removeSecretsOnDelete: true });
  world.destination.drop("B");
  await stack.destroy();
  expect(world.destination.read()).toEqual({});
});

test("a first run that failed half-way: the product imports again, we finish what was announced", async () => {
  // More than one request of ours, so that the first can succeed before another fails.
  const source: Values = Object.fromEntries(
    Array.from({ length: 1200 }, (_, index) => [`KEY_${index}`, "v"]),
  );
  const late = { LATE: "written by somebody in between" };
  await using both = await startBoth({ source }, IMPORT);
  const { theirs, native } = both;
  // The product's first request has its effect, and then it fails.
  theirs.destination.put({ KEY_0: "old" });
  theirs.destination.server.fault({
    kind: "status",
    status: 403,
    method: "PATCH",
    path: "/api/v3/secrets/batch",
  });
  expect(await native.run()).toBe("failed");
  theirs.destination.put(late);
  expect(await native.run()).toBe("succeeded");
  expect(theirs.source.read()).toMatchObject(late);

  await using world = await startWorld({ source, sourceRole: "member" });
  await using stack = await directRuns.open(world);
  const fault = { kind: "status", status: 403, method: "PATCH", path: "/api/v4/secrets/batch" } as const;
  world.destination.server.fault({ ...fault, nth: 2, times: Number.POSITIVE_INFINITY });
  await expect(stack.deploy({ syncOptions: IMPORT })).rejects.toThrow(/stopped half-way/);
  world.destination.server.clearFaults();
  world.destination.put(late);
  await stack.deploy({ syncOptions: IMPORT });
  expect(world.source.read()).not.toHaveProperty("LATE");
  expect(world.destination.read()).toEqual(source);
});

const placeIn = ({
  projectId,
  environment,
  secretPath,
}: Pick<Side["place"], "projectId" | "environment" | "secretPath">) => ({
  projectId,
  environment,
  secretPath,
});

async function rename({ server, place }: Side, name: string): Promise<void> {
  const api = await connect(server, server.admin);
  const { projectId, environment, secretPath } = place;
  const { body } = await api.get("/api/v2/folders", { projectId, environment, path: "/" });
  const folder = body.folders.find((one: { name: string }) => `/${one.name}` === secretPath);
  const renamed = await api.patch(`/api/v2/folders/${folder.id}`, {
    projectId,
    environment,
    path: "/",
    name,
  });
  expect(renamed.status).toBe(200);
}
