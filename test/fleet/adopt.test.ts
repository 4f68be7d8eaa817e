/** What something else has run becomes the fleet's: no key is written, and none forgotten. */
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { adoptDocument, exportDocument } from "../../automation/commands/fleet/documents.ts";
import type { Database } from "../../automation/fleet/database/database.ts";
import type { Outcome, SyncRow } from "../../automation/fleet/rows/rows.ts";
import { socketOf } from "../../automation/fleet/socket/path.ts";
import { serveActs } from "../../automation/fleet/socket/serve.ts";
import { bin, commandEnvironment } from "../support/run-command.ts";
import { runInProcess, runMain } from "../support/run-in-process.ts";
import { syncsYaml } from "../support/syncs-yaml.ts";
import { connectionBlock, providerBlock, syncBlock } from "../support/terraform/configuration.ts";
import { CONNECTION, SYNC, startProvider } from "../support/terraform/provider.ts";
import { startWorld, type World } from "../support/world.ts";
import { openTestDatabase } from "./databases.ts";
import { declare, rowOf, secretsOf, startTestWorker } from "./fleet.ts";
import { sampleFleet } from "./sample.ts";

let folder: string;
let world: World;
let database: Database;
let socket: AsyncDisposable;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
  world = await startWorld({ source: { A: "canary-a", B: "canary-b" }, destination: { B: "canary-b" } });
  await writeFile(join(folder, "syncs.yaml"), syncsYaml(world));
  database = await openTestDatabase();
  socket = await serveActs(sampleFleet(database), socketOf(join(folder, "data")));
}, 300_000);
afterEach(async () => {
  await socket[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const adopt = (...args: string[]) =>
  runMain(folder, ["fleet", "adopt", ...args, "--data-dir", join(folder, "data"), "--yes", "--json"], {
    ...commandEnvironment(world, folder),
    EXTERNAL_INFISICAL_FLEET_DATABASE: "",
  });

/** Runs the sync once, as a worker does. */
async function run(row: SyncRow, environment = commandEnvironment(world, folder)): Promise<Outcome> {
  const ended = Promise.withResolvers<Outcome>();
  const worker = await startTestWorker(database, world, {
    environment,
    ended: async (_queries, _sync, { outcome }) => ended.resolve(outcome),
  });
  await worker.queue.trigger([row], "hand");
  const outcome = await ended.promise;
  await worker.stop();
  return outcome;
}

const writes = () =>
  world.destination.server.requests.filter(
    ({ method, path }) => method !== "GET" && !path.includes("/auth/"),
  );

/** Each with its text. */
async function filesOfState(): Promise<[string, string][]> {
  const all = await readdir(join(folder, "state"), { recursive: true, withFileTypes: true });
  const paths = all.filter((one) => one.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(
    paths.map(async (path): Promise<[string, string]> => [path, await readFile(path, "utf8")]),
  );
}

describe.skipIf(!existsSync(bin))("a syncs.yaml stack that was deployed (needs npm run build)", () => {
  it("is adopted with its keys, which stay known as created or found, and runs on", async () => {
    expect(await runInProcess(world, folder, ["up", "--yes", "--skip-preview"])).toMatchObject({ code: 0 });
    world.destination.server.clearRequests();
    const adopted = await adopt("--engine", "local");
    expect(adoptDocument.parse(JSON.parse(adopted.stdout)).adopted).toEqual([
      { project: "demo", name: "app", keys: 2 },
    ]);
    expect(world.destination.server.requests).toEqual([]);
    const row = await rowOf(database, "app", "demo");
    expect(JSON.stringify(row)).not.toContain(world.destination.clientSecret);

    // The first run takes the options as a fleet states them; no key is touched by that.
    await run(row);
    expect(await run(row)).toBe("unchanged");
    expect(writes()).toEqual([]);
    const again = await adopt("--engine", "local");
    expect(JSON.parse(again.stdout).error.message).toContain("runs demo/app already");

    await writeFile(join(folder, "empty.yaml"), syncsYaml(world).replace(/syncs:.*$/s, "syncs: {}\n"));
    const applied = await runMain(
      folder,
      ["fleet", "apply", "empty.yaml", "--prune", "--yes", "--data-dir", join(folder, "data")],
      { EXTERNAL_INFISICAL_FLEET_DATABASE: "" },
    );
    expect(applied).toMatchObject({ code: 0 });
    await run(await rowOf(database, "app", "demo"));
    // What was there before the first deployment stays.
    expect(world.destination.read()).toEqual({ B: "canary-b" });
  }, 300_000);

  it.each([
    ["that it was adopted from", ""],
    ["that is new, and has them without a run", "    isAutoSyncEnabled: false\n"],
  ])(
    "gets its syncs back with what the fleet remembers, a stack %s",
    async (_which, waiting) => {
      const up = () => runInProcess(world, folder, ["up", "--yes", "--skip-preview"]);
      const yaml = syncsYaml(world);
      expect((await up()).code).toBe(0);
      expect((await adopt("--engine", "local")).code).toBe(0);
      world.source.put({ A: "canary-new", C: "canary-c" });
      await run(await rowOf(database, "app", "demo"));
      expect(world.destination.read()).toEqual({ A: "canary-new", B: "canary-b", C: "canary-c" });
      world.destination.server.clearRequests();
      if (waiting !== "") {
        await rm(join(folder, "state"), { recursive: true });
        await writeFile(join(folder, "syncs.yaml"), `${yaml}${waiting}`);
        expect((await up()).code).toBe(0);
      }

      const exported = await runMain(
        folder,
        ["fleet", "export", "syncs.yaml", "--data-dir", join(folder, "data"), "--yes", "--engine", "local"],
        { ...commandEnvironment(world, folder), EXTERNAL_INFISICAL_FLEET_DATABASE: "" },
      );
      expect(exported).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("demo/app: given to the stack demo/"),
      });
      expect((await rowOf(database, "app", "demo")).paused_at).not.toBeNull();

      await writeFile(join(folder, "syncs.yaml"), yaml);
      expect((await up()).code).toBe(0);
      expect(writes()).toEqual([]);
      const same = await runInProcess(world, folder, ["preview", "--expect-no-changes"]);
      expect(same.code).toBe(0);
      // What the fleet has created goes with the sync, and what was there before the first deployment stays.
      await writeFile(join(folder, "syncs.yaml"), yaml.replace(/syncs:.*$/s, "syncs: {}\n"));
      expect((await up()).code).toBe(0);
      expect(world.destination.read()).toEqual({ B: "canary-b" });
    },
    300_000,
  );

  it.each([
    ["reads another folder", { from: "/other" }],
    ["was moved there, and has not run since", { to: "/else" }],
  ])(
    "is left as it is where the sync of the fleet %s",
    async (_which, declared) => {
      world.source.server.putSecrets({ ...world.source, secretPath: "/other" }, { A: "canary-other" });
      expect((await runInProcess(world, folder, ["up", "--yes", "--skip-preview"])).code).toBe(0);
      await declare(database, world, { app: declared });
      await run(await rowOf(database, "app"), secretsOf(world));
      await declare(database, world, { app: { ...declared, to: world.destination.secretPath } });
      const before = await filesOfState();
      const { code, stderr } = await runMain(
        folder,
        ["fleet", "export", "syncs.yaml", "--data-dir", join(folder, "data"), "--yes", "--engine", "local"],
        { ...commandEnvironment(world, folder), EXTERNAL_INFISICAL_FLEET_DATABASE: "" },
      );
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(/billing\/app is not the sync that the stack demo\/.*or resume them/s),
      });
      expect(await filesOfState()).toEqual(before);
    },
    300_000,
  );

  it("does not heed what a syncs.yaml says for fleets", async () => {
    const text = `${syncsYaml(world)}    fleet: { schedule: never, approve: [deletes] }\n`;
    await writeFile(join(folder, "syncs.yaml"), text);
    expect(await runInProcess(world, folder, ["up", "--yes", "--skip-preview"])).toMatchObject({ code: 0 });
    await writeFile(join(folder, "syncs.yaml"), syncsYaml(world));
    expect(await runInProcess(world, folder, ["preview", "--expect-no-changes"])).toMatchObject({ code: 0 });
  }, 300_000);

  it("is not adopted where a sync of it is not declared", async () => {
    expect(await runInProcess(world, folder, ["up", "--yes", "--skip-preview"])).toMatchObject({ code: 0 });
    const { secretPath } = world.destination;
    const other = syncsYaml(world).replace(
      new RegExp(`secretPath: ${secretPath}\\n    syncOptions`),
      "secretPath: /else\n    syncOptions",
    );
    await writeFile(join(folder, "other.yaml"), other);
    const { code, stdout } = await adopt("--engine", "local", "--declaration", "other.yaml");
    expect({ code, error: JSON.parse(stdout).error.message }).toEqual({
      code: 2,
      error: expect.stringContaining("no syncs.yaml declares their destinations"),
    });
    expect(await database.query("select from sync")).toEqual([]);
  }, 300_000);
});

