import type { Clock } from "./clock.ts";
import type { EventStream } from "./events/event-stream.ts";
import type { Webhooks } from "./events/webhooks.ts";
import type { FaultBox } from "./faults/faults.ts";
import type { RateLimiter } from "./http/rate-limit.ts";
import type { RequestRecord } from "./http/request-log.ts";
import type { Jobs } from "./jobs/jobs.ts";
import type { World } from "./model.ts";
import type { Revision } from "./revisions/revision.ts";
import type { SeedResult } from "./seed/seed.ts";
import type { SeedForm } from "./seed/seed-schema.ts";

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

/** One server: what every route is given. */
export interface Context {
  readonly world: World;
  readonly clock: Clock;
  readonly random: () => number;
  readonly jobs: Jobs;
  readonly revision: Revision;
  readonly settings: Settings;
  readonly limit: RateLimiter;
  /** Subscriptions to events that are open. */
  readonly streams: Set<EventStream>;
  readonly webhooks: Webhooks;
  readonly faults: FaultBox;
  readonly requests: RequestRecord[];
  readonly log: (line: string) => void;
  /** Resolves when what a request changed is kept; what changes something is answered after it. */
  readonly saved: (() => Promise<void>) | undefined;
  /** @param seed checked for this world */
  seed(seed: SeedForm): SeedResult;
}
