import { existsSync, globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
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

test("the README is short", async () => {
  const words = (await readFile(`${root}README.md`, "utf8")).split(/\s+/).filter(Boolean);
  expect(words.length).toBeLessThanOrEqual(1500);
});

test("commands of the README are scripts of package.json", async () => {
  const readme = await readFile(`${root}README.md`, "utf8");
  const { scripts } = JSON.parse(await readFile(`${root}package.json`, "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1]);
  expect(named.length).toBeGreaterThan(0);
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
});

test("the program of docs/pulumi.md is the quickstart", async () => {
  const page = await readFile(`${root}docs/pulumi.md`, "utf8");
  const program = await readFile(`${root}examples/quickstart/index.ts`, "utf8");
  expect(page).toContain(`\`\`\`ts\n${program}\`\`\``);
});

test("links between the pages lead somewhere", async () => {
  const pages = globSync(["*.md", "docs/*.md", "examples/**/*.md"], { cwd: root });
  const broken: string[] = [];
  for (const page of pages) {
    const text = await readFile(join(root, page), "utf8");
    for (const [link, path = "", heading] of text.matchAll(/\]\(((?!\w+:)[^)#\s]*)(?:#([^)]*))?\)/g))
      if (!(await leadsTo(path === "" ? page : join(dirname(page), path), heading)))
        broken.push(`${page}: ${link}`);
  }
  expect(broken).toEqual([]);
});

/** Whether the repository has such a file or folder, and the page such a heading. */
async function leadsTo(path: string, heading: string | undefined): Promise<boolean> {
  if (heading === undefined) return existsSync(join(root, path));
  const text = await readFile(join(root, path), "utf8").catch(() => "");
  const names = [...text.matchAll(/^#+ (.*)$/gm)].map(([, name = ""]) =>
    name
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
  return names.includes(heading);
}
