import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { badRequest, notFound } from "../http/errors.ts";
import { parse, route } from "../http/route.ts";
import type { Identity, World } from "../model.ts";
import { timestamp } from "../world.ts";
import { ANYWHERE } from "./identities.ts";
import { requireIdentity, requireOrganizationAdmin } from "./identity-routes.ts";
import { type MachineAuths, METHODS, machineAuths } from "./machine-auth-schema.ts";
import { DEFAULT_TTL, isOrdered, ORDER } from "./universal-auth-schema.ts";

type Name = keyof typeof METHODS;

const byIdentity = z.object({ identityId: z.string() });
const anyFields = z.record(z.string(), z.unknown());
const every = z.object(machineAuths);

/** How identities log in without a client secret (contract §21.1); for organization admins. */
export function machineAuthRoutes(app: FastifyInstance): void {
  for (const name of Object.keys(METHODS) as Name[]) {
    const method = METHODS[name];
    const at = { url: `/api/v1/auth/${method}/identities/:identityId`, params: byIdentity };
    const answer = (identity: Identity) => ({
      [`identity${name[0]?.toUpperCase()}${name.slice(1)}`]: view(identity, name),
    });

    route(app, {
      ...at,
      method: "POST",
      body: anyFields,
      handle: ({ params, body, actor, world, context }) => {
        requireOrganizationAdmin(actor);
        const identity = requireIdentity(world, params.identityId);
        const has = Object.values(identity.machineAuths ?? {}).some((auth) => auth !== undefined);
        const isFull = context.revision.login.isOneAlone && (has || identity.universalAuth !== undefined);
        if (isFull || identity.machineAuths?.[name])
          throw badRequest(`Failed to add ${method} to already configured identity`);
        set(world, identity, name, body);
        return answer(identity);
      },
    });
    route(app, {
      ...at,
      method: "GET",
      handle: ({ params, actor, world }) => {
        requireOrganizationAdmin(actor);
        return answer(configured(world, params.identityId, name));
      },
    });
    route(app, {
      ...at,
      method: "PATCH",
      body: anyFields,
      handle: ({ params, body, actor, world }) => {
        requireOrganizationAdmin(actor);
        const identity = configured(world, params.identityId, name);
        set(world, identity, name, { ...identity.machineAuths?.[name], ...body });
        return answer(identity);
      },
    });
    route(app, {
      ...at,
      method: "DELETE",
      handle: ({ params, actor, world }) => {
        requireOrganizationAdmin(actor);
        const identity = configured(world, params.identityId, name);
        const answered = answer(identity);
        identity.machineAuths = { ...identity.machineAuths, [name]: undefined };
        // Tokens that came from it die with it.
        for (const token of world.tokens.values())
          if (token.identity === identity && token.authMethod === method) world.tokens.delete(token.id);
        return answered;
      },
    });
  }
}

function configured(world: World, id: string, name: Name): Identity {
  const identity = requireIdentity(world, id);
  if (!identity.machineAuths?.[name])
    throw notFound(`The identity does not have ${METHODS[name]} configured`);
  return identity;
}

/** Fields that there are none of are dropped. */
function set(world: World, identity: Identity, name: Name, given: Record<string, unknown>): void {
  const known = Object.keys(machineAuths[name].unwrap().shape);
  const fields = Object.fromEntries(Object.entries(given).filter(([field]) => known.includes(field)));
  const parsed: MachineAuths = parse(every, { [name]: fields });
  if (!isOrdered({ ...parsed[name] })) throw badRequest(ORDER);
  identity.machineAuths = { ...identity.machineAuths, ...parsed };
  identity.updatedAt = timestamp(world);
}

const view = (identity: Identity, name: Name) => ({
  identityId: identity.id,
  accessTokenTTL: DEFAULT_TTL,
  accessTokenMaxTTL: DEFAULT_TTL,
  accessTokenNumUsesLimit: 0,
  accessTokenTrustedIps: ANYWHERE,
  ...identity.machineAuths?.[name],
});
