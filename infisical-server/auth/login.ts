import type { Context } from "../context.ts";
import { notFound, unauthorized } from "../http/errors.ts";
import type { ClientSecret, UniversalAuth, World } from "../model.ts";
import { timestamp } from "../world.ts";
import { issueToken, type TokenAnswer } from "./tokens.ts";

export interface Credentials {
  clientId: string;
  clientSecret: string;
  organizationSlug?: string | undefined;
}

/** The checks in the order of contract §5.1. */
export function login(
  context: Pick<Context, "world" | "revision">,
  { clientId, clientSecret, organizationSlug }: Credentials,
): TokenAnswer {
  const { world, revision } = context;
  const { locksOut, tellsUnknownClients } = revision.login;
  const identity = world.identitiesByClientId.get(clientId);
  const auth = identity?.universalAuth;
  if (!identity || !auth) {
    if (tellsUnknownClients) throw notFound(`Identity with client ID '${clientId}' not found`);
    throw unauthorized("Invalid credentials");
  }
  requireUnlocked(world, auth);
  const secret = [...auth.clientSecrets.values()].find(
    (one) => !one.isRevoked && one.secret === clientSecret,
  );
  if (!secret) {
    if (locksOut) countFailure(world, auth);
    throw unauthorized("Invalid credentials");
  }
  requireUsable(world, secret);
  if (organizationSlug !== undefined && organizationSlug !== world.organization.slug) {
    throw notFound(`Organization with slug '${organizationSlug}' not found`);
  }
  secret.numUses += 1;
  secret.updatedAt = timestamp(world);
  auth.lockout = { failures: 0, lastFailureAt: 0, lockedUntil: 0 };
  return issueToken(context, {
    identity,
    settings: auth,
    authMethod: "universal-auth",
    clientSecretId: secret.id,
  });
}

function requireUnlocked(world: World, auth: UniversalAuth): void {
  if (auth.lockoutEnabled && world.now() < auth.lockout.lockedUntil) {
    throw unauthorized("This identity auth method is temporarily locked, please try again later");
  }
}

function countFailure(world: World, auth: UniversalAuth): void {
  if (!auth.lockoutEnabled) return;
  const now = world.now();
  const { lockout } = auth;
  const isFresh = now - lockout.lastFailureAt > auth.lockoutCounterResetSeconds * 1000;
  lockout.failures = isFresh ? 1 : lockout.failures + 1;
  lockout.lastFailureAt = now;
  if (lockout.failures >= auth.lockoutThreshold) {
    lockout.failures = 0;
    lockout.lockedUntil = now + auth.lockoutDurationSeconds * 1000;
  }
}

/** A client secret past its own TTL or use limit is refused and revoked. */
function requireUsable(world: World, secret: ClientSecret): void {
  const isOld = secret.ttl > 0 && world.now() > Date.parse(secret.createdAt) + secret.ttl * 1000;
  const isUsedUp = secret.numUsesLimit > 0 && secret.numUses >= secret.numUsesLimit;
  if (!isOld && !isUsedUp) return;
  secret.isRevoked = true;
  secret.updatedAt = timestamp(world);
  throw unauthorized(
    isOld
      ? "Access denied due to expired client secret"
      : "Access denied due to client secret usage limit reached",
  );
}
