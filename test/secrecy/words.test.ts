/** What others chose to call things is told as what it is: it neither changes the report of a run nor speaks to a log. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { documentSchema } from "../../automation/report/json.ts";
import { diagnosticMessage, problemsOf, RefusedError } from "../../provider/terraform/diagnostics.ts";
import { directRuns } from "../drivers/direct.ts";
import { makeFolder } from "../support/command-folder.ts";
import { QUICK_WORDS } from "../support/quick-passphrase.mjs";
import { bin } from "../support/run-command.ts";
import { runInProcess } from "../support/run-in-process.ts";
import { syncsYaml } from "../support/syncs-yaml.ts";
import { isThorough } from "../support/thorough.ts";
import { startWorld } from "../support/world.ts";

const LOCAL = ["--engine", "local"];
const FORMS = [["preview"], ["preview", "--json"], ["preview", "--report", "markdown=-"]];
/** What CI systems take for a command of a step. */
const COMMAND = /^\s*::|##\w*\[|[^\P{Cc}\n\t]|\p{Zl}/mu;

describe.skipIf(!existsSync(bin))("the command (needs npm run build)", () => {
  // Of documents and of places; the others are more of them.
  it.each(isThorough ? QUICK_WORDS : QUICK_WORDS.slice(0, 2))(
    "reports what it does also where the passphrase is called %s",
    async (passphrase) => {
      await using world = await startWorld({ source: { A: "1", B: "2", C: "3", D: "4" } });
      await using folder = await makeFolder(syncsYaml(world));
      const files = ["json=r.json", "markdown=r.md", "html=r.html"];
      const { code, stdout, stderr } = await runInProcess(
        world,
        folder.path,
        ["preview", ...files.flatMap((file) => ["--report", file])],
        LOCAL,
        { PULUMI_CONFIG_PASSPHRASE: passphrase },
      );
      expect(code, stderr).toBe(0);
      const [json = "", markdown = "", html = ""] = await Promise.all(
        files.map((file) => readFile(join(folder.path, file.slice(file.indexOf("=") + 1)), "utf8")),
      );
      const document = documentSchema.parse(JSON.parse(json));
      expect(document.totals).toMatchObject({ create: 4, delete: 0, changingSyncs: 1 });
      expect(document.summary["create"]).toBeGreaterThan(0);
      const [sync] = document.resources.flatMap((resource) => resource.sync ?? []);
      expect(sync?.destination).toMatchObject({ environment: "prod", secretPath: "/app" });
      expect(sync?.keys.map(({ action }) => action)).toEqual(["create", "create", "create", "create"]);
      expect(stdout).toMatch(/prod:\/app at .* => .* prod:\/app/);
      expect(stdout).toMatch(/keys: 4 to create/);
      for (const text of [markdown, html]) expect(text).toContain("4 to create");
      expect([stdout, json, markdown, html].join()).not.toContain("[secret]");
    },
  );

  it("warns of a passphrase that is a word when the stack is made and in doctor, and leaves longer words whole", async () => {
    await using world = await startWorld({ source: { A: "1" } });
    await using folder = await makeFolder(syncsYaml(world));
    const told = async (...args: string[]) => {
      const env = { PULUMI_CONFIG_PASSPHRASE: "create" };
      const { code, stdout, stderr } = await runInProcess(world, folder.path, args, LOCAL, env);
      expect(code, stderr).toBe(0);
      expect(stdout + stderr).not.toMatch(/\[secret\]\p{L}/u);
      return { stdout, stderr, warnings: stderr.split("PULUMI_CONFIG_PASSPHRASE is short").length - 1 };
    };
    expect((await told("preview")).warnings).toBe(0);
    const made = await told("up", "--yes");
    expect(made.warnings).toBe(1);
    expect(made.stderr).toContain("1 created");
    for (const command of [["up", "--yes"], ["preview"], ["status"]])
      expect((await told(...command)).warnings).toBe(0);
    expect((await told("doctor")).warnings).toBe(1);
  });

  it.each(["secretPath", "environment", "projectId"])(
    "lets a %s neither make a line nor give a command to a log",
    async (field) => {
      await using world = await startWorld({ source: { A: "1" } });
      const yaml = syncsYaml(world).replaceAll(
        new RegExp(`^( +${field}): .*$`, "gm"),
        `$1: "/x\\n::error title=pwn::x\\r##[error]y\\L##vso[task.complete]z\\e[2J"`,
      );
      await using folder = await makeFolder(yaml);
      // What cleans a text knows no fields: one of them in every form is enough, but for npm run test:all.
      const forms = isThorough || field === "secretPath" ? FORMS : FORMS.slice(0, 1);
      for (const args of [...forms, ["validate"]]) {
        const engine = args[0] === "validate" ? [] : LOCAL;
        const { stdout, stderr } = await runInProcess(world, folder.path, args, engine);
        const told = `${stdout}\n${stderr}`;
        expect(told).not.toMatch(COMMAND);
        expect(told.split("\n").filter((line) => /^\s*:? ?:error/.test(line))).toEqual([]);
      }
    },
  );
});

test("a text of the instance makes no line and gives no command, in an error and in what is recorded", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using stack = await directRuns.open(world);
  const message = "::error title=pwn::x\n::error::y\r##[error]z\u2028::set-output::a";
  world.destination.server.fault({
    kind: "status",
    status: 400,
    path: "/api/v4/secrets/batch",
    times: Number.POSITIVE_INFINITY,
    body: { message, reqId: message, error: message, details: [{ action: message, subject: message }] },
  });
  const failure = await stack.deploy({}).then(
    () => undefined,
    (error: Error) => error,
  );
  expect(failure?.message).toContain(": :error title=pwn::x ::error::y # #[error]z ::set-output::a");
  for (const text of [failure?.message ?? "", await stack.state(), stack.transcript()])
    expect(text).not.toMatch(COMMAND);
});

test("Terraform's diagnostics have no command in them", () => {
  const problems = problemsOf(new RefusedError(["secretPath: /x\n::error title=pwn::x ##vso[y]"]));
  expect(problems.map((problem) => diagnosticMessage(problem).detail)).toEqual([
    "secret_path: /x\n: :error title=pwn::x # #vso[y]",
  ]);
  for (const problem of problems) expect(diagnosticMessage(problem).detail).not.toMatch(COMMAND);
});
