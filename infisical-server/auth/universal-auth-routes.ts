import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { badRequest, notFound } from "../http/errors.ts";
import type { Actor } from "../http/request-state.ts";
import { route } from "../http/route.ts";
import type { ClientSecret, Identity, UniversalAuth, UniversalAuthSettings, World } from "../model.ts";
import { timestamp } from "../world.ts";
import { addClientSecret, attachUniversalAuth, detachUniversalAuth } from "./identities.ts";
import { requireIdentity, requireOrganizationAdmin } from "./identity-routes.ts";
import { clientSecretSettings, isOrdered, ORDER, settingsSchema } from "./universal-auth-schema.ts";

const byIdentity = z.object({ identityId: z.string() });
const bySecret = z.object({ identityId: z.string(), id: z.string() });

/** Contract §5.5; for organization admins. */
export function universalAuthRoutes(app: FastifyInstance): void {
  const url = "/api/v1/auth/universal-auth/identities/:identityId";

  route(app, {
    method: "POST",
    url,
    params: byIdentity,
    body: settingsSchema,
    handle: ({ params, body, actor, world }) => {
      const identity = identityFor(world, actor, params.identityId);
      if (identity.universalAuth) throw badRequest("The identity already has universal auth");
      requireOrder({ ...body });
      return { identityUniversalAuth: authView(identity, attachUniversalAuth(world, identity, given(body))) };
    },
  });
  route(app, {
    method: "GET",
    url,
    params: byIdentity,
    handle: ({ params, actor, world }) => {
      const identity = identityFor(world, actor, params.identityId);
      return { identityUniversalAuth: authView(identity, requireAuth(identity)) };
    },
  });
  route(app, {
    method: "PATCH",
    url,
    params: byIdentity,
    body: settingsSchema,
    handle: ({ params, body, actor, world }) => {
      const identity = identityFor(world, actor, params.identityId);
      const auth = requireAuth(identity);
      requireOrder({ ...auth, ...given(body) });
      Object.assign(auth, given(body), { updatedAt: timestamp(world) });
      return { identityUniversalAuth: authView(identity, auth) };
    },
  });
  route(app, {
    method: "DELETE",
    url,
    params: byIdentity,
    handle: ({ params, actor, world }) => {
      const identity = identityFor(world, actor, params.identityId);
      const auth = requireAuth(identity);
      detachUniversalAuth(world, identity);
      return { identityUniversalAuth: authView(identity, auth) };
    },
  });
  route(app, {
    method: "POST",
    url: `${url}/clear-lockouts`,
    params: byIdentity,
    handle: ({ params, actor, world }) => {
      const auth = requireAuth(identityFor(world, actor, params.identityId));
      const isLocked = auth.lockout.lockedUntil > world.now() || auth.lockout.failures > 0;
      auth.lockout = { failures: 0, lastFailureAt: 0, lockedUntil: 0 };
      return { deleted: isLocked ? 1 : 0 };
    },
  });

  route(app, {
    method: "POST",
    url: `${url}/client-secrets`,
    params: byIdentity,
    body: z.object({
      description: z.string().trim().default(""),
      numUsesLimit: clientSecretSettings.numUsesLimit.default(0),
      ttl: clientSecretSettings.ttl.default(0),
    }),
    handle: ({ params, body, actor, world }) => {
      const auth = requireAuth(identityFor(world, actor, params.identityId));
      const secret = addClientSecret(world, auth, body);
      return { clientSecret: secret.secret, clientSecretData: secretView(auth, secret) };
    },
  });
  route(app, {
    method: "GET",
    url: `${url}/client-secrets`,
    params: byIdentity,
    handle: ({ params, actor, world }) => {
      const auth = requireAuth(identityFor(world, actor, params.identityId));
      const usable = [...auth.clientSecrets.values()].filter((secret) => !secret.isRevoked);
      return { clientSecretData: usable.map((secret) => secretView(auth, secret)) };
    },
  });
  route(app, {
    method: "GET",
    url: `${url}/client-secrets/:id`,
    params: bySecret,
    handle: ({ params, actor, world }) => {
      const auth = requireAuth(identityFor(world, actor, params.identityId));
      return { clientSecretData: secretView(auth, requireSecret(auth, params.id)) };
    },
  });
  route(app, {
    method: "POST",
    url: `${url}/client-secrets/:id/revoke`,
    params: bySecret,
    handle: ({ params, actor, world }) => {
      const auth = requireAuth(identityFor(world, actor, params.identityId));
      const secret = requireSecret(auth, params.id);
      secret.isRevoked = true;
      secret.updatedAt = timestamp(world);
      return { clientSecretData: secretView(auth, secret) };
    },
  });
}

function identityFor(world: World, actor: Actor, id: string): Identity {
  requireOrganizationAdmin(actor);
  return requireIdentity(world, id);
}

/** Only what the request set; absent settings keep their default or value. */
function given(body: z.infer<typeof settingsSchema>): Partial<UniversalAuthSettings> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

function requireOrder(settings: z.infer<typeof settingsSchema>): void {
  if (!isOrdered(settings)) throw badRequest(ORDER);
}

function requireAuth(identity: Identity): UniversalAuth {
  if (!identity.universalAuth) throw badRequest("The identity does not have universal auth");
  return identity.universalAuth;
}

function requireSecret(auth: UniversalAuth, id: string): ClientSecret {
  const secret = auth.clientSecrets.get(id);
  if (!secret) throw notFound(`Client secret with ID '${id}' not found`);
  return secret;
}

function authView(
  identity: Identity,
  { clientSecrets: _secrets, lockout: _lockout, ...shown }: UniversalAuth,
) {
  return { ...shown, identityId: identity.id };
}

const secretView = (auth: UniversalAuth, secret: ClientSecret) => ({
  id: secret.id,
  identityUAId: auth.id,
  description: secret.description,
  clientSecretPrefix: secret.secret.slice(0, 4),
  clientSecretNumUses: secret.numUses,
  clientSecretNumUsesLimit: secret.numUsesLimit,
  clientSecretTTL: secret.ttl,
  isClientSecretRevoked: secret.isRevoked,
  createdAt: secret.createdAt,
  updatedAt: secret.updatedAt,
});
