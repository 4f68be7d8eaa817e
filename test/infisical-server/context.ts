import type { Clock } from "./clock.ts";
import type { FaultBox } from "./faults.ts";
import type { Jobs } from "./jobs/jobs.ts";
import type { World } from "./model.ts";
import type { RequestRecord } from "./request-log.ts";

/** Ways in which this instance imitates other revisions of the product. */
interface Revision {
  missingFolderList: "empty" | "not-found";
  withoutV4: boolean;
  withoutUpsertMode: boolean;
  withoutItemPaths: boolean;
  withoutEventSubscriptions: boolean;
  withoutExternalInfisical: boolean;
}

/** What the operator, the plan or the organization decides. */
interface Settings {
  allowInternalIpConnections: boolean;
  blockDuplicateSecretSyncDestinations: boolean;
  secretSyncLimit: number | undefined;
}

/** Requests per minute and IP by class (contract §3). */
export interface RateLimits {
  /** All classes together. */
  global?: number | undefined;
  secret?: number | undefined;
  read?: number | undefined;
  write?: number | undefined;
  projectCreation?: number | undefined;
  identityCreation?: number | undefined;
}

/** What every route is given. */
export interface Context {
  readonly world: World;
  readonly clock: Clock;
  readonly random: () => number;
  readonly jobs: Jobs;
  readonly revision: Revision;
  readonly settings: Settings;
  readonly rateLimits: RateLimits;
  readonly faults: FaultBox;
  readonly requests: RequestRecord[];
  readonly log: (line: string) => void;
}
