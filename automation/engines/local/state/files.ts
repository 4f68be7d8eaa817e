/** The few file operations that the state needs. */
import { randomUUID } from "node:crypto";
import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { makePrivateFolder, PRIVATE_FILE } from "../../../files/private.ts";

/**
 * Replaces a file in one step: a reader, and a crash, see the old text or the new one, whole.
 *
 * @param drafts the folder that it is written in first
 */
export async function writeAtomically(
  path: string,
  text: string | Buffer,
  drafts = dirname(path),
): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = join(drafts, `${basename(path)}.${process.pid}-${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, "wx", PRIVATE_FILE);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** What `writeAtomically` calls its temporary files: file, process, and what makes it the only one. */
const TEMPORARY = /^(?<file>.*)\.(?<pid>\d+)-[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.tmp$/;

/**
 * Removes the temporary files that killed processes have left in a folder.
 *
 * @param isMeant tells of which files, by name
 * @param hasEnded tells which processes are gone; whoever writes alone, by a lock, takes all for gone
 */
export async function removeLeftovers(
  folder: string,
  isMeant: (file: string) => boolean = () => true,
  hasEnded: (pid: number) => boolean = () => true,
): Promise<void> {
  const left = (await listFolder(folder)).filter((name) => {
    const { file, pid } = TEMPORARY.exec(name)?.groups ?? {};
    return file !== undefined && isMeant(file) && hasEnded(Number(pid));
  });
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
}

/** Makes a folder and those above it; none of them is lost with the power. */
async function makeFolder(path: string): Promise<void> {
  const first = await makePrivateFolder(path);
  if (first === undefined) return;
  for (let folder = path; folder !== dirname(first); folder = dirname(folder)) {
    await syncFolder(dirname(folder));
  }
}

/** Where a folder cannot be told to, its file system keeps names by its own rules. */
const CANNOT_SYNC = new Set(["EISDIR", "EPERM", "EINVAL", "ENOTSUP", "ENOSYS"]);

/** Makes the names in a folder last: a rename is known to other processes at once, but not to the disk. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path);
  try {
    await folder.sync();
  } catch (error) {
    if (!CANNOT_SYNC.has(codeOf(error) ?? "")) throw error;
  } finally {
    await folder.close();
  }
}

/** The text of a file; undefined if there is none. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The names in a folder; none if there is no such folder. */
export async function listFolder(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === "ENOENT";
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error ? String(error.code) : undefined;
