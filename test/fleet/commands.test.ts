/** The commands of a fleet, as they reach the process that has its database. */
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as documents from "../../automation/commands/fleet/documents.ts";
import { applyOptions } from "../../automation/commands/fleet/options.ts";
import { apply } from "../../automation/commands/fleet/run.ts";
import type { DeclareContent } from "../../automation/fleet/acts/declare.ts";
import type { Database } from "../../automation/fleet/database/database.ts";
import { addHistory } from "../../automation/fleet/rows/history.ts";
import { socketOf } from "../../automation/fleet/socket/path.ts";
import { serveActs } from "../../automation/fleet/socket/serve.ts";
import { silentSession } from "../../automation/terminal/session.ts";
import { createShared } from "../../provider/resources/process.ts";
import { runMain } from "../support/run-in-process.ts";
import { openTestDatabase } from "./databases.ts";
import { addProject, addSync, deletionOf, parkPlan, sampleFleet } from "./sample.ts";
import { copyTemplate } from "./template.ts";

let folder: string;
let database: Database;
let fleet: ReturnType<typeof sampleFleet>;
let socket: AsyncDisposable;

const syncsYaml = (names: readonly string[]) => `project: demo
source: { host: "https://a.example", clientId: 22222222-2222-4222-8222-222222222222, clientSecret: "\${env:SOURCE}" }
connections:
  there: { instanceUrl: "https://b.example", machineIdentityClientId: 22222222-2222-4222-8222-222222222222, machineIdentityClientSecret: "\${env:THERE}" }
defaults:
  connection: there
  projectId: here
  environment: prod
  syncOptions: { initialSyncBehavior: overwrite-destination }
syncs:
${names.map((name) => `  ${name}: { secretPath: /${name}, destinationConfig: { projectId: there, environment: prod, secretPath: /${name} } }`).join("\n")}
`;
const declare = (...names: string[]) => writeFile(join(folder, "syncs.yaml"), syncsYaml(names));

const run = async (...args: string[]) => {
  const result = await runMain(folder, ["fleet", ...args], { EXTERNAL_INFISICAL_FLEET_DATABASE: "" });
  return { ...result, lines: result.stdout.split("\n") };
};
const inFolder = () => ["--data-dir", join(folder, "data")];
/** A fleet of its own, which ends soon. */
const alone = (name: string) => ["--data-dir", join(folder, name), "--port", "0", "--timeout", "1s"];
const json = async (...args: string[]) => {
  const { code, stdout } = await run(...args, ...inFolder(), "--json");
  return { code, document: JSON.parse(stdout) };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "external-infisical-fleet-"));
  database = await openTestDatabase();
  fleet = sampleFleet(database);
  socket = await serveActs(fleet, socketOf(join(folder, "data")));
}, 120_000);
afterAll(async () => {
  await socket[Symbol.asyncDispose]();
  // What start sets for its whole process.
  setFlagsFromString("--heap-growing-percent=0");
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await openTestDatabase();
  fleet.triggered.length = 0;
});

