import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hostList } from "../../../provider/hosts.ts";
import { validationSchema } from "./document.ts";
import { validationText } from "./text.ts";
import { type ValidateRequest, validate } from "./validate.ts";

const ID = "11111111-1111-4111-8111-111111111111";
const OPTIONS = "syncOptions: { initialSyncBehavior: overwrite-destination }";
const HEAD = `project: demo
source: { host: https://source.example.com, clientId: ${ID}, clientSecret: "\${env:NOT_SET}" }
connections:
  dr: { instanceUrl: https://dr.example.com, machineIdentityClientId: ${ID} }
  own: { instanceUrl: "https://Source.example.com.:443/api/", machineIdentityClientId: ${ID} }
syncs:
`;
const sync = (name: string, from: string, connection: string, to: string, more = "") =>
  `  ${name}: { projectId: ${from}, environment: prod, secretPath: /, connection: ${connection}, ` +
  `destinationConfig: { projectId: ${to}, environment: prod, secretPath: / }, ${OPTIONS}${more} }\n`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(text: string, allowedHosts?: string[], policies: string[] = []) {
  await writeFile(join(folder, "syncs.yaml"), text);
  return runOn({ allowedHosts: allowedHosts && hostList(allowedHosts), policies });
}

async function runOn(over: Partial<ValidateRequest>) {
  const request = {
    folder,
    place: undefined,
    policies: [],
    environment: {},
    allowedHosts: undefined,
    ...over,
  };
  const validation = await validate(request);
  return validationSchema.parse(validation);
}

