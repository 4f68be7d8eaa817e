/** Whether a folder in which nothing is to be seen is empty for certain. */
import type { Answer } from "../http/exchange.ts";
import { readProject } from "./diagnose.ts";
import { getMembership, listDynamicSecrets, listPrivileges } from "./endpoints.ts";
import type { Target } from "./target.ts";

/** Roles of the product's own. Their rights know no single keys; those of other roles, and of privileges, may. */
const BUILT_IN = new Set(["admin", "member", "viewer"]);

/**
 * What may be in the folder of which neither lists of secrets nor of folders tell; undefined where that is nothing. Only of
 * versions before v2 of folders, in which no group gives an identity more rights, or fewer.
 */
export async function unseenIn(target: Target): Promise<string | undefined> {
  const { client, place } = target;
  const identityId = await client.identityId();
  const project = await readProject(target, { isOptional: true });
  const slug = project.kind === "ok" ? project.value.slug : undefined;
  if (identityId === undefined || slug == null) return UNSEEN_KEYS;
  const [membership, privileges, dynamic] = await Promise.all([
    client.call(getMembership(place.projectId, identityId)),
    client.call(listPrivileges(slug, identityId)),
    client.call(listDynamicSecrets(slug, place)),
  ]);
  const roles = membership.kind === "ok" ? membership.value.roles : [];
  const seesAll = roles.length > 0 && roles.every(({ role }) => BUILT_IN.has(role));
  if (!seesAll || !isEmpty(privileges)) return UNSEEN_KEYS;
  return isEmpty(dynamic) ? undefined : "dynamic secrets";
}

const UNSEEN_KEYS = "keys that the identity may not see";

const isEmpty = (answer: Answer<unknown[]>) => answer.kind === "ok" && answer.value.length === 0;
