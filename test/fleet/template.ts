/**
 * A new embedded database costs six seconds of the processor, its tables another one, and a copy next to nothing: one with the
 * tables is made and kept.
 */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { migrate } from "../../automation/fleet/database/migrate.ts";
import { EMBEDDED_DATA, openEmbedded } from "../../automation/fleet/database/pglite.ts";
import { kept } from "../support/kept.ts";

/** Vitest calls it before all tests, so that no two workers make it. */
export default async function makeTemplate(): Promise<void> {
  await template();
}

/** The versions of PGlite and pg-boss are in the manifest. */
const template = () =>
  kept("fleet", { files: ["automation/fleet/database", "package.json"] }, async (folder) => {
    const database = await openEmbedded(folder);
    await migrate(database);
    await database[Symbol.asyncDispose]();
  });

/** Gives a folder what an embedded database with the tables and nothing in them leaves there. */
export async function copyTemplate(folder: string): Promise<void> {
  await cp(join(await template(), EMBEDDED_DATA), join(folder, EMBEDDED_DATA), { recursive: true });
}
