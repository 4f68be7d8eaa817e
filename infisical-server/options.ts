// The public interface of `external-infisical/testing`.

import type { IdentityCredentials, IdentityOptions } from "./auth/identity-input.ts";
import type { Clock } from "./clock.ts";
import type { RateLimits } from "./context.ts";
import type { AuditEvent } from "./control-plane/model.ts";
import type { Fault } from "./faults/faults.ts";
import type { RateLimitPlan } from "./http/rate-limit.ts";
import type { RequestRecord } from "./http/request-log.ts";
import type { Role } from "./model.ts";
import type { Profile } from "./revisions/revisions.ts";
import type { SecretInput } from "./secrets/put-secrets.ts";
import type { Seed, SeedResult } from "./seed/seed.ts";

export interface InfisicalServerOptions {
  /** Loopback only. @default 127.0.0.1 */
  host?: string;
  /** @default 0, a free port */
  port?: number;
  /** What the server holds at the beginning; not applied again where `dataDir` has it from an earlier run. */
  seed?: Seed;
  /**
   * Directory in which the server keeps all that it holds, across restarts; made when missing, with access for the
   * current user only. **Values are on disk in clear.** One server at a time. A request that changes something is answered
   * when all of it is on disk, so a kill takes back nothing that was answered; it writes the whole world, so large ones
   * answer slowly. What is not kept: faults, requests, rate
   * limit windows and jobs; auto-syncs that had not ended are queued again. @default nothing is kept
   */
  dataDir?: string;
  /** @default the time of this machine */
  clock?: Clock;
  /** For jitter; from 0 to below 1. @default Math.random */
  random?: () => number;
  /** One line per answered request, and stacks of unexpected failures; never a value. */
  log?: (line: string) => void;
  /**
   * The version of the product that the server is: `2024-10` answers as the public backend of October 2024 does (contract
   * §20). The `without…` options put single differences over it. @default newest
   */
  profile?: Profile;
  /**
   * The answer to a secret list of a folder or environment that does not exist; revisions of the product differ
   * (contract §9.4). @default as the profile
   */
  missingFolderList?: "empty" | "not-found";
  /** Imitates a server from before v4 of secrets: its routes do not exist. */
  withoutV4?: boolean;
  /** Imitates a server that does not know `mode` in a batch update: always `failOnNotFound`. */
  withoutUpsertMode?: boolean;
  /** Imitates a server that does not know `secretPath` in the items of a batch update: the top-level path counts. */
  withoutItemPaths?: boolean;
  /**
   * What this version calls the option of a sync that takes the folders beneath along; it does not know the other name
   * (control-plane §3.15). @default includeAllSubFolders
   */
  subFoldersOption?: "includeAllSubFolders" | "recursive" | "none";
  /** Imitates a plan without event subscriptions: 400. */
  withoutEventSubscriptions?: boolean;
  /** Imitates a server without the connections and syncs of `external-infisical`: their routes do not exist. */
  withoutExternalInfisical?: boolean;
  /**
   * Whether a connection may point to an address of this machine or a private network. The local server lives on
   * loopback, so like the product in development it does not look at addresses; with `false` it does what the product
   * does in production: no user info, no `localhost`, public addresses only (control-plane §2.8). @default true
   */
  allowInternalIpConnections?: boolean;
  /** Refuses a sync whose destination another sync of the organization has. @default false */
  blockDuplicateSecretSyncDestinations?: boolean;
  /** How many syncs the plan of the organization allows. @default no limit */
  secretSyncLimit?: number;
  /** Requests per minute and IP, or a plan of the cloud service; no limit for absent classes. @default no limits */
  rateLimits?: RateLimits | RateLimitPlan;
}

export interface ProjectOptions {
  name?: string;
  slug?: string;
  id?: string;
  type?: string;
  /** Slugs. @default dev, staging, prod */
  environments?: string[];
  autoCapitalization?: boolean;
  /** Of the old encryption, until an administrator upgrades it: secrets are kept from machine identities. */
  version?: 1;
}

export interface SecretPlace {
  projectId: string;
  environment: string;
  /** @default / */
  secretPath?: string;
}

/** A running server; the methods act in memory, without HTTP and without permission checks. */
export interface InfisicalServer extends AsyncDisposable {
  /** http://127.0.0.1:PORT, without trailing slash. */
  readonly url: string;
  /** Admin of the organization and of every project made or seeded here. */
  readonly admin: IdentityCredentials;
  readonly organizationId: string;
  /** What the option `seed` made, in its order, in this run or in the first one on this `dataDir`. */
  readonly seeded: SeedResult;
  seed(seed: Seed): SeedResult;
  createProject(options?: ProjectOptions): { id: string; slug: string };
  createIdentity(options?: IdentityOptions): IdentityCredentials;
  /** Adds or changes a membership. */
  addMember(projectId: string, identityId: string, role: Role): void;
  /** Creates folders as needed and upserts like a write: values are normalised, versions rise. */
  putSecrets(place: SecretPlace, secrets: Record<string, SecretInput>): void;
  /** Keys that are not there are passed over. */
  deleteSecrets(place: SecretPlace, keys: readonly string[]): void;
  /** Stored values of the folder's own secrets; empty for a folder that does not exist. */
  readSecrets(place: SecretPlace): Record<string, string>;
  /**
   * Until they are written again, the stored values of these secrets cannot be decrypted by the jobs of syncs, which
   * then leave them out without a word. Keys that are not there are passed over.
   */
  spoilSecrets(place: SecretPlace, keys: readonly string[]): void;
  /**
   * From now on these are secrets of a rotation: writes leave their values as they are without a word, and they can be
   * neither renamed nor deleted (data-plane §10). Only `putSecrets` sets them, as the rotation would. Keys that are not
   * there are passed over.
   */
  rotateSecrets(place: SecretPlace, keys: readonly string[]): void;
  /** A dynamic secret, of which nothing but its name is modelled; creates folders as needed. */
  putDynamicSecret(place: SecretPlace, name: string): void;
  /** Resolves when no job of a sync runs at this moment; waiting ones do not count. */
  settled(): Promise<void>;
  /** Every request since the start or clearRequests(), in order of arrival. */
  readonly requests: RequestRecord[];
  clearRequests(): void;
  /** What connections, syncs and their jobs left in the audit log, oldest first. */
  readonly auditEvents: readonly AuditEvent[];
  fault(fault: Fault): void;
  clearFaults(): void;
  close(): Promise<void>;
}
