import { z } from "zod";
import type { PathRule, Role, World } from "../model.ts";
import { addClientSecret, addIdentity, attachUniversalAuth, setMembership } from "./identities.ts";
import { machineAuths } from "./machine-auth-schema.ts";
import { settingsSchema } from "./universal-auth-schema.ts";

/** An identity with universal auth and one client secret, in one go. */
export const identityInput = settingsSchema.extend({
  identityId: z.string().optional(),
  name: z.string().optional(),
  clientId: z.string().optional(),
  clientSecret: z.string().optional(),
  /** Role in the organization: an admin may manage identities and memberships. @default no-access */
  orgRole: z.enum(["admin", "member", "no-access"]).optional(),
  clientSecretNumUsesLimit: z.number().int().min(0).optional(),
  clientSecretTTL: z.number().int().min(0).optional(),
  ...machineAuths,
});

export interface IdentityOptions extends z.input<typeof identityInput> {
  memberships?: { projectId: string; role: Role; paths?: PathRule[] | undefined }[] | undefined;
}

/** Made once: zod compiles a schema at its first use. */
const logins = z.object(machineAuths);

export interface IdentityCredentials {
  identityId: string;
  clientId: string;
  clientSecret: string;
}

export function createIdentity(world: World, options: IdentityOptions): IdentityCredentials {
  const {
    memberships = [],
    identityId,
    name = "identity",
    orgRole,
    clientSecret,
    clientSecretNumUsesLimit,
    clientSecretTTL,
    oidcAuth,
    jwtAuth,
    kubernetesAuth,
    awsAuth,
    ...rest
  } = options;
  const given = logins.parse({ oidcAuth, jwtAuth, kubernetesAuth, awsAuth });
  const identity = addIdentity(world, { id: identityId, name, role: orgRole, machineAuths: given });
  const settings = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const auth = attachUniversalAuth(world, identity, settings);
  const secret = addClientSecret(world, auth, {
    secret: clientSecret,
    numUsesLimit: clientSecretNumUsesLimit ?? 0,
    ttl: clientSecretTTL ?? 0,
  });
  for (const { projectId, role, paths } of memberships) {
    const project = world.projects.get(projectId);
    if (!project) throw new Error(`No project ${projectId} to add identity "${name}" to`);
    setMembership(world, project, identity, role, paths);
  }
  return { identityId: identity.id, clientId: auth.clientId, clientSecret: secret.secret };
}
