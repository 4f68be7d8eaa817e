/** What becomes of the folders beneath a source in the instance's own execution (control-plane §3.15). */
import { BridgeError } from "../../../errors.ts";
import type { ControlPlane, SyncRow } from "../../../infisical/control-plane/index.ts";
import type { NativeSyncInputs } from "./inputs.ts";

/**
 * An instance that does not know the option drops it without a word, and its run would delete at the destination what the
 * folders beneath have put there.
 *
 * @throws BridgeError `unsupported`
 */
export async function refuseUnknownSubfolders(
  plane: ControlPlane,
  { syncOptions: { includeAllSubFolders } }: NativeSyncInputs,
  row: SyncRow | undefined,
): Promise<void> {
  const isKnown = !includeAllSubFolders || row?.syncOptions.includeAllSubFolders === true;
  if (isKnown || (await plane.takesSubfolders())) return;
  throw new BridgeError(
    "unsupported",
    "The Infisical Syncs of the source instance cannot take subfolders along: its version does not know that option.",
    {
      path: "syncOptions.includeAllSubFolders",
      hint: 'Upgrade the instance, or use execution: "engine", which needs only rights on secrets and works with any version.',
    },
  );
}

/**
 * An instance does not refuse it, but imports into the source folder alone: what came from the folders beneath would be
 * there a second time, and equal names fail every later run.
 *
 * @throws BridgeError `invalid-arguments`
 */
export function refuseImport({ name, syncOptions }: SyncRow): void {
  if (syncOptions.includeAllSubFolders !== true) return;
  throw new BridgeError(
    "invalid-arguments",
    `The Infisical Sync "${name}" takes subfolders along: an import would put their secrets into the source folder again, and their names would then be there twice.`,
    { hint: "Import by a sync of each folder, or turn includeAllSubFolders off and deploy first." },
  );
}
