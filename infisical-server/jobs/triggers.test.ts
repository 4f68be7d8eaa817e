import { expect, test } from "vitest";
import { setMembership } from "../auth/identities.ts";
import { createIdentity } from "../auth/identity-input.ts";
import { renameFolder } from "../folders/folders.ts";
import { addImport, changeImport, dropImport, insertImport } from "../imports/import-actions.ts";
import { removeFolder } from "../remove.ts";
import { newest } from "../revisions/newest.ts";
import { putSecrets } from "../secrets/put-secrets.ts";
import { addProject } from "../world.ts";
import { environmentOf, type JobScenario, startJobScenario } from "./job-scenario.ts";

/** The debounce is over; what comes of it starts at once. */
async function pass(scenario: JobScenario, ms = 3_000) {
  await scenario.clock.advance(ms);
  const runs = scenario.world.auditEvents.map(({ metadata }) => metadata["syncId"]);
  scenario.world.auditEvents.length = 0;
  return runs;
}

test("create, update and delete start a run of the syncs whose source is this folder", async () => {
  await using scenario = await startJobScenario();
  const sync = scenario.addSync();
  scenario.addSync({ isAutoSyncEnabled: false });
  scenario.addSync({ folder: scenario.folder("/app/sub") });
  scenario.addSync({ folder: scenario.folder("/") });
  scenario.put("/app", { A: "1" });
  expect(await pass(scenario)).toEqual([sync.id]);
  scenario.put("/app", { A: "2" });
  expect(await pass(scenario)).toEqual([sync.id]);
  expect(scenario.remoteRead()).toEqual({ A: "2" });
  scenario.drop("/app", "A");
  expect(await pass(scenario)).toEqual([sync.id]);
  expect(scenario.remoteRead()).toEqual({});
});

test("changes within 3 s of the first are one run, which the platform asked for", async () => {
  await using scenario = await startJobScenario();
  const { clock, world } = scenario;
  const sync = scenario.addSync();
  scenario.put("/app", { A: "1", B: "2" });
  await clock.advance(2_999);
  scenario.put("/app", { C: "3" });
  expect(sync.sync.status).toBeNull();
  await clock.advance(1);
  expect(sync.sync.status).toBe("succeeded");
  await clock.advance(10_000);
  expect(world.auditEvents).toMatchObject([{ actor: { type: "platform" } }]);
  expect(scenario.remoteRead()).toEqual({ A: "1", B: "2", C: "3" });
  scenario.put("/app", { D: "4" });
  expect(await pass(scenario)).toHaveLength(2);
});

test("the run starts up to 10 s after the 3 s; meanwhile the sync is pending", async () => {
  await using scenario = await startJobScenario(0.999);
  const sync = scenario.addSync();
  scenario.put("/app", { A: "1" });
  await scenario.clock.advance(3_000);
  expect(sync.sync.status).toBe("pending");
  await scenario.clock.advance(9_989);
  expect(sync.sync.status).toBe("pending");
  await scenario.clock.advance(1);
  expect(sync.sync.status).toBe("succeeded");
});

test("folders that import or reference the changed one follow, up to five hops, in the same project", async () => {
  await using scenario = await startJobScenario();
  const { world, project } = scenario;
  const dev = environmentOf(project, "dev");
  const prod = environmentOf(project, "prod");
  const at = (path: string) => scenario.addSync({ folder: scenario.folder(path) }).id;
  scenario.put("/0", { A: "1" });
  insertImport(world, scenario.folder("/1"), dev, "/0");
  scenario.put("/2", { A: "x-${dev.1.A}" });
  insertImport(world, scenario.folder("/3"), dev, "/2");
  scenario.put("/4", { A: "${prod.root.NONE}${dev.3.A}" });
  insertImport(world, scenario.folder("/5"), dev, "/4");
  insertImport(world, scenario.folder("/6"), dev, "/5");
  // Back to the start: a circle ends.
  insertImport(world, scenario.folder("/0"), dev, "/5");
  insertImport(world, scenario.folder("/copies"), dev, "/0", true);
  const other = addProject(world, { slug: "other" });
  putSecrets(world, environmentOf(other, "dev").root, { A: "${@source.dev.0.A}" });
  await pass(scenario);

  const followers = ["/0", "/1", "/2", "/3", "/4", "/5"].map(at);
  for (const path of ["/6", "/copies", "/app"]) at(path);
  scenario.addSync({ folder: environmentOf(other, "dev").root, project: other });
  scenario.addSync({ folder: prod.root });
  scenario.put("/0", { A: "2" });
  expect(await pass(scenario)).toEqual(followers);
});

