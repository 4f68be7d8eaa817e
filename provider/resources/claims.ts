import type { Place } from "../engine/store.ts";
import { BridgeError } from "../errors.ts";
import { describePlace, overlap } from "./places.ts";

/** Who writes a destination: what is said in messages, and what it writes there. */
interface Writer {
  name: string;
  source: Place;
}

/** When a writer says so: `check` while it is planned, `run` when it is carried out. */
export interface Turn {
  stage: "check" | "run";
  /**
   * The resource's id, {@link NEW} for one that is being created; undefined where it cannot be told. A check with an id is of
   * one that stays in its place.
   */
  resource: string | undefined;
}

export const NEW = "new";

/** The writers of one phase of a deployment. */
export interface Claims {
  /** @throws BridgeError `shared-destination` if another one has claimed it */
  claim(destination: Place, writer: Writer, turn: Turn): void;
  /** The name of the sync that has claimed a destination, if any. */
  writerOf(destination: Place): string | undefined;
}

interface Claim {
  destination: Place;
  writer: Writer;
  resources: Record<Turn["stage"], Set<string>>;
}

/**
 * A destination has one writer, which is known by its name and its source. Two resources that are equal in both are
 * told apart where each has an id, or is being created. A check alone does not tell: tools check one resource more than
 * once, and what is new beside one on record may be what replaces it, unless that is known to stay.
 */
export function createClaims(): Claims {
  const claims = new Map<string, Claim>();
  let hasTrees = false;
  /** Folders that are no trees and not the same have nothing in common. */
  const overlapping = (destination: Place): Claim[] =>
    hasTrees || destination.isTree
      ? [...claims.values()].filter((claim) => overlap(claim.destination, destination))
      : [];
  return {
    claim(destination, writer, { stage, resource }) {
      const place = describePlace(destination);
      const claim = claims.get(place) ?? {
        destination,
        writer,
        resources: { check: new Set(), run: new Set() },
      };
      if (!isSameWriter(writer, claim.writer)) throw shared(place, claim.writer, writer);
      for (const other of overlapping(destination)) {
        const there = describePlace(other.destination);
        if (!isSameWriter(writer, other.writer)) throw shared(there, other.writer, writer);
        if (there !== place && resource !== undefined && isTwice[stage](other.resources[stage], resource))
          throw twice(there, writer);
      }
      const others = claim.resources[stage];
      if (resource !== undefined && isTwice[stage](others, resource)) throw twice(place, writer);
      if (resource !== undefined) others.add(resource);
      // It is decided on anew, and what a refresh has said of it does not count.
      else if (stage === "check") for (const id of others) if (id !== NEW) others.delete(id);
      claims.set(place, { ...claim, destination });
      hasTrees ||= destination.isTree === true;
    },
    writerOf: (destination) =>
      (claims.get(describePlace(destination)) ?? overlapping(destination)[0])?.writer.name,
  };
}

const isSameWriter = (a: Writer, b: Writer) => a.name === b.name && isSameSource(a, b);

const isSameSource = (a: Writer, b: Writer) => describePlace(a.source) === describePlace(b.source);

const isTwice: Record<Turn["stage"], (others: ReadonlySet<string>, resource: string) => boolean> = {
  check: (others, resource) => hasOther(others, resource) || (resource !== NEW && others.has(NEW)),
  run: (others, resource) => (resource === NEW ? others.has(NEW) : hasOther(others, resource)),
};

const hasOther = (ids: ReadonlySet<string>, id: string) => [...ids].some((one) => one !== id && one !== NEW);

function shared(place: string, first: Writer, second: Writer): BridgeError {
  const from = ({ source }: Writer) => describePlace(source);
  const who =
    first.name === second.name
      ? `Two syncs named "${first.name}", one from ${from(first)} and one from ${from(second)}, both write`
      : `The syncs "${first.name}" and "${second.name}" both write`;
  return new BridgeError("shared-destination", `${who} ${place}; each would delete the other's keys.`, {
    path: "destinationConfig",
    hint: "Give each sync a folder of its own.",
  });
}

const twice = (place: string, { name }: Writer) =>
  new BridgeError("shared-destination", `Two resources declare the sync "${name}", which writes ${place}.`, {
    path: "destinationConfig",
    hint: "A destination has one writer: remove one of the two.",
  });
