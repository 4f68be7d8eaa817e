/** The workflows to copy are well formed, and every command in them is one that our command line takes. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { commandLine } from "../automation/main.ts";
import { readSyncsFile } from "../automation/syncs/read.ts";
import { root } from "./support/node.ts";

const run = promisify(execFile);
const files = [
  "examples/github-actions/deploy.yml",
  "examples/github-actions/drift.yml",
  "examples/github-actions/preview.yml",
  "examples/github-actions/scheduled.yml",
  "examples/gitlab-ci/.gitlab-ci.yml",
];
const actionlint = (process.env["PATH"] ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "actionlint"))
  .find((path) => existsSync(path));

test.each(files)("%s: YAML, and no command with an option that we do not have", async (file) => {
  const text = await readFile(join(root, file), "utf8");
  expect(parse(text)).toBeTypeOf("object");
  expect(text).not.toContain("pull_request_target");
  const lines = text.match(/external-infisical (?:preview|up|refresh|destroy|drift) -.*/g) ?? [];
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    const [, name = "", ...words] = line.split(/\s+(?:\|\||>)\s/)[0]?.split(/\s+/) ?? [];
    const program = commandLine("0", async () => {});
    const command = program.commands.find((each) => each.name() === name);
    command?.configureOutput({ writeOut() {} });
    await expect(program.parseAsync([name, "--help"], { from: "user" })).rejects.toThrow("outputHelp");
    const known = command?.options ?? [];
    for (const word of words.filter((each) => each.startsWith("-")))
      expect(
        known.some((option) => [option.short, option.long].includes(word)),
        `${name} ${word}`,
      ).toBe(true);
  }
});

test.each(["github-actions", "gitlab-ci"])(
  "%s holds no secret of Infisical, and its syncs.yaml can be read",
  async (name) => {
    const texts = await Promise.all(
      files
        .filter((file) => file.includes(name))
        .concat(`examples/${name}/README.md`)
        .map((file) => readFile(join(root, file), "utf8")),
    );
    expect(texts.join("\n")).not.toMatch(/CLIENT_SECRET|clientSecret|INFISICAL_TOKEN/);
    const [, source] = /```yaml\n(.*?)```/s.exec(texts.at(-1) ?? "") ?? [];
    const { connections, secrets } = readSyncsFile(`project: demo\n${source}syncs: {}\n`, "syncs.yaml");
    expect([...connections.keys()]).toEqual(["dr"]);
    expect(secrets).toEqual([]);
  },
);

test.skipIf(actionlint === undefined)(
  `actionlint finds nothing${actionlint === undefined ? " (not run: not on the PATH)" : ""}`,
  async () => {
    const workflows = files.filter((file) => file.includes("github-actions"));
    expect((await run(actionlint ?? "", workflows, { cwd: root })).stdout).toBe("");
  },
);
