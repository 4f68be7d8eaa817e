/** Puts files where there are none yet. */
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "../../engines/engine.ts";
import { asNamed } from "../../files/inside.ts";

/**
 * Makes sure that nothing will be overwritten.
 *
 * @param hint how to name another place
 * @throws EngineError `invalid-config`
 */
export async function refuseExisting(folder: string, names: readonly string[], hint: string): Promise<void> {
  for (const name of names) {
    const path = await asNamed(process.cwd(), join(folder, name));
    if (await stat(path).catch(() => undefined))
      throw new EngineError("invalid-config", `${path} is there already, and is not overwritten.`, { hint });
  }
}

/** Writes all files or, where one of them is there, none. @throws EngineError `invalid-config` */
export async function writeNewFiles(
  folder: string,
  files: readonly { name: string; text: string }[],
  hint: string,
): Promise<void> {
  const names = files.map(({ name }) => name);
  await refuseExisting(folder, names, hint);
  for (const { name, text } of files) {
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, name), text, { flag: "wx" });
    } catch (cause) {
      throw new EngineError("invalid-config", `${join(folder, name)} cannot be written.`, { hint, cause });
    }
  }
}
