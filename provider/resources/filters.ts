/** Which options do not go with a filter. */
import { isFilteredBySource } from "../engine/filter.ts";
import { BridgeError } from "../errors.ts";
import type { SyncOptions } from "../schema.ts";

/** @throws BridgeError `invalid-arguments` */
export function refuseFilter(options: SyncOptions): void {
  const { filter, includeAllSubFolders, unownedKeys, initialSyncBehavior } = options;
  if (filter?.folders && !includeAllSubFolders)
    throw refused(
      "syncOptions.filter.folders",
      "A filter of folders chooses from those beneath the source folder, and this sync takes none of them along.",
      "Set syncOptions.includeAllSubFolders, or leave the folders out.",
    );
  if (!isFilteredBySource(options)) return;
  const what =
    filter?.tags || filter?.metadata
      ? "Tags and metadata are chosen at the source"
      : "Flattened folders are chosen at the source";
  if (unownedKeys === "delete")
    throw refused(
      "syncOptions.unownedKeys",
      `${what}, and say nothing about the destination's own keys: deleting what this sync did not write would delete all of them.`,
      "Leave syncOptions.unownedKeys out, or set it to keep: keys that the sync wrote are deleted with it, too.",
    );
  if (initialSyncBehavior !== "overwrite-destination")
    throw refused(
      "syncOptions.initialSyncBehavior",
      `${what}: what a first run imports with ${initialSyncBehavior} would be left out by the filter right after it.`,
      "Set it to overwrite-destination, or filter by keys.",
    );
}

const refused = (path: string, text: string, hint: string) =>
  new BridgeError("invalid-arguments", text, { path, hint });
