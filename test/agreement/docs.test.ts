/** The table of docs/executions.md and the tests of differences name each other. */
import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { root } from "../support/node.ts";

const FOLDER = "test/agreement";

test("every difference in docs/executions.md has its test, and every such test its line", async () => {
  const text = await readFile(`${root}docs/executions.md`, "utf8");
  const table = text.slice(text.indexOf("## Intended differences")).split("\n");
  const rows = table.filter((line) => line.startsWith("| ")).slice(2);
  const named = rows.map((row) => {
    const [, file, title] = /`([^`]+)` "([^"]+)" \|$/.exec(row) ?? [];
    return `${FOLDER}/${file}: ${title}`;
  });
  expect(named.toSorted()).toEqual((await titles()).toSorted());
});

async function titles(): Promise<string[]> {
  const files = (await readdir(root + FOLDER)).filter((name) => name.endsWith("-differences.test.ts"));
  const found = files.map(async (name) => {
    const code = await readFile(`${root}${FOLDER}/${name}`, "utf8");
    return [...code.matchAll(/^test\("([^"]+)"/gm)].map(([, title]) => `${FOLDER}/${name}: ${title}`);
  });
  return (await Promise.all(found)).flat();
}
