// Remote secrets into the source folder (control-plane §3.13, "Import details").
import type { ImportBehavior } from "../control-plane/model.ts";
import type { Folder } from "../model.ts";
import { changeSecret, insertSecret } from "../secrets/secret-change.ts";
import { FinalError } from "./failure.ts";
import type { Values } from "./remote.ts";
import type { Run } from "./run.ts";
import { readOwn } from "./source-set.ts";

/** Compares with the folder's own secrets only: what it has through its secret imports counts as missing. */
export async function importSecrets(run: Run, behavior: ImportBehavior): Promise<void> {
  // Without a source folder nothing is asked of the remote instance.
  run.folder();
  const there = await run.remote.list();
  if (there.size === 0) return;
  const invalid = [...there.keys()].filter((key) => /[:/]/.test(key)).length;
  if (invalid > 0) {
    throw new FinalError(
      `Cannot import ${invalid} ${invalid === 1 ? "secret" : "secrets"}: invalid secret name`,
    );
  }

  const folder = run.folder();
  const own = readOwn(run, folder);
  const missing = new Map<string, string>();
  const overwritten = new Map<string, string>();
  for (const [key, value] of there) {
    if (!own.has(key)) missing.set(key, value);
    else if (behavior === "prioritize-destination" && value !== "" && value !== own.get(key)) {
      overwritten.set(key, value);
    }
  }
  run.quietly(() => write(run, folder, missing, overwritten));
}

function write({ world }: Run, folder: Folder, missing: Values, overwritten: Values): void {
  // A secret that could not be read looked missing, but is in the way.
  const taken = [...missing.keys()].filter((key) => folder.secrets.has(key));
  if (taken.length > 0) throw new Error(`Secret already exists: ${taken.join(", ")}`);
  for (const [key, value] of missing) insertSecret(world, folder, key, { value }, null);
  for (const [key, value] of overwritten) {
    const secret = folder.secrets.get(key);
    // The product passes an empty comment; taken as clearing it (not confirmed).
    if (secret) changeSecret(world, secret, { value, comment: "" }, null);
  }
}