describe("a state of Terraform's", () => {
  it("is adopted with its keys, which stay known as created or found", async () => {
    await using provider = await startProvider(providerBlock(world));
    const { core, nextPhase } = provider;
    await nextPhase();
    await core.apply(await core.plan("connection", CONNECTION, connectionBlock(world)));
    const destination_connection = core.state.get("connection")?.object ?? null;
    await core.apply(await core.plan("sync", SYNC, { ...syncBlock(world, {}), destination_connection }));
    const resources = [...core.state].map(([name, entry]) => ({
      ...{ mode: "managed", type: entry.type, name },
      instances: [{ attributes: entry.object, private: Buffer.from(entry.private ?? "").toString("base64") }],
    }));
    const text = JSON.stringify({ version: 4, outputs: { big: { value: "BIG" } }, resources });
    await writeFile(join(folder, "terraform.tfstate"), text.replace('"BIG"', "12345678901234567890"));
    world.destination.server.clearRequests();

    const adopted = await adopt("terraform.tfstate", "--declaration", "syncs.yaml");
    expect(adoptDocument.parse(JSON.parse(adopted.stdout)).adopted).toEqual([
      { project: "demo", name: "app", keys: 2 },
    ]);
    const row = await rowOf(database, "app", "demo");
    expect(JSON.stringify(row)).not.toContain(world.destination.clientSecret);
    await run(row);
    expect(await run(row)).toBe("unchanged");
    expect(writes()).toEqual([]);

    world.source.put({ A: "canary-new", C: "canary-c" });
    await run(row);
    world.destination.server.clearRequests();
    const given = await runMain(
      folder,
      ["fleet", "export", "terraform.tfstate", "--data-dir", join(folder, "data"), "--yes"],
      { EXTERNAL_INFISICAL_FLEET_DATABASE: "" },
    );
    expect(given).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("given to Terraform's terraform.tfstate"),
    });
    const written = await readFile(join(folder, "terraform.tfstate"), "utf8");
    expect(written).toContain('"value": 12345678901234567890');
    const state = JSON.parse(written);
    expect(state.serial).toBe(1);
    const [instance] = state.resources.find(({ type }: { type: string }) => type === SYNC).instances;
    const entry = core.state.get("sync");
    if (!entry) throw new Error("There is no sync on record.");
    core.state.set("sync", {
      ...entry,
      object: instance.attributes,
      private: Buffer.from(instance.private, "base64"),
    });
    await nextPhase();
    const config = { ...syncBlock(world, {}), destination_connection };
    const again = await core.plan("sync", SYNC, config);
    await core.apply(again);
    expect([again.action, writes()]).toEqual(["none", []]);

    // What was created is told from what was found, as before.
    world.source.drop("B");
    await nextPhase();
    await core.apply(await core.plan("sync", SYNC, config));
    expect(world.destination.read()).toEqual({ A: "canary-new", C: "canary-c" });
  });
});