test("a change of a secret import starts a run of the importing folder; a replicating one does not", async () => {
  await using scenario = await startJobScenario();
  const { world, project } = scenario;
  const { identityId } = createIdentity(world, {});
  const identity = world.identities.get(identityId);
  if (!identity) throw new Error("No identity");
  setMembership(world, project, identity, "admin");
  scenario.put("/shared", { A: "1" });
  scenario.folder("/other");
  await pass(scenario);

  const sync = scenario.addSync();
  scenario.addSync({ folder: scenario.folder("/shared") });
  const place = { environment: "dev", path: "/app" };
  const shared = { environment: "dev", path: "/shared" };
  const one = addImport({ world, revision: newest }, identity, project, {
    ...place,
    import: shared,
    isReplication: false,
  });
  expect(await pass(scenario)).toEqual([sync.id]);
  expect(scenario.remoteRead()).toEqual({ A: "1" });
  changeImport(world, identity, project, { ...place, id: one.id, import: { path: "/other" } });
  expect(await pass(scenario)).toEqual([sync.id]);
  expect(scenario.remoteRead()).toEqual({});
  dropImport(world, identity, project, { ...place, id: one.id });
  expect(await pass(scenario)).toEqual([sync.id]);
  addImport({ world, revision: newest }, identity, project, {
    ...place,
    import: shared,
    isReplication: true,
  });
  expect(await pass(scenario)).toEqual([]);
});

test("changes of folders start nothing; a renamed folder keeps its sync, and misses what came just before", async () => {
  await using scenario = await startJobScenario();
  const { world } = scenario;
  const folder = scenario.folder("/app");
  const sync = scenario.addSync();
  scenario.folder("/app/new");
  removeFolder(world, scenario.folder("/app/new"));
  scenario.put("/app", { A: "1" });
  renameFolder(world, folder, "renamed", null);
  expect(await pass(scenario)).toEqual([]);
  scenario.put("/renamed", { B: "2" });
  expect(await pass(scenario)).toEqual([sync.id]);
  expect(scenario.remoteRead()).toEqual({ A: "1", B: "2" });
});

test("changes beneath, of secrets, imports and folders, start a run of the syncs above that take subfolders", async () => {
  await using scenario = await startJobScenario();
  const { world } = scenario;
  scenario.put("/app/sub/deep", { A: "1" });
  scenario.put("/other", { O: "1" });
  scenario.folder("/beside");
  await pass(scenario);
  const syncOptions = { initialSyncBehavior: "overwrite-destination", includeAllSubFolders: true } as const;
  const sync = scenario.addSync({ syncOptions });
  scenario.addSync();
  scenario.addSync({ syncOptions, folder: scenario.folder("/beside") });

  scenario.put("/app/sub/deep", { A: "2" });
  expect(await pass(scenario)).toEqual([sync.id]);
  expect(scenario.remoteRead()).toEqual({ A: "2" });
  insertImport(world, scenario.folder("/app/sub"), environmentOf(scenario.project, "dev"), "/other");
  scenario.put("/other", { O: "2" });
  expect(await pass(scenario)).toEqual([sync.id]);
  expect(scenario.remoteRead()).toEqual({ A: "2", O: "2" });

  scenario.folder("/app/new");
  expect(await pass(scenario)).toEqual([sync.id]);
  renameFolder(world, scenario.folder("/app/sub"), "renamed", null);
  expect(await pass(scenario)).toEqual([sync.id]);
  removeFolder(world, scenario.folder("/app/renamed/deep"));
  expect(await pass(scenario)).toEqual([sync.id]);
  expect(scenario.remoteRead()).toEqual({ O: "2" });
});

test("a change of folders holds off no change of secrets in the same place", async () => {
  await using scenario = await startJobScenario();
  const sync = scenario.addSync();
  scenario.folder("/app/new");
  scenario.put("/app", { A: "1" });
  expect(await pass(scenario)).toEqual([sync.id]);
});

test("a change at the remote side starts nothing", async () => {
  await using scenario = await startJobScenario();
  scenario.addSync();
  scenario.remotePut({ A: "1" });
  expect(await pass(scenario, 60_000)).toEqual([]);
});
