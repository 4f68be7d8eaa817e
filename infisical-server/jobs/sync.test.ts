import { describe, expect, test } from "vitest";
import { insertImport } from "../imports/import-actions.ts";
import { insertSecret } from "../secrets/secret-change.ts";
import { addProject } from "../world.ts";
import { ALICE, environmentOf, startJobScenario } from "./job-scenario.ts";

const LOGIN = "POST /api/v1/auth/universal-auth/login";
const LIST = "GET /api/v3/secrets/raw";
const BATCH = "/api/v3/secrets/batch/raw";

describe("a plain run", () => {
  test("creates, updates and deletes in this order, each in one call", async () => {
    await using scenario = await startJobScenario();
    scenario.put("/app", { SAME: "1", CHANGED: "new", ADDED: "2", EMPTY: "" });
    scenario.remotePut({ SAME: "1", CHANGED: "old", FOREIGN: "3" });
    const sync = scenario.addSync();
    await scenario.run(sync);
    expect(sync.sync).toMatchObject({ status: "succeeded", message: null });
    expect(scenario.remoteRead()).toEqual({ SAME: "1", CHANGED: "new", ADDED: "2", EMPTY: "" });
    expect(scenario.remote.requests.map(({ items }) => items)).toEqual([undefined, undefined, 2, 1, 1]);
    expect(scenario.calls()).toEqual([LOGIN, LIST, `POST ${BATCH}`, `PATCH ${BATCH}`, `DELETE ${BATCH}`]);
  });

  test("makes no write call when nothing differs", async () => {
    await using scenario = await startJobScenario();
    scenario.put("/app", { A: "1" });
    scenario.remotePut({ A: "1" });
    await scenario.run(scenario.addSync());
    expect(scenario.calls()).toEqual([LOGIN, LIST]);
  });

  test("deletes everything when the source is empty", async () => {
    await using scenario = await startJobScenario();
    scenario.remotePut({ A: "1", B: "2" });
    await scenario.run(scenario.addSync());
    expect(scenario.remoteRead()).toEqual({});
  });

  test("deletes nothing with disableSecretDeletion", async () => {
    await using scenario = await startJobScenario();
    scenario.put("/app", { A: "1" });
    scenario.remotePut({ A: "0", FOREIGN: "3" });
    const syncOptions = {
      initialSyncBehavior: "overwrite-destination",
      disableSecretDeletion: true,
    } as const;
    await scenario.run(scenario.addSync({ syncOptions }));
    expect(scenario.remoteRead()).toEqual({ A: "1", FOREIGN: "3" });
  });

  test("never splits a batch: one that is too large for the remote server fails", async () => {
    await using scenario = await startJobScenario();
    for (let part = 0; part < 3; part += 1) scenario.put("/app", { [`PART_${part}`]: "x".repeat(400_000) });
    const sync = scenario.addSync();
    await scenario.run(sync);
    expect(scenario.calls()).toEqual(expect.arrayContaining([`POST ${BATCH}`]));
    expect(scenario.remoteRead()).toEqual({});
    // A 500 is worth another attempt, in vain.
    expect(sync.sync.status).toBe("running");
    await scenario.clock.advance(60_000);
    expect(sync.sync).toMatchObject({ status: "failed", at: null });
  });

  test("is not atomic: what came before a failed call stays", async () => {
    await using scenario = await startJobScenario();
    scenario.put("/app", { A: "new", B: "2" });
    scenario.remotePut({ A: "old", FOREIGN: "3" });
    scenario.remote.fault({ kind: "status", status: 400, method: "PATCH" });
    const sync = scenario.addSync();
    await scenario.run(sync);
    expect(sync.sync.status).toBe("failed");
    expect(scenario.remoteRead()).toEqual({ A: "old", B: "2", FOREIGN: "3" });
  });

  test("does not create the remote folder", async () => {
    await using scenario = await startJobScenario();
    scenario.put("/app", { A: "1" });
    const sync = scenario.addSync();
    sync.destinationConfig = { ...sync.destinationConfig, secretPath: "/none" };
    await scenario.run(sync);
    expect(sync.sync.status).toBe("failed");
    expect(JSON.parse(sync.sync.message ?? "")).toMatchObject({ error: { statusCode: 404 } });
  });

  test("takes the announcement of an approval for success", async () => {
    await using scenario = await startJobScenario();
    scenario.put("/app", { A: "1" });
    scenario.remote.fault({ kind: "approval", path: BATCH });
    const sync = scenario.addSync();
    await scenario.run(sync);
    expect(sync.sync.status).toBe("succeeded");
    expect(scenario.remoteRead()).toEqual({});
  });

  test("takes hidden values for what they look like, and rewrites them each time", async () => {
    await using scenario = await startJobScenario();
    scenario.put("/app", { A: "1" });
    scenario.remotePut({ A: "1" });
    scenario.remote.fault({ kind: "hide-values", path: "/api/v3/secrets/raw" });
    await scenario.run(scenario.addSync());
    expect(scenario.calls().at(-1)).toBe(`PATCH ${BATCH}`);
  });

  test("a trailing slash of the address breaks the login, and only the login", async () => {
    await using scenario = await startJobScenario();
    const connection = scenario.connect({ instanceUrl: `${scenario.remote.url}/` });
    const sync = scenario.addSync({ connection });
    await scenario.run(sync);
    expect(scenario.calls()).toEqual(["POST //api/v1/auth/universal-auth/login"]);
    expect(sync.sync.status).toBe("failed");
    const body = { accessToken: "none" };
    scenario.remote.fault({ kind: "status", status: 200, path: "//api/v1", body });
    await scenario.run(sync);
    expect(scenario.calls()[1]).toBe(LIST);
  });
});