describe("another fleet", () => {
  it("gives its syncs away with what it remembers, and lets them stand still", async () => {
    await declare(database, world, { app: {} });
    await run(await rowOf(database, "app"), secretsOf(world));
    const before = await rowOf(database, "app");
    const exporting = [
      "fleet",
      "export",
      "--out",
      "fleet.json",
      "--data-dir",
      join(folder, "data"),
      "--json",
    ];
    const environment = { EXTERNAL_INFISICAL_FLEET_DATABASE: "" };
    expect((await runMain(folder, exporting, environment)).code).toBe(2);
    exporting.push("--yes");
    for (const isThere of [true, false]) {
      // There already, or in a folder that is not there.
      if (isThere) await writeFile(join(folder, "fleet.json"), "somebody's");
      const out = isThere ? exporting : exporting.with(3, join("nowhere", "fleet.json"));
      const refused = await runMain(folder, out, environment);
      expect(refused).toMatchObject({ code: 2, stdout: expect.stringContaining("nothing was paused") });
      if (isThere) expect(await readFile(join(folder, "fleet.json"), "utf8")).toBe("somebody's");
    }
    await rm(join(folder, "fleet.json"));
    const unknown = await runMain(folder, [...exporting, "--project", "nobody"], environment);
    expect(unknown.code).toBe(2);
    await expect(readFile(join(folder, "fleet.json"))).rejects.toThrow("ENOENT");
    expect((await rowOf(database, "app")).paused_at).toBeNull();
    const exported = await runMain(folder, exporting, environment);
    expect(exported.code).toBe(0);
    expect(exportDocument.parse(JSON.parse(exported.stdout)).syncs).toMatchObject([{ name: "app" }]);
    const text = await readFile(join(folder, "fleet.json"), "utf8");
    for (const secret of ["canary-", world.source.clientSecret, world.destination.clientSecret])
      expect(text).not.toContain(secret);
    expect((await rowOf(database, "app")).paused_at).not.toBeNull();

    await openTestDatabase();
    world.destination.server.clearRequests();
    expect((await adopt("fleet.json")).code).toBe(0);
    const row = await rowOf(database, "app");
    expect([row.inputs, row.outputs]).toEqual([before.inputs, before.outputs]);
    expect(await run(row, secretsOf(world))).toBe("unchanged");
    expect(writes()).toEqual([]);
  });
});
