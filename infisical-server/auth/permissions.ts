// Who may do what. Rules of a role stand for the product's permission engine (contract §2, §9.6).
import { forbidden } from "../http/errors.ts";
import type { Environment, Folder, Identity, Membership, PathRule, Project, Role } from "../model.ts";

export type SecretAction = "describeSecret" | "readValue" | "create" | "edit" | "delete";

const READ: readonly SecretAction[] = ["describeSecret", "readValue"];
const ALL: readonly SecretAction[] = [...READ, "create", "edit", "delete"];

const ALLOWED: Record<Role, readonly SecretAction[]> = {
  admin: ALL,
  member: ALL,
  viewer: READ,
  "describe-only": ["describeSecret"],
  "no-access": [],
};

/** A place whose secrets are asked for. */
export interface Target {
  environment: string;
  secretPath: string;
  secretKey?: string | undefined;
}

export function membershipOf(identity: Identity, project: Project): Membership {
  const membership = project.memberships.get(identity.id);
  if (!membership) throw forbidden(`Identity ${identity.id} is not a member of project ${project.id}`);
  return membership;
}

/** What one membership may do with secrets; made once per request. */
export function can(membership: Membership, action: SecretAction, target: Target): boolean {
  return ALLOWED[roleAt(membership, target)].includes(action);
}

export function requireCan(membership: Membership, action: SecretAction, target: Target): void {
  if (!can(membership, action, target)) throw denied(action, "secrets", target);
}

/** True when rules speak of single keys, so that a folder cannot be judged as a whole. */
export const hasKeyRules = (membership: Membership) =>
  membership.paths.some((rule) => rule.keys !== undefined);

/** Folders, imports and tags follow the rights on secrets of the place. */
export function requireFolderWrite(membership: Membership, folder: Folder, secretPath: string): void {
  const target = { environment: folder.environment.slug, secretPath };
  if (!can(membership, "edit", target)) throw denied("edit", "secret-folders", target);
}

export type ProjectAction = "read" | "write" | "manage";

const PROJECT_ALLOWED: Record<Role, readonly ProjectAction[]> = {
  admin: ["read", "write", "manage"],
  member: ["read", "write"],
  viewer: ["read"],
  "describe-only": ["read"],
  "no-access": [],
};

/** Settings, environments and tags: `write` is for members, `manage` (delete, memberships) for admins. */
export function requireProject(membership: Membership, action: ProjectAction, subject: string): void {
  if (!PROJECT_ALLOWED[membership.role].includes(action)) throw denied(action, subject);
}

/** The text ends with the action and the subject (control-plane §1.2); the place is in the conditions. */
export function denied(action: string, subject: string, conditions?: object) {
  return forbidden(`You are not allowed to ${action} on ${subject}`, "PermissionDenied", [
    { action, inverted: false, subject, ...(conditions ? { conditions } : {}) },
  ]);
}

/** The role that counts at a place. */
export function roleAt(membership: Membership, target: Target): Role {
  let role = membership.role;
  for (const rule of membership.paths) if (applies(rule, target)) role = rule.role;
  return role;
}

function applies(rule: PathRule, { environment, secretPath, secretKey }: Target): boolean {
  if (rule.environment !== undefined && rule.environment !== environment) return false;
  if (rule.keys && (secretKey === undefined || !rule.keys.includes(secretKey))) return false;
  return (
    rule.secretPath === "/" || secretPath === rule.secretPath || secretPath.startsWith(`${rule.secretPath}/`)
  );
}

/** Part of the key under which list ETags are kept: another role or rule set must not match. */
export const fingerprint = (membership: Membership) => JSON.stringify([membership.role, membership.paths]);

export const targetOf = (environment: Environment, secretPath: string, secretKey?: string): Target => ({
  environment: environment.slug,
  secretPath,
  secretKey,
});
