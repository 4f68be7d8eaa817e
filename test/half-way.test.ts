/** Runs that stop half-way: what was done is recorded, the next run finishes, and nothing else is touched. */
import { expect, test } from "vitest";
import { directRuns } from "./drivers/direct.ts";
import { syncInputs } from "./support/arguments.ts";
import { openProvider } from "./support/provider-process.ts";
import { startWorld, type Values } from "./support/world.ts";

const BATCH = "/api/v4/secrets/batch";
const many = (count: number, value: string): Values =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`KEY_${String(index).padStart(4, "0")}`, value]),
  );

const recorded = (state: string) => {
  const sync = (JSON.parse(state) as [string, { outputs: Values & { memory: Values; keys: Values } }][]).find(
    ([name]) => name === "sync",
  );
  if (!sync) throw new Error("the sync is not in the state");
  return sync[1].outputs;
};

test("a first run that is refused in its second request records the first, and the next run finishes", async () => {
  const wanted = many(1200, "v");
  await using world = await startWorld({ source: wanted });
  await using stack = await directRuns.open(world);
  world.destination.server.fault({
    kind: "status",
    status: 403,
    path: BATCH,
    method: "PATCH",
    nth: 2,
    times: Number.POSITIVE_INFINITY,
  });
  await expect(stack.deploy({})).rejects.toThrow(/stopped half-way.*not done: create KEY_.*… and \d+ more/s);

  const there = world.destination.read();
  const state = recorded(await stack.state());
  expect(Object.keys(there).length).toBeGreaterThan(0);
  expect(Object.keys(there).length).toBeLessThan(1200);
  expect(Object.keys(state.keys).sort(), "the state claims what is there").toEqual(Object.keys(there).sort());
  expect(state["syncStatus"]).toBe("failed");

  world.destination.server.clearFaults();
  await stack.deploy({});
  expect(world.destination.read()).toEqual(wanted);
  expect(recorded(await stack.state())["syncStatus"]).toBe("succeeded");
  expect((await stack.deploy({})).unchanged).toBe(true);
});

test("a run that is to restore leaves nothing behind, and says so", async () => {
  const syncOptions = { initialSyncBehavior: "overwrite-destination", onFailure: "restore" };
  await using world = await startWorld({ source: many(1200, "v"), destination: { OLD: "o" } });
  await using stack = await directRuns.open(world);
  world.destination.server.fault({ kind: "status", status: 403, path: BATCH, method: "PATCH", nth: 2 });
  await expect(stack.deploy({ syncOptions })).rejects.toThrow(
    /stopped half-way \(nothing is left of it\).*was put back\. Deploy again to repeat it/s,
  );
  expect(world.destination.read()).toEqual({ OLD: "o" });
  expect(await stack.state()).not.toContain("secretSync");
  world.destination.server.clearFaults();
  await stack.deploy({ syncOptions });
  expect(world.destination.read()).toEqual(many(1200, "v"));
});

test("a first run whose first write is refused leaves nothing to remember", async () => {
  await using world = await startWorld({ source: { A: "1" }, destinationRole: "viewer" });
  await using stack = await directRuns.open(world);
  await expect(stack.deploy({})).rejects.toThrow(/Member role/);
  expect(await stack.state()).not.toContain("secretSync");
});

test("an update that fails between writes and deletes is finished by the next one", async () => {
  await using world = await startWorld({ source: { A: "1", B: "2", C: "3" } });
  await using stack = await directRuns.open(world);
  await stack.deploy({});
  world.source.put({ A: "1b" });
  world.source.drop("C");
  world.destination.server.fault({ kind: "status", status: 403, path: BATCH, method: "DELETE" });
  await expect(stack.deploy({})).rejects.toThrow(/1 updated.*not done: delete C/s);
  expect(world.destination.read()).toEqual({ A: "1b", B: "2", C: "3" });
  await stack.deploy({});
  expect(world.destination.read()).toEqual({ A: "1b", B: "2" });
  expect((await stack.deploy({})).unchanged).toBe(true);
});

test("an import that fails half-way is repeated, and deletes nothing meanwhile", async () => {
  await using world = await startWorld({
    source: { A: "1" },
    destination: { THEIRS: "t" },
    sourceRole: "member",
  });
  await using stack = await directRuns.open(world);
  const args = { syncOptions: { initialSyncBehavior: "import-prioritize-source" } };
  world.source.server.fault({ kind: "status", status: 403, path: BATCH, method: "PATCH" });
  await expect(stack.deploy(args)).rejects.toThrow(/403/);
  expect(world.destination.read()).toEqual({ THEIRS: "t" });
  await stack.deploy(args);
  expect(world.source.read()).toEqual({ A: "1", THEIRS: "t" });
  expect(world.destination.read()).toEqual({ A: "1", THEIRS: "t" });
});

test("a source that changes between plan and write stops the run before its first write", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using stack = await directRuns.open(world);
  // The list of the plan comes first; the second is the look right before the writes.
  world.source.server.fault({
    kind: "run",
    path: "/api/v4/secrets",
    method: "GET",
    nth: 2,
    action: () => world.source.put({ A: "2", NEW: "n" }),
  });
  await expect(stack.deploy({})).rejects.toThrow(
    /changed after the plan was made; nothing was written.*key A: planned 1@.*Preview again/s,
  );
  expect(world.destination.read()).toEqual({});
});

test("a run that fails at a new destination says what stays at the old one", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { OLD: "x" } });
  await using stack = await directRuns.open(world);
  await stack.deploy({});
  const moved = { destinationPath: "/moved", onDestinationChange: "remove" } as const;
  const { projectId, environment } = world.destination;
  world.destination.server.putSecrets({ projectId, environment, secretPath: "/moved" }, { STRANGE: "s" });
  world.destination.server.fault({ kind: "status", status: 403, path: BATCH, method: "DELETE" });
  await expect(stack.deploy(moved)).rejects.toThrow(/1 keys stay at the old destination .*:\/app/);
  expect(world.destination.read()).toEqual({ A: "1" });
  await stack.deploy(moved);
  expect(world.destination.read()).toEqual({});
  expect(world.destination.server.readSecrets({ projectId, environment, secretPath: "/moved" })).toEqual({
    A: "1",
  });
});

test("an argument taken away without a run is no longer on record", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using stack = await directRuns.open(world);
  await stack.deploy({ isAutoSyncEnabled: false, description: "to be dropped" });
  await stack.deploy({ isAutoSyncEnabled: false });
  expect(recorded(await stack.state())).not.toHaveProperty("description");
});

test("two syncs of one deployment may not write the same folder", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using provider = openProvider(world);
  const check = (name: string) =>
    provider.call("secretSync", "check", {}, syncInputs(world, { name }, "connection"));
  await check("first");
  expect(await check("second")).toMatchObject({
    failures: [{ property: "", reason: expect.stringMatching(/"first" and "second" both write/) }],
  });
});

test("a change that is waiting for approval is no success", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using stack = await directRuns.open(world);
  world.destination.server.fault({ kind: "approval", path: BATCH });
  await expect(stack.deploy({})).rejects.toThrow(/approval/);
  expect(world.destination.read()).toEqual({});
});

test("a secret that the source identity may not even describe is not taken for deleted", async () => {
  await using world = await startWorld({ source: { A: "1", B: "2" } });
  await using stack = await directRuns.open(world);
  await stack.deploy({});
  world.source.server.fault({ kind: "omit", keys: ["B"], times: Number.POSITIVE_INFINITY });
  await expect(stack.deploy({})).rejects.toThrow(/may not read.*B/s);
  expect(world.destination.read()).toEqual({ A: "1", B: "2" });
});
