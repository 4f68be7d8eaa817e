/**
 * Which destinations the syncs of a deployment write. Nothing is removed there when another sync, or the former self of
 * the same one, is deleted: the provider leaves alone what has been claimed.
 */
import type { Place } from "../../provider/engine/store.ts";
import { keepsFolders } from "../../provider/engine/tree-key.ts";
import { createPlaceIndex } from "../../provider/resources/places.ts";
import { treeOptionsIn } from "../../provider/resources/sync/inputs.ts";
import { instanceUrl } from "../../provider/schema.ts";
import type { EngineEvent } from "../engines/engine.ts";
import { isHidden } from "./hidden.ts";
import { destinationConfig, isSyncType } from "./sync-review.ts";

export type StepMetadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

const REPLACED = "delete-replaced";

/** The deletion of what has been replaced, or is to be. */
export const isOfReplaced = ({ op }: Pick<StepMetadata, "op">): boolean => op === REPLACED;

/** Tells a resource from its former self, which has the same URN. */
export const nameOf = (step: Pick<StepMetadata, "urn" | "op">): string =>
  isOfReplaced(step) ? `former ${step.urn}` : step.urn;

/** Grows with the steps of an operation; at its end it tells of each deletion. */
export interface Writers {
  add(step: StepMetadata): void;
  /** True where a deletion, by its name, leaves the destination as it is. */
  spares(name: string): boolean;
}

export function createWriters(): Writers {
  const written: Place[] = [];
  let writersOf: ((place: Place) => Place[]) | undefined;
  const checked = new Set<string>();
  const deleted = new Map<string, Place | undefined>();
  /** Deleted before the new self was checked, which would have claimed the destination. */
  const unclaimed = new Set<string>();
  return {
    add(step) {
      const { urn, type, op, keys } = step;
      if (!isSyncType(type) || op === "refresh") return;
      if (step.new) {
        checked.add(urn);
        const place = destinationOf(step.new);
        if (place) written.push(place);
        writersOf = undefined;
        // Deleted first for changes of its own, which had been checked; what goes along with another had not.
        if (op === "replace" && keys?.length) unclaimed.delete(nameOf({ urn, op: REPLACED }));
      } else {
        deleted.set(nameOf(step), destinationOf(step.old));
        if (isOfReplaced(step) && !checked.has(urn)) unclaimed.add(nameOf(step));
      }
    },
    spares(name) {
      const place = deleted.get(name);
      writersOf ??= createPlaceIndex(written, (one) => one);
      return place !== undefined && writersOf(place).length > 0 && !unclaimed.has(name);
    },
  };
}

/** Undefined where a part of it is not told. */
function destinationOf(state: StepMetadata["old"]): Place | undefined {
  const { instanceUrl: url, connectionId, destinationConfig: config } = state?.inputs ?? {};
  const place = destinationConfig.safeParse(config).data;
  // Where a connection leads that is named by its id, the instance alone knows.
  const origin = url === undefined ? connectionId : (instanceUrl.safeParse(url).data ?? url);
  if (!place || typeof origin !== "string" || [origin, ...Object.values(place)].some(isHidden))
    return undefined;
  return { origin, ...place, ...(keepsFolders(treeOptionsIn(state?.inputs ?? {})) && { isTree: true }) };
}
