import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { PAGES, withTables } from "../docs/options-table.ts";
import { root } from "./support/node.ts";

test.each(Object.entries(PAGES))(
  "the tables of %s are those of the schema (npm run docs)",
  async (page, tables) => {
    const text = await readFile(`${root}${page}`, "utf8");
    expect(withTables(text, tables)).toBe(text);
  },
);

test("commands of the README are scripts of package.json", async () => {
  const readme = await readFile(`${root}README.md`, "utf8");
  const { scripts } = JSON.parse(await readFile(`${root}package.json`, "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1]);
  expect(named.length).toBeGreaterThan(0);
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
});

test("the program of the README is the quickstart", async () => {
  const readme = await readFile(`${root}README.md`, "utf8");
  const program = await readFile(`${root}examples/quickstart/index.ts`, "utf8");
  expect(readme).toContain(`\`\`\`ts\n${program}\`\`\``);
});
