// Which changes start auto-syncs (control-plane §3.12, §3.15).

import type { SecretSync } from "../control-plane/model.ts";
import { takesSubfolders } from "../control-plane/sync-options.ts";
import { findFolder, isBelow, pathOf } from "../folders/folders.ts";
import type { Folder, SecretChange, World } from "../model.ts";
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

  const watch = ({ kind, folder }: SecretChange): void => {
    if (isQuiet) return;
    const { environment } = folder;
    const path = pathOf(folder);
    const isOfFolders = kind === "folders";
    const place = `${environment.id}:${path}:${isOfFolders}`;
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
      const affected = isOfFolders ? [] : [...affectedFolders(world, changed)];
      for (const sync of followers)
        if (affected.some((one) => one === sync.folder) || readsBelow(sync, [changed, ...affected]))
          queueSync(sync);
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

/** True of a sync that reads the folders beneath one, or beneath which one is. */
const readsBelow = ({ folder, syncOptions }: SecretSync, changed: readonly Folder[]): boolean =>
  folder !== null &&
  takesSubfolders(syncOptions) &&
  changed.some((one) => one === folder || isBelow(one, folder));
