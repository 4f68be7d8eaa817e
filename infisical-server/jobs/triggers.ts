// Which changes start auto-syncs (control-plane §3.12).

import type { SecretSync } from "../control-plane/model.ts";
import { findFolder, pathOf } from "../folders/folders.ts";
import type { SecretChange, World } from "../model.ts";
import { affectedFolders } from "./affected-folders.ts";
import type { Timers } from "./timers.ts";

const DEBOUNCE_MS = 3_000;

export interface Triggers {
  /** What is written meanwhile starts nothing. */
  quietly<T>(write: () => T): T;
  close(): void;
}

export function createTriggers(
  world: World,
  timers: Timers,
  queueSync: (sync: SecretSync) => void,
): Triggers {
  /** Places whose changes are being collected: the first change opens the time, further ones do not extend it. */
  const collecting = new Set<string>();
  let isQuiet = false;

  const watch = ({ folder }: SecretChange): void => {
    if (isQuiet) return;
    const { environment } = folder;
    const path = pathOf(folder);
    const place = `${environment.id}:${path}`;
    if (collecting.has(place)) return;
    collecting.add(place);
    timers.after(DEBOUNCE_MS, () => {
      collecting.delete(place);
      // By its path: a folder that was renamed meanwhile is not found any more.
      const changed = findFolder(environment, path);
      if (!changed) return;
      const followers = [...world.syncs.values()].filter(({ isAutoSyncEnabled }) => isAutoSyncEnabled);
      // Finding what depends on a folder reads the whole project.
      if (followers.length === 0) return;
      const affected = affectedFolders(world, changed);
      for (const sync of followers) if (sync.folder && affected.has(sync.folder)) queueSync(sync);
    });
  };
  world.watchers.add(watch);

  return {
    quietly(write) {
      isQuiet = true;
      try {
        return write();
      } finally {
        isQuiet = false;
      }
    },
    close: () => {
      world.watchers.delete(watch);
    },
  };
}
