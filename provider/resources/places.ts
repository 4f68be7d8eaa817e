import type { Place } from "../engine/store.ts";
import { BridgeError } from "../errors.ts";
import type { SyncOptions } from "../schema.ts";

/** One text for a place, for comparisons and messages. */
export function describePlace(place: Place): string {
  return `${place.origin} project ${place.projectId} ${place.environment}:${place.secretPath}`;
}

/** What of places can overlap at all; a changed URL alone is no other place: an instance may move. */
const isSameEnvironment = (a: Place, b: Place): boolean =>
  a.projectId === b.projectId && a.environment === b.environment;

/** True where one place holds a folder of the other, whatever their hosts. */
const holdsSameFolder = (a: Place, b: Place): boolean =>
  isSameEnvironment(a, b) && (a.secretPath === b.secretPath || isBelow(a, b) || isBelow(b, a));

const isBelow = (inner: Place, { secretPath, isTree }: Place): boolean =>
  isTree === true && inner.secretPath.startsWith(secretPath === "/" ? "/" : `${secretPath}/`);

/** True where the two places, on one host, have a folder in common. */
export const overlap = (a: Place, b: Place): boolean => a.origin === b.origin && holdsSameFolder(a, b);

/** Finds those of many that have a folder in common with a place, at once but for trees; in their order. */
export function createPlaceIndex<T>(all: readonly T[], placeOf: (one: T) => Place): (place: Place) => T[] {
  const byPlace = Map.groupBy(all, (one) => describePlace(placeOf(one)));
  const trees = all.filter((one) => placeOf(one).isTree);
  return (place) => {
    if (!place.isTree && trees.length === 0) return byPlace.get(describePlace(place)) ?? [];
    return all.filter((one) => overlap(placeOf(one), place));
  };
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
  if (!holdsSameFolder(source, destination)) return;
  if (source.origin !== destination.origin && allowSameProjectId) return;
  const { secretPath } = source;
  const what =
    secretPath === destination.secretPath
      ? `are the same folder: project ${source.projectId} ${source.environment}:${secretPath}`
      : `overlap: project ${source.projectId} ${source.environment}:${secretPath} and ${destination.secretPath}, with the folders beneath`;
  throw new BridgeError("same-place", `Source and destination ${what}.`, {
    path: "destinationConfig",
    hint:
      source.origin === destination.origin
        ? "Name another project, environment or path."
        : "If the destination is a restored copy on another host, set syncOptions.allowSameProjectId.",
  });
}
