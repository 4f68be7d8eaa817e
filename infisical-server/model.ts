// What the server remembers. Plain records linked by reference; the wire shapes are made elsewhere.
import type { MachineAuths } from "./auth/machine-auth-schema.ts";
import type { AppConnection, AuditEvent, SecretSync } from "./control-plane/model.ts";

export const ROLES = ["admin", "member", "viewer", "describe-only", "no-access"] as const;

/**
 * A project role. `describe-only` sees keys but no values; it stands for a custom role of the product.
 */
export type Role = (typeof ROLES)[number];

/** Lets another role apply at a path and below it; the last rule that matches wins. */
export interface PathRule {
  /** Environment slug; every environment when absent. */
  environment?: string | undefined;
  secretPath: string;
  /** Only these keys; every key of the path when absent. */
  keys?: string[] | undefined;
  role: Role;
}

export interface Membership {
  readonly id: string;
  readonly identityId: string;
  readonly project: Project;
  role: Role;
  paths: PathRule[];
  readonly createdAt: string;
  updatedAt: string;
}

export interface Project {
  readonly id: string;
  readonly organizationId: string;
  name: string;
  slug: string;
  description: string | null;
  type: string;
  /** Of the old encryption, whose secrets no machine identity is served (contract §20). */
  readonly version?: 1 | undefined;
  readonly createdAt: string;
  updatedAt: string;
  pitVersionLimit: number;
  auditLogsRetentionDays: number | null;
  autoCapitalization: boolean;
  /** Set by an update that names `autoCapitalization`, and only then what is enforced (contract §9.1). */
  enforceCapitalization?: boolean;
  hasDeleteProtection: boolean;
  secretSharing: boolean;
  showSnapshotsLegacy: boolean;
  enforceEncryptedSecretManagerSecretMetadata: boolean;
  secretDetectionIgnoreValues: string[] | null;
  /** By slug. */
  readonly environments: Map<string, Environment>;
  /** By id. */
  readonly tags: Map<string, Tag>;
  /** By identity id. */
  readonly memberships: Map<string, Membership>;
  /** The last ETag of each secret list (contract §4, layer 2); emptied by every change in the project. */
  readonly listEtags: Map<string, { etag: string; storedAt: number }>;
}

export interface Environment {
  readonly id: string;
  name: string;
  slug: string;
  position: number;
  readonly project: Project;
  readonly root: Folder;
  readonly createdAt: string;
  updatedAt: string;
}

export interface Folder {
  readonly id: string;
  name: string;
  version: number;
  description: string | null;
  lastSecretModified: string | null;
  readonly environment: Environment;
  /** null only for the hidden root folder of an environment. */
  readonly parent: Folder | null;
  /** By name. */
  readonly children: Map<string, Folder>;
  /** By key. Machine identities cannot have personal secrets, so key alone is unique. */
  readonly secrets: Map<string, Secret>;
  /** Further secrets of keys that it has already, where the version lets it come to that. */
  doubles?: Secret[];
  /** Names of its dynamic secrets, of which nothing else is modelled. */
  dynamicSecrets?: string[];
  /** In order of position. */
  imports: SecretImport[];
  readonly createdAt: string;
  updatedAt: string;
}

export interface SecretImport {
  readonly id: string;
  version: number;
  environment: Environment;
  path: string;
  isReplication: boolean;
  readonly folder: Folder;
  readonly createdAt: string;
  updatedAt: string;
}

export interface Tag {
  readonly id: string;
  slug: string;
  color: string | null;
  readonly createdAt: string;
  updatedAt: string;
}

export interface SecretMetadata {
  key: string;
  value: string;
  isEncrypted: boolean;
}

/** What one write can set, and earlier versions keep a copy of. */
interface SecretContent {
  key: string;
  value: string;
  comment: string;
  skipMultilineEncoding: boolean | null;
}

