/** What `npm run release:check` says of a workflow; the check itself installs the package, which takes a registry. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { problemsOf } from "../scripts/release/workflow.ts";
import { root } from "./support/node.ts";

const text = await readFile(join(root, ".github/workflows/release.yml"), "utf8");
const scripts = Object.keys(manifest.scripts);

it("finds nothing in the one that there is", () => {
  expect(problemsOf(text, scripts)).toEqual([]);
});

it.each([
  ["an action by its tag", text.replace(/@[0-9a-f]{40}/, "@v7"), /checkout@v7 is not named by its commit/],
  [
    "an action by a short commit",
    text.replace(/@([0-9a-f]{7})[0-9a-f]{33}/, "@$1"),
    /not named by its commit/,
  ],
  ["a script that is not there", text.replaceAll("release:check", "release:chek"), /no script release:chek/],
  [
    "an expression in a command",
    text.replace('"$GITHUB_REF_NAME"', "$" + "{{ github.ref_name }}"),
    /has an expression in it/,
  ],
])("finds %s", (_, changed, problem) => {
  expect(problemsOf(changed, scripts).join("\n")).toMatch(problem);
});

it("refuses rights for all jobs at once", () => {
  expect(() =>
    problemsOf(text.replace("permissions: {}", "permissions: { contents: write }"), scripts),
  ).toThrow();
});
