import { randomBytes, randomUUID } from "node:crypto";
import type {
  ClientSecret,
  Identity,
  Membership,
  OrganizationRole,
  PathRule,
  Project,
  Role,
  UniversalAuth,
  UniversalAuthSettings,
  World,
} from "../model.ts";
import { timestamp } from "../world.ts";
import type { MachineAuths } from "./machine-auth-schema.ts";
import { DEFAULT_TTL } from "./universal-auth-schema.ts";

export const ANYWHERE = [{ ipAddress: "0.0.0.0/0" }, { ipAddress: "::/0" }];

/** Contract §5.1 and §5.5. */
const UNIVERSAL_AUTH_DEFAULTS: UniversalAuthSettings = {
  accessTokenTTL: DEFAULT_TTL,
  accessTokenMaxTTL: DEFAULT_TTL,
  accessTokenNumUsesLimit: 0,
  accessTokenPeriod: 0,
  accessTokenTrustedIps: ANYWHERE,
  clientSecretTrustedIps: ANYWHERE,
  lockoutEnabled: true,
  lockoutThreshold: 3,
  lockoutDurationSeconds: 300,
  lockoutCounterResetSeconds: 30,
};

export function addIdentity(
  world: World,
  input: {
    id?: string | undefined;
    name: string;
    role?: OrganizationRole | undefined;
    hasDeleteProtection?: boolean;
    machineAuths?: MachineAuths;
  },
): Identity {
  const at = timestamp(world);
  const identity: Identity = {
    id: input.id ?? randomUUID(),
    name: input.name,
    role: input.role ?? "no-access",
    hasDeleteProtection: input.hasDeleteProtection ?? false,
    membershipId: randomUUID(),
    universalAuth: undefined,
    machineAuths: input.machineAuths ?? {},
    createdAt: at,
    updatedAt: at,
  };
  world.identities.set(identity.id, identity);
  return identity;
}

export function attachUniversalAuth(
  world: World,
  identity: Identity,
  settings: Partial<UniversalAuthSettings> & { clientId?: string | undefined },
): UniversalAuth {
  const { clientId = randomUUID(), ...given } = settings;
  if (world.identitiesByClientId.has(clientId)) throw new Error(`Client id ${clientId} is taken`);
  const at = timestamp(world);
  const auth: UniversalAuth = {
    ...UNIVERSAL_AUTH_DEFAULTS,
    ...given,
    id: randomUUID(),
    clientId,
    clientSecrets: new Map(),
    lockout: { failures: 0, lastFailureAt: 0, lockedUntil: 0 },
    createdAt: at,
    updatedAt: at,
  };
  identity.universalAuth = auth;
  world.identitiesByClientId.set(clientId, identity);
  return auth;
}

export function addClientSecret(
  world: World,
  auth: UniversalAuth,
  input: { secret?: string | undefined; description?: string; numUsesLimit?: number; ttl?: number },
): ClientSecret {
  const at = timestamp(world);
  const secret: ClientSecret = {
    id: randomUUID(),
    secret: input.secret ?? randomBytes(32).toString("hex"),
    description: input.description ?? "",
    numUsesLimit: input.numUsesLimit ?? 0,
    ttl: input.ttl ?? 0,
    numUses: 0,
    isRevoked: false,
    createdAt: at,
    updatedAt: at,
  };
  auth.clientSecrets.set(secret.id, secret);
  return secret;
}

/** Removes universal auth; tokens that came from it die with it. */
export function detachUniversalAuth(world: World, identity: Identity): void {
  if (identity.universalAuth) world.identitiesByClientId.delete(identity.universalAuth.clientId);
  identity.universalAuth = undefined;
  for (const token of world.tokens.values())
    if (token.identity === identity && token.clientSecretId !== undefined) world.tokens.delete(token.id);
}

export function removeIdentity(world: World, identity: Identity): void {
  detachUniversalAuth(world, identity);
  for (const token of world.tokens.values()) if (token.identity === identity) world.tokens.delete(token.id);
  for (const project of world.projects.values()) project.memberships.delete(identity.id);
  world.identities.delete(identity.id);
}

/** Adds or replaces a membership. */
export function setMembership(
  world: World,
  project: Project,
  identity: Identity,
  role: Role,
  paths: PathRule[] = [],
): Membership {
  const at = timestamp(world);
  const existing = project.memberships.get(identity.id);
  if (existing) return Object.assign(existing, { role, paths, updatedAt: at });
  const membership: Membership = {
    id: randomUUID(),
    identityId: identity.id,
    project,
    role,
    paths,
    createdAt: at,
    updatedAt: at,
  };
  project.memberships.set(identity.id, membership);
  return membership;
}
