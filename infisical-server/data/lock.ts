// One server per directory: two would overwrite each other's file.
import { randomUUID } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const ownerSchema = z.object({ pid: z.number(), startedAt: z.number(), id: z.string() });
type Owner = z.infer<typeof ownerSchema>;

/** Two readings of one process's start may differ by this much. */
const SAME_START_MS = 1000;

/** Locks a directory, or says who has it; the function that comes back unlocks it. */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, "lock");
  const own = JSON.stringify({ pid: process.pid, startedAt: processStart(), id: randomUUID() });
  while (!(await create(path, own))) {
    const found = await readIfPresent(path);
    if (found === undefined) continue;
    const owner = parse(found);
    const isFree = owner !== undefined && !isAlive(owner) && (await removeStale(path, found));
    if (!isFree) {
      throw new Error(
        `${directory} is in use by ${owner ? `process ${owner.pid}` : "another server"}: stop that one first, take another directory, or delete ${path}* if no server uses it`,
      );
    }
  }
  return async () => {
    if ((await readIfPresent(path)) === own) await rm(path, { force: true });
  };
}

/** A link appears with its content in one step, so that nobody reads half a lock. */
async function create(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, content, { flag: "wx", mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (hasErrno(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Under a guard: without it, one that judged the same lock later would take away the lock of the new owner. */
async function removeStale(path: string, judged: string): Promise<boolean> {
  const guard = `${path}.takeover`;
  try {
    await writeFile(guard, "", { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (hasErrno(error, "EEXIST")) return false;
    throw error;
  }
  try {
    if ((await readIfPresent(path)) === judged) await rm(path);
    return true;
  } finally {
    await rm(guard);
  }
}

function isAlive({ pid, startedAt }: Owner): boolean {
  // In a container that was started again, the dead process may have had our id.
  if (pid === process.pid) return Math.abs(startedAt - processStart()) < SAME_START_MS;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasErrno(error, "ESRCH");
  }
}

const processStart = () => Date.now() - process.uptime() * 1000;

function parse(text: string): Owner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (hasErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

export const hasErrno = (error: unknown, code: string) =>
  error instanceof Error && "code" in error && error.code === code;
