/** Every syncs.yaml that we show is right, and so says the JSON Schema that editors use. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { syncsJsonSchema } from "../automation/stack/syncs-file.ts";
import { fleetProblems } from "../automation/syncs/fleet.ts";
import { readSyncsFile } from "../automation/syncs/read.ts";
import { root } from "./support/node.ts";

const check = new Ajv2020({ strict: false, formats: { guid: true, uuid: true } }).compile(syncsJsonSchema());

const examples = (await readdir(join(root, "examples"), { recursive: true }))
  .filter((path) => path.endsWith("syncs.yaml"))
  .map((path) => join("examples", path));
const page = await readFile(join(root, "docs/syncs-yaml.md"), "utf8");
const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = ""]) => text);
const shown = [
  ...(await Promise.all(
    examples.map(async (path) => ({ at: path, text: await readFile(join(root, path), "utf8") })),
  )),
  ...blocks.map((text, index) => ({ at: `docs/syncs-yaml.md, block ${index + 1}`, text })),
];

describe.each(shown)("$at", ({ text }) => {
  it("is right", () => {
    const file = readSyncsFile(text, "syncs.yaml");
    expect(fleetProblems(file, "https://app.infisical.com")).toEqual([]);
    expect(file.syncs.size).toBe(text.includes("forEach") ? 5 : Object.keys(parse(text).syncs).length);
  });

  it("fits the JSON Schema", () => {
    check(parse(text));
    expect(check.errors ?? []).toEqual([]);
  });
});

describe("the JSON Schema", () => {
  const { text } = shown.find(({ at }) => at.includes("fan-out")) ?? { text: "" };
  it.each([
    ["a setting that is not there", "secretPath: /customers", "keySchema: x\n    secretPath: /customers"],
    ["a value that is none of the allowed", "unownedKeys: keep", "unownedKeys: hide"],
    ["a secret in the file", "${env:ACME_CLIENT_SECRET}", "in-clear"],
    ["values of forEach that are no values", "[dev, staging, prod]", "[[dev]]"],
    ["a name that is none", "  acme:\n    instanceUrl", "  Acme_1:\n    instanceUrl"],
  ])("refuses %s", (_what, old, replacement) => {
    expect(text).toContain(old);
    expect(check(parse(text.replace(old, replacement)))).toBe(false);
  });

  it("describes what editors show", () => {
    const told = JSON.stringify(syncsJsonSchema());
    for (const words of [
      "Where the secrets go",
      "Makes one sync for each combination",
      "Slug of the source environment",
    ])
      expect(told).toContain(words);
    // What this package alone needs to know.
    expect(told).not.toMatch(/"decidesKeys"|"because"|"execution":"native"|"terraform":/);
  });
});
