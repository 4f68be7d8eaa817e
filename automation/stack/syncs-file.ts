import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { EngineError } from "../engines/engine.ts";
import { readSyncsFile, type SyncsFile } from "../syncs/read.ts";

export type { SyncsFile } from "../syncs/read.ts";
export { syncsJsonSchema } from "../syncs/schema.ts";

/**
 * Reads a syncs.yaml.
 *
 * @throws EngineError `invalid-config` with all problems, each with line and path
 */
export async function loadSyncsFile(path: string): Promise<SyncsFile> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new EngineError("invalid-config", `${path} cannot be read.`, { cause });
  }
  return readSyncsFile(text, basename(path));
}