describe("the source set", () => {
  test("is expanded; own secrets beat imported ones, later imports earlier ones, replicating ones do not count", async () => {
    await using scenario = await startJobScenario();
    const { world, project } = scenario;
    const dev = environmentOf(project, "dev");
    scenario.put("/first", { OWN: "first", BOTH: "first", FIRST: "${HOST}:1", HOST: "first-host" });
    scenario.put("/second", { BOTH: "second", SECOND: "2" });
    scenario.put("/copies", { COPY: "1" });
    scenario.put("/app", { OWN: "own", HOST: "app-host", URL: "http://${HOST}/${dev.first.BOTH}/${NONE}" });
    insertImport(world, scenario.folder("/app"), dev, "/first");
    insertImport(world, scenario.folder("/app"), dev, "/second");
    insertImport(world, scenario.folder("/app"), dev, "/copies", true);
    insertImport(world, scenario.folder("/app"), dev, "/missing");
    await scenario.run(scenario.addSync());
    expect(scenario.remoteRead()).toEqual({
      OWN: "own",
      BOTH: "second",
      FIRST: "first-host:1",
      SECOND: "2",
      HOST: "app-host",
      URL: "http://app-host/first/${NONE}",
    });
  });

  test("does not follow subfolders, unless it is told to", async () => {
    await using scenario = await startJobScenario();
    scenario.put("/app", { A: "1" });
    scenario.put("/app/sub", { B: "2" });
    const sync = scenario.addSync();
    await scenario.run(sync);
    expect(scenario.remoteRead()).toEqual({ A: "1" });
    for (const option of ["recursive", "includeAllSubFolders"]) {
      sync.syncOptions = { ...sync.syncOptions, [option]: true };
      await scenario.run(sync);
      expect(scenario.remoteRead()).toEqual({ A: "1", B: "2" });
      sync.syncOptions = { initialSyncBehavior: "overwrite-destination" };
      await scenario.run(sync);
      expect(scenario.remoteRead()).toEqual({ A: "1" });
    }
  });

  test("equal names in several folders fail for good, before any call", async () => {
    await using scenario = await startJobScenario();
    scenario.put("/app", { A: "1" });
    scenario.put("/app/sub", { A: "2" });
    const syncOptions = { initialSyncBehavior: "overwrite-destination", recursive: true } as const;
    const sync = scenario.addSync({ syncOptions });
    await scenario.run(sync);
    expect(sync.sync).toMatchObject({
      status: "failed",
      message: expect.stringContaining('more than one folder: "A" in /app and /app/sub. Rename'),
    });
    expect(scenario.calls()).toEqual([]);
  });

  test("a secret that cannot be decrypted, or that refers to one, is silently left out and so deleted", async () => {
    await using scenario = await startJobScenario();
    scenario.put("/app", { BAD: "1", USER: "a${BAD}", GOOD: "2" });
    const sync = scenario.addSync();
    await scenario.run(sync);
    expect(scenario.remoteRead()).toEqual({ BAD: "1", USER: "a1", GOOD: "2" });
    const bad = scenario.folder("/app").secrets.get("BAD");
    if (bad) scenario.jobs.spoil(bad);
    await scenario.run(sync);
    expect(sync.sync.status).toBe("succeeded");
    expect(scenario.remoteRead()).toEqual({ GOOD: "2" });
    scenario.put("/app", { BAD: "3" });
    await scenario.run(sync);
    expect(scenario.remoteRead()).toEqual({ BAD: "3", USER: "a3", GOOD: "2" });
  });

  test("references reach into other projects", async () => {
    await using scenario = await startJobScenario();
    const other = addProject(scenario.world, { slug: "other" });
    insertSecret(scenario.world, environmentOf(other, "dev").root, "X", { value: "far" }, null);
    scenario.put("/app", { A: "${@other.dev.X}" });
    await scenario.run(scenario.addSync());
    expect(scenario.remoteRead()).toEqual({ A: "far" });
  });
});