describe("validate", () => {
  it.each([
    ["of a source", "prod, secretPath: /my.app", /secretPath/],
    ["of a destination", "prod, secretPath: /my app }", /destinationConfig\.secretPath/],
    ["that forEach makes", '"prod", secretPath: "/${each.n}" }', /secretPath/],
  ])("finds a folder %s that no instance could have, with its place", async (_whose, change, path) => {
    const from = change.endsWith("}") ? "prod, secretPath: / }" : "prod, secretPath: /";
    const fanOut = sync("app", "here", "dr", "there", ", forEach: { n: [a, b+c] }").replace(from, change);
    const { result, problems } = await run(HEAD + fanOut);
    expect(result).toBe("failed");
    expect(problems).toEqual([
      expect.objectContaining({
        path: expect.stringMatching(path),
        line: 7,
        message: expect.stringContaining("must be names of folders"),
      }),
    ]);
  });

  it("tells what is wrong with the syncs taken together beside what is wrong with one, a connection and the project", async () => {
    const text =
      HEAD.replace("project: demo", "project: de/mo").replace("https://dr", "ftp://dr") +
      sync("one", "a", "own", "b") +
      sync("two", "b", "own", "a") +
      sync("three", "c", "dr", "d") +
      sync("four", "e", "dr", "d") +
      sync("five", "f", "own", "g", ", wave: none");
    const { problems, exitCode } = await run(text);
    expect(exitCode).toBe(2);
    expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      expect.stringMatching(/^project: must be/),
      expect.stringMatching(/^connections\.dr\.instanceUrl: /),
      expect.stringMatching(/^syncs\.one\.destinationConfig: a loop/),
      expect.stringMatching(/^syncs\.five\.wave: /),
    ]);
  });

  it("shows the syncs of a file that is right, without any secret being there", async () => {
    const fanOut = sync("app", "here", "dr", '"there-${each.n}"', ", forEach: { n: [1, 2] }");
    const validation = await run(HEAD + fanOut);
    expect(validation).toMatchObject({
      result: "succeeded",
      exitCode: 0,
      counts: { connections: 2, entries: 1, syncs: 2 },
      problems: [],
    });
    const { table, verdict } = validationText(validation);
    expect(table.split("\n").slice(0, 3)).toEqual([
      "Sync   From         To              Connection",
      "app-1  here prod:/  there-1 prod:/  dr",
      "app-2  here prod:/  there-2 prod:/  dr",
    ]);
    expect(verdict).toBe("syncs.yaml is right: project demo, 2 syncs made of 1 entry, 2 connections.");
  });

  it.each<[string, string, string[]]>([
    [
      "two syncs that write one place",
      sync("one", "here", "dr", "there") + sync("two", "there-too", "dr", "there"),
      ['"two" writes what "one" writes: https://dr.example.com project there prod:/'],
    ],
    [
      "combinations that write one place",
      sync("app", "here", "dr", "there", ", forEach: { n: [1, 2] }"),
      ['"app-2" writes what "app-1" writes'],
    ],
    ["a source that is its own destination", sync("one", "here", "own", "here"), ["are the same folder"]],
    [
      "a copy of the source on another host",
      sync("one", "here", "dr", "here"),
      ["set syncOptions.allowSameProjectId"],
    ],
    [
      "a loop, once",
      sync("one", "a", "own", "b") + sync("two", "b", "own", "c") + sync("three", "c", "own", "a"),
      [
        'a loop: "one" writes what is read by "two" writes what is read by "three" writes what is read by "one"',
      ],
    ],
    [
      "a wave before that of the sync that writes what is read",
      sync("one", "b", "dr", "c") + sync("two", "a", "own", "b", ", wave: 2"),
      ['"one" (wave 1) reads what "two" (wave 2) writes'],
    ],
    [
      "executions that do not agree",
      sync("one", "here", "dr", "there", ", execution: native"),
      ['the sync "one" says "native" and its connection "engine"'],
    ],
    [
      "an argument of the other execution",
      sync("one", "here", "dr", "there", ", waitForSync: false"),
      ['only with execution: "native"'],
    ],
  ])("refuses %s", async (_what, syncs, expected) => {
    const validation = await run(HEAD + syncs);
    expect(validation.exitCode).toBe(2);
    expect(validation.problems.map(({ message }) => message)).toEqual(
      expected.map((text) => expect.stringContaining(text)),
    );
    for (const { line } of validation.problems) expect(line).toBeGreaterThan(6);
  });

  it("shows the syncs in the order of their file, with their waves", async () => {
    const later = sync("first", "here", "dr", "there-1", ", wave: 2");
    const { table } = validationText(await run(HEAD + later + sync("second", "here", "dr", "there-2")));
    expect(table).toMatch(/^Wave {2}Sync.*\n2 {5}first .*\n1 {5}second /);
  });

  it("takes a chain for what it is", async () => {
    const chain = sync("one", "a", "own", "b") + sync("two", "b", "own", "c") + sync("three", "a", "dr", "c");
    expect((await run(HEAD + chain)).problems).toEqual([]);
  });

  it("refuses files outside of the folder, and takes those that are not there yet", async () => {
    await symlink(join(tmpdir()), join(folder, "link"));
    const reference = (path: string) => HEAD.replace("${env:NOT_SET}", `\${file:${path}}`).concat("  {}");
    expect((await run(reference("later.secret"))).problems).toEqual([]);
    for (const path of ["../x", "/etc/hostname", "link"]) {
      const { problems } = await run(reference(path));
      expect(problems).toEqual([expect.objectContaining({ line: 2, path: "source.clientSecret" })]);
    }
  });

  it("checks all hosts against the list", async () => {
    const text = HEAD + sync("one", "here", "dr", "there");
    expect((await run(text, ["source.example.com", "dr.example.com"])).exitCode).toBe(0);
    expect(await run(text, ["source.example.com"])).toMatchObject({
      exitCode: 2,
      error: { message: expect.stringContaining("connections.dr.instanceUrl: dr.example.com") },
    });
  });

  it("tells problems of form with line and column", async () => {
    const { problems } = await run(HEAD.replace("project: demo", "project: a/b").concat("  {}"));
    expect(problems).toEqual([expect.objectContaining({ line: 1, column: 10, path: "project" })]);
  });

  describe("policies in files of their own", () => {
    const RIGHT = "policies:\n  maxDeletes: 5%\n";
    const WRONG = "policies:\n  maxDeletes: many\n  denyDeletesIn: [prod:/a:b:c]\n  denyAll: true\n";

    it("are checked with the syncs, each problem at its file, line and column", async () => {
      await writeFile(join(folder, "right.yaml"), RIGHT);
      await writeFile(join(folder, "wrong.yaml"), WRONG);
      const text = HEAD.replace("project: demo", "project: a/b").concat("  {}");
      const validation = await run(text, [], ["right.yaml", "wrong.yaml"]);
      expect(validation).toMatchObject({ exitCode: 2, policies: ["right.yaml", "wrong.yaml"] });
      expect(validation.problems.map(({ file, line, column, path }) => [file, line, column, path])).toEqual([
        ["syncs.yaml", 1, 10, "project"],
        ["wrong.yaml", 2, 15, "policies.maxDeletes"],
        ["wrong.yaml", 3, 19, "policies.denyDeletesIn.0"],
        ["wrong.yaml", 4, 12, "policies.denyAll"],
      ]);
      const { verdict } = validationText(validation);
      expect(verdict).toMatch(
        /^There is a problem in syncs\.yaml:\n.*\nThere are 3 problems in wrong\.yaml:\n/,
      );
      expect(verdict).toContain("  wrong.yaml:4:12: policies.denyAll: there is no such setting");
    });

    it("are told to be right, beside syncs, a program or nothing", async () => {
      await writeFile(join(folder, "right.yaml"), RIGHT);
      const alone = await runOn({ policies: ["right.yaml"] });
      expect(alone).toMatchObject({ exitCode: 0, syncs: [], problems: [] });
      expect(validationText(alone).verdict).toBe("The policies right.yaml are right.");
      const beside = await run(HEAD + sync("one", "here", "dr", "there"), undefined, ["right.yaml"]);
      expect(validationText(beside).verdict).toMatch(
        /^syncs\.yaml is right: .*\nThe policies right\.yaml are right/,
      );
      await writeFile(join(folder, "Pulumi.yaml"), "name: demo\nruntime: nodejs\n");
      expect((await runOn({ policies: ["right.yaml"] })).exitCode).toBe(0);
      expect((await runOn({})).error?.message).toContain("has a program");
    });

    it("that cannot be read, and syncs that are named and missing, are errors", async () => {
      const missing = await runOn({ policies: ["none.yaml"] });
      expect(missing).toMatchObject({
        exitCode: 2,
        error: { message: expect.stringContaining("none.yaml") },
      });
      await writeFile(join(folder, "right.yaml"), RIGHT);
      const named = await runOn({ place: "other.yaml", policies: ["right.yaml"] });
      expect(named).toMatchObject({ exitCode: 2, error: { message: expect.stringContaining("other.yaml") } });
    });
  });
});
