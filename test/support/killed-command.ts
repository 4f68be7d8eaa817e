/** What a command that was killed leaves: its children, and files. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { expect, vi } from "vitest";

/** Waits until all processes that were started for a folder are gone: they must not go on writing by themselves. */
export async function childrenEnded(folder: string): Promise<void> {
  await vi.waitFor(async () => expect(await childrenOf(folder)).toEqual([]), { timeout: 20_000 });
}

/** Ends what a killed Pulumi CLI leaves running: its provider, which has stopped its work and waits for ever. */
export async function endChildren(folder: string): Promise<void> {
  for (const pid of await childrenOf(folder)) process.kill(Number(pid), "SIGKILL");
}

/** They have the folder's PULUMI_HOME. None is found without /proc. */
async function childrenOf(folder: string): Promise<string[]> {
  const pids = existsSync("/proc/self/environ") ? await readdir("/proc") : [];
  const environments = await Promise.all(
    pids
      .filter((pid) => /^\d+$/.test(pid))
      .map(async (pid) => ({ pid, text: await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "") })),
  );
  return environments.filter(({ text }) => text.includes(`PULUMI_HOME=${folder}/`)).map(({ pid }) => pid);
}

/** Temporary files below a folder. */
export async function leftovers(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".tmp"));
}