describe("initialSyncBehavior", () => {
  const startWith = async (
    initialSyncBehavior: "import-prioritize-source" | "import-prioritize-destination",
  ) => {
    const scenario = await startJobScenario();
    scenario.put("/app", { BOTH: "source", OURS: "1", FULL: "kept" });
    scenario.remotePut({ BOTH: "remote", THEIRS: "2", FULL: "" });
    const sync = scenario.addSync({ syncOptions: { initialSyncBehavior } });
    return Object.assign(scenario, { sync });
  };

  test("import-prioritize-source: remote-only keys come in, the source wins conflicts", async () => {
    await using scenario = await startWith("import-prioritize-source");
    await scenario.run(scenario.sync);
    const all = { BOTH: "source", OURS: "1", FULL: "kept", THEIRS: "2" };
    expect(scenario.read("/app")).toEqual(all);
    expect(scenario.remoteRead()).toEqual(all);
    expect(scenario.calls()).toEqual([LOGIN, LIST, LIST, `POST ${BATCH}`, `PATCH ${BATCH}`]);
    // Only the run has a record, not the import that was part of it.
    expect(scenario.sync.import.status).toBeNull();
  });

  test("import-prioritize-destination: remote values win, unless they are empty", async () => {
    await using scenario = await startWith("import-prioritize-destination");
    await scenario.run(scenario.sync);
    const all = { BOTH: "remote", OURS: "1", FULL: "kept", THEIRS: "2" };
    expect(scenario.read("/app")).toEqual(all);
    expect(scenario.remoteRead()).toEqual(all);
  });

  test("after the first success nothing is imported any more: remote-only keys are deleted", async () => {
    await using scenario = await startWith("import-prioritize-destination");
    await scenario.run(scenario.sync);
    scenario.remotePut({ LATE: "3", OURS: "changed" });
    await scenario.run(scenario.sync);
    expect(scenario.remoteRead()).toEqual({ BOTH: "remote", OURS: "1", FULL: "kept", THEIRS: "2" });
  });

  test("as long as runs fail, the import is repeated", async () => {
    await using scenario = await startWith("import-prioritize-destination");
    scenario.remote.fault({ kind: "status", status: 400, method: "POST", path: BATCH });
    await scenario.run(scenario.sync);
    expect(scenario.sync.sync).toMatchObject({ status: "failed", at: null });
    expect(scenario.read("/app")).toMatchObject({ THEIRS: "2" });
    scenario.put("/app", { BOTH: "ours again" });
    scenario.remotePut({ LATER: "3" });
    scenario.jobs.queueSync(scenario.sync, ALICE);
    await scenario.clock.advance(0);
    expect(scenario.sync.sync.status).toBe("succeeded");
    expect(scenario.read("/app")).toMatchObject({ BOTH: "remote", LATER: "3" });
  });

  test("a key the source has through a secret import is taken over from the remote side, whoever has priority", async () => {
    await using scenario = await startWith("import-prioritize-source");
    scenario.put("/shared", { THEIRS: "shared" });
    insertImport(scenario.world, scenario.folder("/app"), environmentOf(scenario.project, "dev"), "/shared");
    await scenario.run(scenario.sync);
    expect(scenario.read("/app")).toMatchObject({ THEIRS: "2" });
    expect(scenario.remoteRead()).toMatchObject({ THEIRS: "2" });
  });
});
