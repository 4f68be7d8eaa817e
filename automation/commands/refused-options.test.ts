/** What options that are refused come to: the same as other failures of the command, told by the flags. */
import { beforeAll, describe, expect, test } from "vitest";
import { makeFolder } from "../../test/support/command-folder.ts";
import { runCommand } from "../../test/support/run-command.ts";
import { runInProcess } from "../../test/support/run-in-process.ts";
import { syncsYaml } from "../../test/support/syncs-yaml.ts";
import { startWorld, type World } from "../../test/support/world.ts";
import { NAME_RULE } from "../engines/names.ts";
import { adoptOptions } from "./adopt/options.ts";
import { initOptions } from "./init/options.ts";
import { readOptions } from "./read-options.ts";

const BEHAVIORS = "prioritize-source, prioritize-destination";
const REPORT = "must be a format and a file, as in markdown=…, json=…, html=…";
const DURATION = "must be a number with its unit, such as 90s, 10m, 24h or 7d";

let world: World;
let folder: string;
beforeAll(async () => {
  const stacks = new AsyncDisposableStack();
  world = stacks.use(await startWorld({ source: { A: "value-of-a" } }));
  folder = stacks.use(await makeFolder(syncsYaml(world))).path;
  return () => stacks.disposeAsync();
});

const run = (...args: readonly string[]) => runInProcess(world, folder, args);

const REFUSED: readonly [args: readonly string[], problem: string][] = [
  [["preview", "--timeout", "xx"], `--timeout ${DURATION}`],
  [["preview", "--timeout", "0s"], "--timeout must be longer than nothing"],
  [["preview", "--out", ""], "--out must not be empty"],
  [["up", "--yes", "--plan-max-age", "xx"], `--plan-max-age ${DURATION}`],
  [["drift", "--watch-interval", "1"], `--watch-interval ${DURATION}`],
  [["drift", "--watch-interval", "0s"], "--watch-interval must be a second or longer"],
  [
    ["up", "--plan", "p.json", "--sync", "app"],
    "--sync cannot be combined with --plan, which says what it is of",
  ],
  [["doctor", "-s", ""], "--stack must not be empty"],
  [["status", "--sync", ""], "--sync must not be empty"],
  [["cancel", "--yes", "--timeout", "1"], `--timeout ${DURATION}`],
  [["sync", "--yes", "--sync", "", "--sync", ""], "--sync must not be empty"],
  [["rollback", "--to", ""], "--to must not be empty"],
  [["status", "--color", "foo"], "--color must be one of auto, always, never"],
  [["remove", "--yes", "--execution", "both"], "--execution must be one of native, engine"],
  [["import", "--yes", "--behavior", "best"], `--behavior must be one of ${BEHAVIORS}`],
  [["import", "--yes"], "An import needs --behavior, which says which side wins."],
  [["up", "--yes", "--report", "xml=a"], `--report ${REPORT}`],
  [["drift", "--report", "html="], `--report ${REPORT}`],
  [["preview", "-c", "nokey"], "--config must be key=value, and nokey has no value"],
  [["preview", "-c", ""], "--config must be key=value, and one has no key"],
  [["preview", "-c", "=x"], "--config must be key=value, and one has no key"],
  [["status", "--secret-config", "=hidden"], "--secret-config must be key=value or key, and one has no key"],
  [
    ["preview", "--secret-config", "notSet"],
    "--secret-config notSet: there is no environment variable notSet",
  ],
];

describe.each(REFUSED)("%j", (args, problem) => {
  test("is told in one line, with the exit code of a configuration", async () => {
    expect(await run(...args)).toEqual({ code: 2, stdout: "", stderr: `error: ${problem}\n` });
  });

  test("is one document with --json", async () => {
    const { code, stdout, stderr } = await run(...args, "--json");
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      command: args[0],
      result: "failed",
      exitCode: 2,
      error: { code: "invalid-config", message: problem },
    });
  });
});

test.each([
  [["init", "--auto-sync", "maybe"], "--auto-sync must be one of yes, no"],
  [["adopt"], "--project-id is missing"],
  [["preview", "--engine", "best"], "--engine must be one of auto, pulumi, local"],
  [["dev-server", "--profile", "2020"], "--profile must be one of newest, 2024-10"],
])("%j is told in one line (needs npm run build)", async (args, problem) => {
  expect(await runCommand(world, folder, args)).toEqual({
    code: 2,
    stdout: "",
    stderr: `error: ${problem}\n`,
  });
});

test("each problem has its line", async () => {
  const { code, stderr } = await run("up", "--timeout", "xx", "--plan", "", "-q");
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `error: --timeout ${DURATION}\n  --plan must not be empty\n`,
  });
  const settings = await run("preview", "-c", "a", "--secret-config", "b");
  expect(settings.stderr.trimEnd().split("\n")).toHaveLength(2);
});

test("a report tells it too, and stdout has one document", async () => {
  const printed = await run("preview", "--timeout", "xx", "--report", "json=-");
  expect(JSON.parse(printed.stdout)).toMatchObject({ result: "failed", error: { code: "invalid-config" } });
  const both = await run("preview", "--json", "--report", "markdown=-");
  expect(both.code).toBe(2);
  expect(JSON.parse(both.stdout)).toMatchObject({
    error: { message: "Only one report can go to stdout (--json and --report …=-)." },
  });
});

test("a watch tells it in one line, and --detailed-exitcode makes it an error", async () => {
  const { code, stdout } = await run("drift", "--json", "--watch-interval", "1", "--detailed-exitcode");
  expect(code).toBe(1);
  expect(stdout.trimEnd()).not.toContain("\n");
  expect(JSON.parse(stdout)).toMatchObject({ result: "failed", exitCode: 1 });
});

test("a key of --secret-config alone takes the environment variable of that name", async () => {
  const args = ["preview", "--secret-config", "mySetting"];
  const set = await runInProcess(world, folder, args, undefined, { mySetting: "value-of-mine" });
  expect(set.stderr).not.toContain("no environment variable");
});

test("a stack that there is not is a failure of status", async () => {
  const { code, stdout } = await run("status", "--json", "-s", "nope");
  const document: unknown = JSON.parse(stdout);
  expect(document).toMatchObject({ result: "failed", exitCode: code, error: {} });
});

// They ask and write otherwise, and have no stack.
test("a project is given no name that an engine would refuse later", () => {
  expect(() => readOptions(initOptions, { project: "a: b" })).toThrow(`--project must be ${NAME_RULE}`);
  const adopted = { projectId: "x", name: "a/b" };
  expect(() => readOptions(adoptOptions, adopted)).toThrow(`--name must be ${NAME_RULE}`);
});