export interface Secret extends SecretContent {
  readonly id: string;
  version: number;
  folder: Folder;
  metadata: SecretMetadata[];
  tags: Tag[];
  reminderNote: string | null;
  reminderRepeatDays: number | null;
  actor: SecretActor | null;
  /** Contents of version 1, 2, … up to the one before `version`. */
  history: SecretContent[] | undefined;
  /** The rotation that sets its value; undefined for a secret that people and syncs write. */
  rotationId: string | undefined;
  readonly createdAt: string;
  updatedAt: string;
}

export interface SecretActor {
  actorId: string;
  actorType: "identity";
  name: string;
  membershipId: string | null;
  groupId: null;
}

export type OrganizationRole = "admin" | "member" | "no-access";

export interface Identity {
  readonly id: string;
  name: string;
  role: OrganizationRole;
  hasDeleteProtection: boolean;
  readonly membershipId: string;
  universalAuth: UniversalAuth | undefined;
  /** Absent in what an earlier version has kept. */
  machineAuths?: MachineAuths;
  readonly createdAt: string;
  updatedAt: string;
}

export interface UniversalAuthSettings {
  accessTokenTTL: number;
  accessTokenMaxTTL: number;
  accessTokenNumUsesLimit: number;
  accessTokenPeriod: number;
  accessTokenTrustedIps: { ipAddress: string }[];
  clientSecretTrustedIps: { ipAddress: string }[];
  lockoutEnabled: boolean;
  lockoutThreshold: number;
  lockoutDurationSeconds: number;
  lockoutCounterResetSeconds: number;
}

export interface UniversalAuth extends UniversalAuthSettings {
  readonly id: string;
  readonly clientId: string;
  /** By id. */
  readonly clientSecrets: Map<string, ClientSecret>;
  lockout: { failures: number; lastFailureAt: number; lockedUntil: number };
  readonly createdAt: string;
  updatedAt: string;
}

export interface ClientSecret {
  readonly id: string;
  readonly secret: string;
  readonly description: string;
  readonly numUsesLimit: number;
  readonly ttl: number;
  numUses: number;
  isRevoked: boolean;
  readonly createdAt: string;
  updatedAt: string;
}

/** One login. Renewed JWTs refer to the same record. Times in seconds since the epoch, with fractions. */
export interface AccessToken {
  readonly id: string;
  readonly identity: Identity;
  /** Of a login by Universal Auth. */
  readonly clientSecretId?: string | undefined;
  /** Absent in what an earlier version has kept: that is of Universal Auth. */
  readonly authMethod?: string | undefined;
  readonly ttl: number;
  readonly maxTTL: number;
  readonly period: number;
  readonly numUsesLimit: number;
  readonly issuedAt: number;
  renewedAt: number;
  numUses: number;
  /** Set by the `expire-tokens` fault. */
  isForcedExpired: boolean;
}

interface Organization {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
}

/** A change of a folder, told when it is done (data-plane §14.1, control-plane §3.12). */
export interface SecretChange {
  /** `folders`: one right beneath it came, went or has another name (control-plane §3.15). */
  readonly kind: "create" | "update" | "delete" | "import-mutation" | "folders";
  readonly folder: Folder;
  /** Of a secret. */
  readonly key?: string;
}

/** Everything one server instance holds. */
export interface World {
  /** Milliseconds; the injected clock. */
  readonly now: () => number;
  /** What new projects show that say nothing of it. */
  readonly showsAutoCapitalization: boolean;
  /** Told of every change of secrets, secret imports and folders. */
  readonly watchers: Set<(change: SecretChange) => void>;
  readonly organization: Organization;
  readonly signingKey: Buffer;
  readonly projects: Map<string, Project>;
  readonly projectsBySlug: Map<string, Project>;
  readonly folders: Map<string, Folder>;
  readonly secrets: Map<string, Secret>;
  readonly imports: Map<string, SecretImport>;
  readonly identities: Map<string, Identity>;
  readonly identitiesByClientId: Map<string, Identity>;
  readonly tokens: Map<string, AccessToken>;
  readonly connections: Map<string, AppConnection>;
  readonly syncs: Map<string, SecretSync>;
  /** Oldest first. */
  readonly auditEvents: AuditEvent[];
}
