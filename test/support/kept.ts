/** What takes seconds to make, and is the same for all workers and later runs of the same sources: made once, and kept. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { root } from "./node.ts";

const CACHE = join(root, "node_modules/.cache/external-infisical");

/**
 * A folder that tests only read.
 *
 * @param from what it is made of: files and folders of the repository, and texts, such as the version of a tool
 */
export async function kept(
  name: string,
  { files, texts = [] }: { files: readonly string[]; texts?: readonly string[] },
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const all = join(CACHE, name);
  const hash = createHash("sha256").update(JSON.stringify(texts));
  for (const file of (await Promise.all(files.map(filesOf))).flat().toSorted())
    hash.update(relative(root, file)).update(await readFile(file));
  const own = join(all, hash.digest("hex"));
  if (existsSync(own)) return own;

  const older = await readdir(all).catch(() => []);
  for (const other of older.filter((one) => !one.startsWith(NEW)))
    await rm(join(all, other), { recursive: true, force: true });
  await mkdir(all, { recursive: true });
  const made = await mkdtemp(join(all, NEW));
  await make(made);
  await rename(made, own).catch(async (error) => {
    await rm(made, { recursive: true });
    // Else another worker has made the same meanwhile.
    if (!existsSync(own)) throw error;
  });
  return own;
}

const NEW = "new-";

async function filesOf(path: string): Promise<string[]> {
  const whole = join(root, path);
  const entries = await readdir(whole, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (!entries) return [whole];
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}
