import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { EngineError } from "../engines/engine.ts";
import { readAsFarAsRight, readSyncsFile, type SyncsFile } from "../syncs/read.ts";

export type { SyncsFile } from "../syncs/read.ts";
export { syncsJsonSchema } from "../syncs/schema.ts";

/**
 * Reads a syncs.yaml.
 *
 * @throws EngineError `invalid-config` with all problems, each with line and path
 */
export async function loadSyncsFile(path: string): Promise<SyncsFile> {
  return readSyncsFile(await textOf(path), basename(path));
}

/** The same, with the problems beside what is right. */
export async function loadAsFarAsRight(path: string): Promise<ReturnType<typeof readAsFarAsRight>> {
  return readAsFarAsRight(await textOf(path), basename(path));
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new EngineError("invalid-config", `${path} cannot be read.`, { cause });
  }
}
