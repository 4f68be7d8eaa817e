import { takesSubfolders } from "../control-plane/sync-options.ts";
import type { Run } from "./run.ts";
import { readSource } from "./source-set.ts";

/** Blind: every key of the source as it is now, whether or not the remote folder has it (control-plane §3.13). */
export async function removeSecrets(run: Run): Promise<void> {
  const keys = [...readSource(run, run.folder(), takesSubfolders(run.syncOptions)).keys()];
  if (keys.length > 0) await run.remote.delete(keys);
}