describe("fleet", () => {
  it("plans, applies, and tells with exit codes what has changed", async () => {
    await declare("app", "web");
    const planned = await json("plan", "--detailed-exitcode");
    expect(planned.code).toBe(2);
    expect(documents.planDocument.parse(planned.document).projects?.[0]).toMatchObject({
      project: "demo",
      isNew: true,
      syncs: [
        { change: "new", name: "app" },
        { change: "new", name: "web" },
      ],
    });
    expect(await database.query("select from sync")).toEqual([]);

    const refused = await run("apply", ...inFolder());
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("needs --yes") });
    const applied = await run("apply", "--yes", "--by", "ada", ...inFolder());
    expect(applied).toMatchObject({ code: 0, stdout: expect.stringMatching(/Declared\. What is new/) });
    expect(applied.stdout.match(/\+ app: new/g)).toHaveLength(1);
    expect(fleet.triggered.map(({ why }) => why)).toEqual(["declared", "declared"]);
    expect((await json("plan", "--detailed-exitcode")).code).toBe(0);

    const [there] = ["SOURCE", "THERE"].map((name) => `the environment variable ${name} is not set`);
    expect((await json("plan")).document.missing).toHaveLength(2);
    expect((await run("plan", ...inFolder())).stdout).toContain(`demo: source.clientSecret: ${there}`);
    const started = await run("start", "syncs.yaml", "--data-dir", join(folder, "never"));
    expect(started).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`demo: source.clientSecret: ${there}`),
    });

    const more = "overwrite-destination, unownedKeys: keep }\n  fleet: { schedule: 1h }";
    const other = syncsYaml(["app", "web"]).replace("overwrite-destination }", more);
    await writeFile(join(folder, "syncs.yaml"), other);
    const changed = await run("plan", ...inFolder());
    expect(changed.stdout).toContain("~ app: changed: syncOptions.unownedKeys, fleet.schedule");
    await declare("app");
    expect((await run("plan", ...inFolder())).stdout).toContain("- web: removed: parked until");
    await run("apply", "--prune", "--yes", ...inFolder());
    expect(await database.query("select name, is_pruned from sync where removed_at is not null")).toEqual([
      { name: "web", is_pruned: true },
    ]);
  });

  it("shows once what it asks about", async () => {
    await declare("app");
    const shown: string[] = [];
    const session = {
      ...silentSession({ onText: (text) => void shown.push(text) }),
      isInteractive: true,
      ask: async <Answer extends string>(_question: string, [yes]: readonly Answer[]) => yes as Answer,
    };
    const options = applyOptions.parse({ cwd: folder, dataDir: join(folder, "data") });
    await using shared = createShared();
    const run = { place: undefined, options, session, opened: {}, shared, environment: {} };
    const found = await (apply.act(run) as Promise<{ content: DeclareContent }>);
    shown.push(apply.text?.({ command: "fleet apply", ...found.content }, run) ?? "");
    expect(shown).toEqual([
      expect.stringMatching(/^demo \(new\)\n {2}\+ app: new, to .*\n {2}0 unchanged\n\nNot found from here/),
      "Declared. What is new or changed runs as soon as a worker is free.",
    ]);
  });

  it("tells with its exit code that somebody is wanted, and lets plans be approved by their ids alone", async () => {
    await addProject(database, "shop");
    const billing = await addSync(database, "shop", "billing");
    expect((await json("status")).code).toBe(0);
    const plan = await parkPlan(database, billing, undefined, [deletionOf("A")]);
    const parked = await json("status", "bill");
    expect(parked).toMatchObject({ code: 10, document: { exitCode: 10, result: "succeeded" } });
    expect(documents.statusDocument.parse(parked.document).syncs?.[0]?.parked?.plan).toBe(plan);
    const text = await run("status", ...inFolder());
    expect(text.stdout).toContain(`external-infisical fleet approve ${plan}`);
    await database.query("update parked set inputs = $1", [{ refused: "empty-source" }]);
    const refused = await run("status", ...inFolder());
    expect(refused.stdout).toContain("refused: shop/billing, since");
    expect(refused.stdout).not.toContain("fleet approve");
    await database.query("update parked set inputs = $1", [{}]);

    expect((await run("approve", "billing", ...inFolder())).code).toBe(7);
    const approved = await json("approve", plan, "-m", "seen", "--by", "ada");
    expect(documents.approveDocument.parse(approved.document).decided).toMatchObject([
      { plan, name: "billing" },
    ]);
    expect(fleet.triggered).toMatchObject([{ id: billing, why: "approved" }]);
    const history = await json("history", "shop/billing");
    expect(documents.historyDocument.parse(history.document).events?.[0]).toMatchObject({
      event: "approved",
      by: "ada",
      detail: { plan, comment: "seen" },
    });

    await database.query("update sync set outcome = 'failed', message = 'Cannot read.'");
    await database.query("delete from parked");
    expect(await json("status")).toMatchObject({ code: 4, document: { exitCode: 4, result: "failed" } });
  });

  it("pauses, resumes and runs what is named, and refuses what nobody knows", async () => {
    await addProject(database, "shop");
    await addSync(database, "shop", "billing");
    expect((await json("pause", "billing")).document).toMatchObject({ paused: [{ name: "billing" }] });
    expect((await json("run", "billing")).code).toBe(2);
    expect((await run("resume", "shop/billing", ...inFolder())).stdout).toContain("shop/billing: resumed");
    expect((await run("run", ...inFolder())).stderr).toContain("No sync is named");
    const unknown = await json("run", "nobody");
    expect(unknown).toMatchObject({
      code: 2,
      document: { result: "failed", error: { code: "not-found" } },
    });
  });

  it("says where no worker lives, and what happened in words", async () => {
    expect((await run("status", ...inFolder())).stdout).toContain("No worker lives, so nothing runs");
    await declare("app");
    await run("apply", "--yes", ...inFolder());
    const id = (await database.query<{ id: string }>("select id from sync"))[0]?.id ?? "";
    const app = { id, project: "demo", name: "app" };
    const counts = { create: 2, update: 0, delete: 0, import: 0, unchanged: 1, kept: 0 };
    await addHistory(database, app, "ran", "w", { why: "hand", counts });
    await addHistory(database, app, "parked", "w", {
      plan: "x1",
      reasons: [deletionOf("A"), deletionOf("B")],
    });
    await run("pause", "app", "-m", "holidays", ...inFolder());
    const told = (await run("history", ...inFolder())).lines.map((line) => line.replace(/^.{20}/, "").trim());
    expect(told.slice(1, 5)).toEqual([
      expect.stringMatching(/^demo\/app +paused +\S+ +"holidays"$/),
      expect.stringMatching(/^demo\/app +parked +w +plan x1: A: would be deleted \(and 1 more\)$/),
      expect.stringMatching(/^demo\/app +ran +w +2 created, 1 unchanged, as somebody asked for it$/),
      expect.stringMatching(/^demo\/app +declared +\S+ +new$/),
    ]);
    expect((await run("status", ...inFolder())).stdout).toMatch(/demo\/app +paused .* when resumed/);
    await database.query("insert into worker (id, host, version) values ('a', 'h', '1')");
    expect((await run("status", ...inFolder())).stdout).not.toContain("No worker lives");
  });

  it("does not begin to start where the page would be open to a network", async () => {
    const data = join(folder, "never");
    const refused = await run("start", "--host", "0.0.0.0", "--data-dir", data);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("the page needs a token") });
    await expect(stat(data)).rejects.toThrow("ENOENT");
  });

  it("looks at no fleet where there is none, and makes none", async () => {
    const data = join(folder, "typo");
    await mkdir(join(folder, "empty"), { recursive: true });
    for (const [where, ...command] of [
      [data, "status"],
      [data, "pause", "billing"],
      [data, "export", "--out", "fleet.json", "--yes"],
      [join(folder, "empty"), "history"],
    ] as const) {
      const told = await run(...command, "--data-dir", where);
      expect(told).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`There is no fleet in ${where}`),
      });
    }
    await expect(stat(data)).rejects.toThrow("ENOENT");
    expect(await readdir(join(folder, "empty"))).toEqual([]);
  });

  it("says when its jobs go on where no other process has its database", async () => {
    // Where nothing is yet: it makes its database, which takes long, so that other tests copy one.
    const started = await run("start", ...alone("started"));
    expect(started).toMatchObject({ code: 0, stdout: expect.stringContaining("The fleet has stopped.") });
    expect(started.stderr).toContain("its jobs go on when it is started again");
  });

  it("prints nothing but JSON lines for machines, also where it is stopped, or fails", async () => {
    await copyTemplate(join(folder, "logged"));
    // The log itself does not go through what is caught here.
    expect(await run("start", ...alone("logged"), "--json")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "",
    });
    for (const wrong of [
      ["--host", "0.0.0.0"],
      ["--port", "nowhere"],
    ]) {
      const failed = await run("start", ...alone("never"), ...wrong, "--json");
      expect(failed).toMatchObject({ code: 2, stderr: "" });
      const [line, ...more] = failed.stdout.trimEnd().split("\n");
      expect(more).toEqual([]);
      expect(JSON.parse(line ?? "")).toMatchObject({ command: "fleet start", exitCode: 2, result: "failed" });
    }
  });

  it("says of start that it declares what is named alone", async () => {
    const { stdout } = await run("start", "--help");
    expect(stdout.match(/declared\s+first;?[^)]*\(default:\s+none\)/g)).toHaveLength(2);
    expect(stdout).not.toMatch(/this\s+folder/);
  });

  it("listens for this user alone", async () => {
    const { mode } = await stat(socketOf(join(folder, "data")));
    expect(mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "data"))).mode & 0o777).toBe(0o700);
  });

  it("shows what waits for somebody key by key, and what cannot be looked at", async () => {
    await addProject(database, "shop");
    const plan = await parkPlan(database, await addSync(database, "shop", "billing", { outcome: "parked" }));
    const shown = await run("show", "billing", ...inFolder());
    expect(shown.code).toBe(0);
    for (const text of [`plan ${plan}`, "- THEIRS", "+ NEW", `fleet approve ${plan}`])
      expect(shown.stdout).toContain(text);
    documents.showDocument.parse((await json("show", "shop/billing")).document);
    expect((await run("show", ...inFolder())).code).toBe(2);

    const looked = await json("drift");
    expect(looked).toMatchObject({ code: 4, document: { exitCode: 4, result: "failed" } });
    expect(documents.driftDocument.parse(looked.document).syncs).toMatchObject([
      { name: "billing", status: "failed", resources: [] },
    ]);
    expect((await run("drift", "billing", ...inFolder())).stdout).toContain("0 of 1 synced");
  });

  it("goes on where somebody ends in the middle of a request", async () => {
    const path = socketOf(join(folder, "data"));
    const ended = await new Promise<string>((resolve) => {
      const headers = { "content-length": "100" };
      const sent = request({ socketPath: path, path: "/acts/status", method: "POST", headers });
      sent.once("close", () => resolve("closed")).once("error", () => {});
      sent.write("{", () => sent.destroy());
    });
    expect(ended).toBe("closed");
    const nonsense = await new Promise<number>((resolve, reject) => {
      const sent = request({ socketPath: path, path: "/acts/status", method: "POST" }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.once("error", reject).end("no JSON");
    });
    expect(nonsense).toBe(400);
    expect((await json("status")).code).toBe(0);
  });
});
