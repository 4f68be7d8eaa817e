import type { Clock } from "./clock.ts";
import type { FaultBox } from "./faults/faults.ts";
import type { RequestRecord } from "./http/request-log.ts";
import type { Jobs } from "./jobs/jobs.ts";
import type { World } from "./model.ts";
import type { Revision } from "./revisions/revision.ts";

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
