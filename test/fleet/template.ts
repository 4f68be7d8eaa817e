/**
 * A new embedded database costs six seconds of the processor, its tables another one, and a copy next to nothing: one with the
 * tables is made, and kept for later runs of the same sources.
 */
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { migrate } from "../../automation/fleet/database/migrate.ts";
import { EMBEDDED_DATA, openEmbedded } from "../../automation/fleet/database/pglite.ts";
import { root } from "../support/node.ts";

const CACHE = join(root, "node_modules/.cache/external-infisical/fleet");
const SOURCES = join(root, "automation/fleet/database");

/** What it is made of: the versions of PGlite and pg-boss are in the manifest. */
const made = [
  join(root, "package.json"),
  ...readdirSync(SOURCES)
    .toSorted()
    .map((name) => join(SOURCES, name)),
];
const hash = createHash("sha256");
for (const file of made) hash.update(readFileSync(file));
const TEMPLATE = join(CACHE, hash.digest("hex"));

/** Vitest calls it before all tests. */
export default async function makeTemplate(): Promise<void> {
  if (existsSync(TEMPLATE)) return;
  await rm(CACHE, { recursive: true, force: true });
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, "new-"));
  const database = await openEmbedded(folder);
  await migrate(database);
  await database[Symbol.asyncDispose]();
  await rename(join(folder, EMBEDDED_DATA), TEMPLATE);
  await rm(folder, { recursive: true });
}

/** Gives a folder what an embedded database with the tables and nothing in them leaves there. */
export const copyTemplate = (folder: string): void =>
  cpSync(TEMPLATE, join(folder, EMBEDDED_DATA), { recursive: true });
