// Who may do what with connections and syncs (control-plane §4.1). Roles of the organization are not confirmed there.

import { denied, membershipOf, roleAt } from "../auth/permissions.ts";
import { pathOf } from "../folders/folders.ts";
import type { Identity, Membership, OrganizationRole, Project, Role } from "../model.ts";
import type { SecretSync } from "./model.ts";

const EVERY_SYNC_ACTION = [
  "read",
  "create",
  "edit",
  "delete",
  "sync-secrets",
  "import-secrets",
  "remove-secrets",
] as const;

export type SyncAction = (typeof EVERY_SYNC_ACTION)[number];

const SYNC_ALLOWED: Record<Role, readonly SyncAction[]> = {
  admin: EVERY_SYNC_ACTION,
  member: EVERY_SYNC_ACTION,
  viewer: ["read"],
  "describe-only": ["read"],
  "no-access": [],
};

const EVERY_CONNECTION_ACTION = ["read", "create", "edit", "delete", "connect"] as const;

export type ConnectionAction = (typeof EVERY_CONNECTION_ACTION)[number];

const PROJECT_CONNECTION_ALLOWED: Record<Role, readonly ConnectionAction[]> = {
  admin: EVERY_CONNECTION_ACTION,
  member: ["connect"],
  viewer: [],
  "describe-only": [],
  "no-access": [],
};

const ORGANIZATION_CONNECTION_ALLOWED: Record<OrganizationRole, readonly ConnectionAction[]> = {
  admin: EVERY_CONNECTION_ACTION,
  member: ["read", "connect"],
  "no-access": [],
};

/** The source of a sync, as conditions of a role see it. */
export interface SyncPlace {
  environment: string;
  secretPath: string;
}

/** undefined once the source folder was deleted. */
export function placeOf({ folder }: SecretSync): SyncPlace | undefined {
  return folder ? { environment: folder.environment.slug, secretPath: pathOf(folder) } : undefined;
}

export const canSync = (membership: Membership, action: SyncAction, place: SyncPlace | undefined) =>
  SYNC_ALLOWED[place ? roleAt(membership, place) : membership.role].includes(action);

export function requireSyncAction(
  membership: Membership,
  action: SyncAction,
  place: SyncPlace | undefined,
  connectionId: string,
): void {
  if (canSync(membership, action, place)) return;
  throw denied(action, "secret-syncs", { ...place, connectionId });
}

/** For what names no single sync: enough that the role or one of its rules for a path allows it. */
export function requireSyncRead(membership: Membership): void {
  const roles = [membership.role, ...membership.paths.map(({ role }) => role)];
  if (!roles.some((role) => SYNC_ALLOWED[role].includes("read"))) throw denied("read", "secret-syncs");
}

/** @param project null for connections of the organization */
export function canConnection(
  identity: Identity,
  action: ConnectionAction,
  project: Project | null,
): boolean {
  if (!project) return ORGANIZATION_CONNECTION_ALLOWED[identity.role].includes(action);
  const membership = project.memberships.get(identity.id);
  return membership !== undefined && PROJECT_CONNECTION_ALLOWED[membership.role].includes(action);
}

export function requireConnectionAction(
  identity: Identity,
  action: ConnectionAction,
  project: Project | null,
  connectionId?: string,
): void {
  if (project) membershipOf(identity, project);
  if (canConnection(identity, action, project)) return;
  throw denied(action, "app-connections", connectionId === undefined ? undefined : { connectionId });
}
