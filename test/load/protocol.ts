/** What the process of the instances is asked, and what it answers. */

/** How much there is, and how fast. */
export interface Plan {
  syncs: number;
  /** Of each sync; of each of its folders, if it has some. */
  keys: number;
  /** Folders beneath that of each sync. */
  folders?: number;
  /** How much faster the servers' time passes. */
  speed: number;
  /** So many times the limits of the Free plan; 0 for none. */
  limitsTimes: number;
  /** The syncs go round them. @default prod alone */
  environments?: readonly string[];
}

export interface Side {
  url: string;
  projectId: string;
  environments: readonly string[];
  clientId: string;
  clientSecret: string;
}

export interface Sides {
  source: Side;
  destination: Side;
}

/** What arrived since the last question. */
export interface Tally {
  requests: number;
  logins: number;
  /** Requests refused with 429, by minute of the server. */
  refused: Record<number, number>;
}

export type Order =
  | { kind: "tally" }
  /** New values for the first keys of every folder at the source. */
  | { kind: "change"; keys: number }
  /** Every answer takes so long. */
  | { kind: "slow"; ms: number }
  | { kind: "compare" };

export type Reply =
  | Sides
  | { source: Tally; destination: Tally }
  | { unequal: number }
  | Record<string, never>;

/** The place of a folder beneath that of a sync. */
export const below = <P extends { secretPath: string }>(place: P, folder: number): P => ({
  ...place,
  secretPath: `${place.secretPath}/part-${String(folder).padStart(5, "0")}`,
});

/** The place of a sync at a side; environment and folder are the same on both. */
export const placeOf = ({ projectId, environments }: Side, sync: number) => ({
  projectId,
  environment: environments[sync % environments.length] ?? "",
  secretPath: `/sync-${String(sync).padStart(4, "0")}`,
});
