import type { Run } from "./run.ts";
import { keysIn } from "./source-set.ts";

/** Blind: every key of the source as it is now, whether or not the remote folder has it (control-plane §3.13). */
export async function removeSecrets(run: Run): Promise<void> {
  const keys = keysIn(run);
  if (keys.length > 0) await run.remote.delete(keys);
}
