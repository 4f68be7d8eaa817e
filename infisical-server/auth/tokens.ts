// Access tokens: HS256 JWTs that refer to a record (contract §5.1–5.3).
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { Context } from "../context.ts";
import { tokenError, unauthorized } from "../http/errors.ts";
import type { AccessToken, Identity, UniversalAuthSettings, World } from "../model.ts";
import { DEFAULT_TTL } from "./universal-auth-schema.ts";

export interface TokenAnswer {
  accessToken: string;
  expiresIn: number;
  accessTokenMaxTTL: number;
  tokenType: "Bearer";
}

const PERIODIC_MAX_TTL = 1_000_000_000;

type Issuer = Pick<Context, "world" | "revision">;

/** With their fractions, as the records of the product have them; only claims are whole seconds. */
const seconds = (world: World) => world.now() / 1000;

interface Login {
  identity: Identity;
  settings: { [Name in keyof TokenSettings]?: TokenSettings[Name] | undefined };
  /** As the product names it in tokens. */
  authMethod: string;
  clientSecretId?: string;
}

type TokenSettings = Pick<
  UniversalAuthSettings,
  "accessTokenTTL" | "accessTokenMaxTTL" | "accessTokenPeriod" | "accessTokenNumUsesLimit"
>;

export function issueToken(issuer: Issuer, login: Login): TokenAnswer {
  const { identity, settings, authMethod, clientSecretId } = login;
  const { world } = issuer;
  const now = seconds(world);
  const token: AccessToken = {
    id: randomUUID(),
    identity,
    clientSecretId,
    authMethod,
    ttl: settings.accessTokenTTL ?? DEFAULT_TTL,
    maxTTL: settings.accessTokenMaxTTL ?? DEFAULT_TTL,
    period: settings.accessTokenPeriod ?? 0,
    numUsesLimit: settings.accessTokenNumUsesLimit ?? 0,
    issuedAt: now,
    renewedAt: now,
    numUses: 0,
    isForcedExpired: false,
  };
  world.tokens.set(token.id, token);
  return answer(issuer, token);
}

/** Renewing refuses, and where the contract says so also kills the still valid token (§5.2). */
export function renewToken(issuer: Issuer, jwt: string): TokenAnswer {
  const { world } = issuer;
  const token = recordOf(world, verifySignature(world, jwt).identityAccessTokenId);
  const now = seconds(world);
  const lifetime = token.period > 0 ? token.period : token.ttl;
  if (token.isForcedExpired || (lifetime > 0 && now > token.renewedAt + lifetime)) {
    throw unauthorized("Failed to renew token: it has expired");
  }
  if (token.period === 0 && token.maxTTL > 0) {
    const end = token.issuedAt + token.maxTTL;
    // Time has passed since the login, even where the clock shows none.
    if (now + token.ttl >= end) {
      world.tokens.delete(token.id);
      throw unauthorized("Failed to renew token: the maximum lifetime is reached");
    }
  }
  token.renewedAt = now;
  return answer(issuer, token);
}

export function revokeToken(world: World, jwt: string): void {
  world.tokens.delete(recordOf(world, verifySignature(world, jwt).identityAccessTokenId).id);
}

/** Checks a token on use and counts the use. */
export function useToken(world: World, jwt: string): AccessToken {
  const claims = verifySignature(world, jwt);
  const known = world.tokens.get(claims.identityAccessTokenId);
  if (known?.isForcedExpired || (claims.exp !== undefined && seconds(world) >= claims.exp)) {
    throw tokenError("Your token has expired. Please re-authenticate.");
  }
  const token = recordOf(world, claims.identityAccessTokenId);
  if (token.numUsesLimit > 0 && token.numUses >= token.numUsesLimit) {
    world.tokens.delete(token.id);
    throw unauthorized("Access token usage limit reached");
  }
  token.numUses += 1;
  return token;
}

export function expireAllTokens(world: World): void {
  for (const token of world.tokens.values()) token.isForcedExpired = true;
}

function recordOf(world: World, id: string): AccessToken {
  const token = world.tokens.get(id);
  if (!token) throw unauthorized("No access token found: it was revoked or used up");
  return token;
}

function answer(issuer: Issuer, token: AccessToken): TokenAnswer {
  const isPeriodic = token.period > 0;
  const expiresIn = isPeriodic ? token.period : token.ttl;
  return {
    accessToken: sign(issuer, token, expiresIn),
    expiresIn,
    accessTokenMaxTTL: isPeriodic ? PERIODIC_MAX_TTL : token.maxTTL,
    tokenType: "Bearer",
  };
}

interface Claims {
  identityAccessTokenId: string;
  exp?: number;
}

function sign({ world, revision }: Issuer, token: AccessToken, lifetime: number): string {
  const iat = Math.floor(seconds(world));
  const claims = {
    identityId: token.identity.id,
    clientSecretId: token.clientSecretId,
    identityAccessTokenId: token.id,
    authTokenType: "identityAccessToken",
    ...(revision.login.tellsOrganization && organizationClaims(world, token)),
    iat,
    ...(lifetime > 0 ? { exp: iat + lifetime } : {}),
  };
  const content = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${content}.${signature(world, content)}`;
}

/** The organization is its own root here: there are no sub-organizations. */
const organizationClaims = ({ organization: { id } }: World, token: AccessToken) => ({
  identityName: token.identity.name,
  authMethod: token.authMethod ?? "universal-auth",
  orgId: id,
  rootOrgId: id,
  parentOrgId: id,
  identityAuth: {},
  jti: token.id,
});

/** What an instance has found signed by itself: each request of a client brings the same token. */
const verified = new WeakMap<World, Map<string, Claims>>();

function verifySignature(world: World, jwt: string): Claims {
  const known = verified.get(world) ?? new Map<string, Claims>();
  const claims = known.get(jwt) ?? claimsOf(world, jwt);
  verified.set(world, known.set(jwt, claims));
  return claims;
}

function claimsOf(world: World, jwt: string): Claims {
  const [header = "", payload = "", signed = "", ...rest] = jwt.split(".");
  const expected = Buffer.from(signature(world, `${header}.${payload}`));
  const actual = Buffer.from(signed);
  if (rest.length > 0 || actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
    throw tokenError("Invalid access token");
  }
  // Signed by this instance, so the payload is what sign() wrote.
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims;
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");

/** The key as text: with bytes, which Node first tries to take for a key object, each request would take five times as long. */
const signature = (world: World, content: string) =>
  createHmac("sha256", world.signingKey.toString("base64")).update(content).digest("base64url");
