// Machine identities and their project memberships, as far as tests and demos need them.
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { badRequest, forbidden, notFound } from "../http/errors.ts";
import type { Actor } from "../http/request-state.ts";
import { route } from "../http/route.ts";
import type { Identity, World } from "../model.ts";
import { timestamp } from "../world.ts";
import { addIdentity, removeIdentity } from "./identities.ts";
import { METHODS } from "./machine-auth-schema.ts";

export const organizationRole = z.enum(["admin", "member", "no-access"]);
export const identityName = z.string().trim().min(1);
const byId = z.object({ identityId: z.string() });

export function identityRoutes(app: FastifyInstance): void {
  const url = "/api/v1/identities";

  route(app, {
    method: "POST",
    url,
    body: z.object({
      name: identityName,
      organizationId: z.string().trim(),
      role: organizationRole.default("no-access"),
      hasDeleteProtection: z.boolean().default(false),
    }),
    handle: ({ body, actor, world }) => {
      requireOrganizationAdmin(actor);
      if (body.organizationId !== world.organization.id) throw forbidden("Not a member of this organization");
      return { identity: identityView(world, addIdentity(world, body)) };
    },
  });

  route(app, {
    method: "GET",
    url,
    handle: ({ actor, world }) => {
      requireOrganizationAdmin(actor);
      const identities = [...world.identities.values()].map((one) => orgMembershipView(world, one));
      return { identities, totalCount: identities.length };
    },
  });

  route(app, {
    method: "GET",
    url: `${url}/:identityId`,
    params: byId,
    handle: ({ params, actor, world }) => {
      requireOrganizationAdmin(actor);
      return { identity: orgMembershipView(world, requireIdentity(world, params.identityId)) };
    },
  });

  route(app, {
    method: "PATCH",
    url: `${url}/:identityId`,
    params: byId,
    body: z.object({
      name: identityName.optional(),
      role: organizationRole.optional(),
      hasDeleteProtection: z.boolean().optional(),
    }),
    handle: ({ params, body, actor, world }) => {
      requireOrganizationAdmin(actor);
      const identity = requireIdentity(world, params.identityId);
      identity.name = body.name ?? identity.name;
      identity.role = body.role ?? identity.role;
      identity.hasDeleteProtection = body.hasDeleteProtection ?? identity.hasDeleteProtection;
      identity.updatedAt = timestamp(world);
      return { identity: identityView(world, identity) };
    },
  });

  route(app, {
    method: "DELETE",
    url: `${url}/:identityId`,
    params: byId,
    handle: ({ params, actor, world }) => {
      requireOrganizationAdmin(actor);
      const identity = requireIdentity(world, params.identityId);
      if (identity.hasDeleteProtection) throw badRequest("Identity has delete protection");
      removeIdentity(world, identity);
      return { identity: identityView(world, identity) };
    },
  });
}

export function requireOrganizationAdmin({ identity }: Actor): void {
  if (identity.role !== "admin")
    throw forbidden("You are not allowed to manage identities", "PermissionDenied");
}

export function requireIdentity(world: World, id: string): Identity {
  const identity = world.identities.get(id);
  if (!identity) throw notFound(`Identity with ID '${id}' not found`);
  return identity;
}

const identityView = (world: World, identity: Identity) => ({
  id: identity.id,
  name: identity.name,
  orgId: world.organization.id,
  projectId: null,
  authMethods: [
    ...(identity.universalAuth ? ["universal-auth"] : []),
    ...Object.entries(METHODS).flatMap(([name, method]) =>
      identity.machineAuths?.[name as keyof typeof METHODS] ? [method] : [],
    ),
  ],
  hasDeleteProtection: identity.hasDeleteProtection,
  metadata: [],
  createdAt: identity.createdAt,
  updatedAt: identity.updatedAt,
});

const orgMembershipView = (world: World, identity: Identity) => ({
  id: identity.membershipId,
  role: identity.role,
  roleId: null,
  orgId: world.organization.id,
  identityId: identity.id,
  createdAt: identity.createdAt,
  updatedAt: identity.updatedAt,
  identity: identityView(world, identity),
});
