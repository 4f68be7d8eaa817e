/** `npm run check` refuses a new place that opens a secret. */
import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../support/node.ts";

const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");

const OPENINGS = [
  "export const a = (secret: Secret) => secret.reveal();",
  "export const b = (secret?: Secret) => secret?.reveal();",
  'export const c = (secret: Secret) => secret["reveal"]();',
  "export const d = (secret: Secret) => secret.reveal;",
  "export const e = ({ reveal }: Secret) => reveal;",
  "export const f = ({ reveal: open }: Secret) => open;",
];
const PASSING_ON = "export const g = (secret: Secret) => [secret.length, secret.equals(secret)];";

test("a new place that opens a secret fails the check; the files that write requests may", async () => {
  const { status, places } = await lint({
    "provider/engine/new.ts": [...OPENINGS, PASSING_ON],
    "automation/new.ts": OPENINGS,
    "provider/infisical/http/encode.ts": OPENINGS,
  });
  const expected = ["automation/new.ts", "provider/engine/new.ts"].flatMap((file) =>
    OPENINGS.map((_opening, index) => `${file}:${index + 1}`),
  );
  expect([...new Set(places)].sort()).toEqual(expected);
  expect(status).toBe(1);
});

/** By this repository's rules, in a folder of its own. */
async function lint(files: Record<string, string[]>) {
  const folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
  try {
    const rules = JSON.parse(await readFile(join(root, "biome.json"), "utf8")) as object;
    await writeFile(join(folder, "biome.json"), JSON.stringify({ ...rules, vcs: { enabled: false } }));
    await cp(join(root, "scripts/lint"), join(folder, "scripts/lint"), { recursive: true });
    for (const [name, lines] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), `${lines.join("\n")}\n`);
    }
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [biome, "lint", "--colors=off", "--max-diagnostics=50", "."],
      { cwd: folder, encoding: "utf8" },
    );
    return { status, places: (stdout + stderr).match(/^\S+\.ts:\d+(?=:\d+ plugin)/gm) ?? [] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
