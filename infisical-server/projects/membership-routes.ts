import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { setMembership } from "../auth/identities.ts";
import { requireIdentity } from "../auth/identity-routes.ts";
import { membershipOf, type ProjectAction, requireProject } from "../auth/permissions.ts";
import { badRequest, notFound } from "../http/errors.ts";
import { projectById, projectBySlug } from "../http/lookup.ts";
import type { Actor } from "../http/request-state.ts";
import { route } from "../http/route.ts";
import { type Membership, type Project, ROLES, type Role, type World } from "../model.ts";

const ofProject = z.object({ projectId: z.string() });
const byIdentity = z.object({ projectId: z.string(), identityId: z.string() });
const roleSlugs = z.array(z.object({ role: z.string().trim() })).min(1);

/** The current base, and the deprecated ones that many clients still use. */
const BASES = [
  "/api/v1/projects/:projectId/memberships/identities",
  "/api/v1/projects/:projectId/identity-memberships",
  "/api/v2/workspace/:projectId/identity-memberships",
];

export function membershipRoutes(app: FastifyInstance): void {
  for (const base of BASES) routesAt(app, base);
  privilegeRoute(app);
  inviteRoute(app);
}

function routesAt(app: FastifyInstance, base: string): void {
  route(app, {
    method: "GET",
    url: base,
    params: ofProject,
    handle: ({ params, actor, world }) => {
      const project = managed(world, actor, params.projectId);
      const all = [...project.memberships.values()].map((one) => detailedView(world, one));
      return { identityMemberships: all, totalCount: all.length };
    },
  });

  route(app, {
    method: "GET",
    url: `${base}/:identityId`,
    params: byIdentity,
    handle: ({ params, actor, world }) => {
      const project = managed(world, actor, params.projectId, "read");
      return { identityMembership: detailedView(world, requireMembership(project, params.identityId)) };
    },
  });

  route(app, {
    method: "POST",
    url: `${base}/:identityId`,
    params: byIdentity,
    body: z.object({ role: z.string().trim().default("no-access"), roles: roleSlugs.optional() }),
    handle: ({ params, body, actor, world }) => {
      const project = managed(world, actor, params.projectId);
      const identity = requireIdentity(world, params.identityId);
      if (project.memberships.has(identity.id))
        throw badRequest("Identity is already a member of the project");
      const role = requireRole(body.roles?.[0]?.role ?? body.role);
      return { identityMembership: membershipView(setMembership(world, project, identity, role)) };
    },
  });

  route(app, {
    method: "PATCH",
    url: `${base}/:identityId`,
    params: byIdentity,
    body: z.object({ roles: roleSlugs }),
    handle: ({ params, body, actor, world }) => {
      const project = managed(world, actor, params.projectId);
      const { identityId } = requireMembership(project, params.identityId);
      const role = requireRole(body.roles[0]?.role ?? "");
      const updated = setMembership(world, project, requireIdentity(world, identityId), role);
      return { roles: rolesView(updated) };
    },
  });

  route(app, {
    method: "DELETE",
    url: `${base}/:identityId`,
    params: byIdentity,
    handle: ({ params, actor, world }) => {
      const project = managed(world, actor, params.projectId);
      const membership = requireMembership(project, params.identityId);
      project.memberships.delete(membership.identityId);
      return { identityMembership: membershipView(membership) };
    },
  });
}

/** Rules for single paths and keys are what the product calls privileges (contract §20). */
function privilegeRoute(app: FastifyInstance): void {
  route(app, {
    method: "GET",
    url: "/api/v1/additional-privilege/identity",
    query: z.object({ identityId: z.string().min(1), projectSlug: z.string().min(1) }),
    handle: ({ query, actor, world }) => {
      const { id } = projectBySlug(world, query.projectSlug);
      const { id: projectMembershipId, paths } = requireMembership(
        managed(world, actor, id, "write"),
        query.identityId,
      );
      return {
        privileges: paths.map((rule, index) => ({
          id: `${projectMembershipId}-${index}`,
          slug: `rule-${index}`,
          projectMembershipId,
          isTemporary: false,
          permissions: [rule],
        })),
      };
    },
  });
}

/** Users are not modelled: invitations are accepted and answered, nothing more (contract §6.2). */
function inviteRoute(app: FastifyInstance): void {
  const names = z.array(z.string().trim().min(1)).default([]);
  route(app, {
    method: "POST",
    url: "/api/v2/workspace/:projectId/memberships",
    params: ofProject,
    body: z.object({ emails: names, usernames: names, roleSlugs: z.array(z.string()).optional() }),
    handle: ({ params, body, actor, world }) => {
      const project = managed(world, actor, params.projectId);
      const at = new Date(world.now()).toISOString();
      const memberships = [...body.emails, ...body.usernames].map((user) => ({
        id: `${project.id}:${user}`,
        userId: user,
        projectId: project.id,
        createdAt: at,
        updatedAt: at,
      }));
      return { memberships };
    },
  });
}

/** Project admins, and organization admins in every project; what there is may be read by others, too. */
function managed(
  world: World,
  { identity }: Actor,
  projectId: string,
  action: ProjectAction = "manage",
): Project {
  const project = projectById(world, projectId);
  if (identity.role !== "admin") requireProject(membershipOf(identity, project), action, "identity");
  return project;
}

function requireMembership(project: Project, identityId: string): Membership {
  const membership = project.memberships.get(identityId);
  if (!membership) throw notFound(`Identity with ID '${identityId}' is not a member of the project`);
  return membership;
}

/** Only the first role counts here; the product adds several up. */
function requireRole(slug: string): Role {
  const role = ROLES.find((one) => one === slug);
  if (!role) throw notFound(`Role with slug '${slug}' not found`);
  return role;
}

const membershipView = ({ id, project, identityId, createdAt, updatedAt }: Membership) => ({
  id,
  projectId: project.id,
  identityId,
  createdAt,
  updatedAt,
});

/** What stands for a role of somebody's own has its name there (contract §20). */
const rolesView = ({ id, role }: Membership) => [
  role === "describe-only"
    ? { id, role: "custom", customRoleSlug: role, isTemporary: false }
    : { id, role, isTemporary: false },
];

const detailedView = (world: World, membership: Membership) => ({
  ...membershipView(membership),
  roles: rolesView(membership),
  identity: {
    id: membership.identityId,
    name: world.identities.get(membership.identityId)?.name ?? "",
    authMethods: [],
  },
  project: { id: membership.project.id, name: membership.project.name },
});
