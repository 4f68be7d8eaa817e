import type { Place } from "../engine/store.ts";
import { BridgeError } from "../errors.ts";
import type { SyncOptions } from "../schema.ts";

/** One text for a place, for comparisons and messages. */
export function describePlace(place: Place): string {
  return `${place.origin} project ${place.projectId} ${place.environment}:${place.secretPath}`;
}

/** A changed URL alone is no other place: an instance may move. */
function isSamePlace(a: Place, b: Place): boolean {
  return a.projectId === b.projectId && a.environment === b.environment && a.secretPath === b.secretPath;
}

/**
 * The rules about the two places of a sync, of a declaration as of a run.
 *
 * @throws BridgeError `same-place` where a sync would write into its own source. Project ids are unique
 * across instances, so equal ones on two hosts are most likely one instance under two names.
 */
export function refusePlaces(
  source: Place,
  destination: Place,
  { allowSameProjectId }: Pick<SyncOptions, "allowSameProjectId">,
): void {
  if (!isSamePlace(source, destination)) return;
  if (source.origin !== destination.origin && allowSameProjectId) return;
  throw new BridgeError(
    "same-place",
    `Source and destination are the same folder: project ${source.projectId} ${source.environment}:${source.secretPath}.`,
    {
      path: "destinationConfig",
      hint:
        source.origin === destination.origin
          ? "Name another project, environment or path."
          : "If the destination is a restored copy on another host, set syncOptions.allowSameProjectId.",
    },
  );
}
