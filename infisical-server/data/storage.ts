// Where a server keeps its world between two runs: a file in a directory of its own, or nowhere.
import { hash } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { decode, encode, type Kept } from "./format.ts";
import { hasErrno, lockDirectory } from "./lock.ts";
import { createSaver, type Saver } from "./saver.ts";

export interface Storage {
  /** What an earlier run left. */
  readonly kept: Kept | undefined;
  /** From now on, after every change and at the end, what this answers is written. */
  begin(current: () => Kept): Promise<void>;
  /** Resolves when all that changed until now is on disk; absent where nothing is kept. */
  saved?: () => Promise<void>;
  /** For changes that nobody waits for; a failure is logged, and the next save has them. */
  changed(): void;
  /** Writes a last time and lets others use the directory. */
  close(): Promise<void>;
}

/** @param log told when a write fails while the server runs */
export async function openStorage(
  directory: string | undefined,
  log: (line: string) => void = () => {},
): Promise<Storage> {
  if (directory === undefined) return forgetful;
  // Values are in the file in clear. The mode is for directories made here: others belong to somebody else.
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const unlock = await lockDirectory(directory);
  const path = join(directory, "world.bin");
  let kept: Kept | undefined;
  try {
    kept = await read(path);
  } catch (error) {
    await unlock();
    throw error;
  }
  let saver: Saver | undefined;
  const close = async () => {
    try {
      await saver?.close();
    } finally {
      await unlock();
    }
  };
  let closed: Promise<void> | undefined;
  // Before the beginning there is nothing to lose: what starts a server is told when it has not started.
  const saved = async () => saver?.saved();
  return {
    kept,
    async begin(current) {
      saver = createSaver(writerTo(path, current));
      await saved();
    },
    saved,
    changed: () => void saved().catch((error: unknown) => log(`Cannot write ${path}: ${error}`)),
    close: () => (closed ??= close()),
  };
}

const forgetful: Storage = {
  kept: undefined,
  begin: async () => {},
  changed() {},
  close: async () => {},
};

async function read(path: string): Promise<Kept | undefined> {
  try {
    return decode(await readFile(path), path);
  } catch (error) {
    if (hasErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** The file is replaced in one step, so that there is a whole one at any time. */
function writerTo(path: string, current: () => Kept): () => Promise<void> {
  const draft = `${path}.new`;
  let written: string | undefined;
  return async () => {
    const bytes = encode(current());
    const digest = hash("sha256", bytes);
    if (digest === written) return;
    // One that a killed process left.
    await rm(draft, { force: true });
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    written = digest;
  };
}
