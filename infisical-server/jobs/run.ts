import type { SecretSync } from "../control-plane/model.ts";
import type { Folder, World } from "../model.ts";
import { FinalError } from "./failure.ts";
import { createRemote, type Remote } from "./remote.ts";
import type { Source } from "./source-set.ts";

/** What all runs share. */
export interface RunTools extends Source {
  /** Aborted when the server closes. */
  readonly signal: AbortSignal;
  /** Changes secrets without queueing the syncs that watch their folder. */
  readonly quietly: (write: () => void) => void;
}

/** One attempt: the sync as it was when the attempt began, and a login of its own. */
export interface Run extends RunTools {
  readonly remote: Remote;
  /** Fails for good when the source folder is gone; ask again after every wait. */
  readonly folder: () => Folder;
  readonly syncOptions: SecretSync["syncOptions"];
  /** No run has succeeded so far. */
  readonly isFirst: boolean;
}

export function openRun(tools: RunTools, sync: SecretSync): Run {
  const { folder, connection, destinationConfig, syncOptions } = sync;
  return {
    ...tools,
    remote: createRemote({ ...connection.credentials }, { ...destinationConfig }, tools.signal),
    folder: () => requireFolder(tools.world, folder),
    syncOptions: { ...syncOptions },
    isFirst: sync.sync.at === null,
  };
}

function requireFolder(world: World, folder: Folder | null): Folder {
  if (folder && world.folders.has(folder.id)) return folder;
  throw new FinalError("Invalid source configuration: folder no longer exists");
}
