/** The locks of the CLI's file backend: one file per process that works on a stack. */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { parseJson } from "../../../../provider/parse-json.ts";
import { EngineError } from "../../engine.ts";
import { listFolder, readIfPresent, removeLeftovers, writeAtomically } from "./files.ts";

const lockSchema = z.object({
  pid: z.number(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.string(),
});
type Lock = z.infer<typeof lockSchema>;

/** Locks a stack, or refuses with code `locked`. Disposing removes the lock. */
export async function lockStack(folder: string): Promise<AsyncDisposable> {
  const name = `${randomUUID()}.json`;
  const path = join(folder, name);
  await refuseIfLocked(folder, name);
  // Whole or not at all, also on a full disk. The draft is elsewhere: the CLI takes every file in this folder for a lock.
  const drafts = dirname(folder);
  await removeLeftovers(drafts, (file) => IS_LOCK.test(file), hasEndedHere);
  await writeAtomically(path, JSON.stringify(ownLock()), drafts);
  // A process that ends itself in the middle leaves no lock: what it has begun is in the state.
  const unlockAtExit = () => rmSync(path, { force: true });
  process.on("exit", unlockAtExit);
  const unlock = async () => {
    process.off("exit", unlockAtExit);
    await rm(path, { force: true });
  };
  try {
    // Two processes may have come this far at once: then both see the other's lock, and at least one gives way.
    await refuseIfLocked(folder, name);
  } catch (error) {
    await unlock();
    throw error;
  }
  return { [Symbol.asyncDispose]: unlock };
}

/** Who holds a stack, a line for each lock but the own one. */
export async function describeLocks(folder: string, ownName?: string): Promise<string[]> {
  const names = (await listFolder(folder)).filter((name) => name.endsWith(".json") && name !== ownName);
  return Promise.all(names.map((name) => describe(join(folder, name))));
}

/** Removes all locks of a stack, whoever holds them, and those that nobody can read too. */
export async function removeLocks(folder: string): Promise<void> {
  const names = (await listFolder(folder)).filter((name) => IS_LOCK.test(name));
  await Promise.all(names.map((name) => rm(join(folder, name), { force: true })));
}

/** A lock, and what the CLI keeps beside it. */
const IS_LOCK = /\.json(?:\.attrs)?$/;

async function refuseIfLocked(folder: string, ownName: string): Promise<void> {
  const locks = await describeLocks(folder, ownName);
  if (locks.length === 0) return;
  throw new EngineError(
    "locked",
    `The stack is currently locked by ${locks.length} lock(s):\n${locks.join("\n")}`,
    {
      hint: "Wait for the other process to end. If it has ended without unlocking, run `external-infisical cancel` (or `pulumi cancel`), then this again.",
    },
  );
}

async function describe(path: string): Promise<string> {
  const text = await readIfPresent(path);
  if (text === undefined) return `  ${path}: just removed`;
  const parsed = lockSchema.safeParse(parseJson(text));
  if (!parsed.success)
    return `  ${path}: ${text === "" ? "empty" : "not readable as a lock"}; a full disk may have cut it off`;
  const { username, hostname: host, pid, timestamp } = parsed.data;
  const note = hasEnded(parsed.data) ? "; that process has ended" : "";
  return `  ${path}: created by ${username}@${host} (pid ${pid}) at ${timestamp}${note}`;
}

function hasEnded(lock: Lock): boolean {
  return lock.hostname === hostname() && hasEndedHere(lock.pid);
}

/** Whether there is no process of that id on this host. */
export function hasEndedHere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

function ownLock(): Lock {
  return {
    pid: process.pid,
    username: userInfo().username,
    hostname: hostname(),
    timestamp: new Date().toISOString(),
  };
}
