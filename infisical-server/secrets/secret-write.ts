// Plans of secret writes: all rules are checked first, then everything is applied, so a batch is all or nothing
// (contract §10.2, §10.3).

import { membershipOf, requireCan, type SecretAction } from "../auth/permissions.ts";
import type { Context } from "../context.ts";
import { badRequest, notFound } from "../http/errors.ts";
import { folderAt } from "../http/lookup.ts";
import type { Actor } from "../http/request-state.ts";
import type { Folder, Membership, Project, Secret, SecretActor } from "../model.ts";
import type { Revision } from "../revisions/revision.ts";
import { changeSecret, insertSecret, removeSecret, type SecretPatch } from "./secret-change.ts";
import {
  requireApartTags,
  requireCapitals,
  requireEncryptedMetadata,
  requireName,
  requireRoomFor,
  toPatch,
  type WireAttributes,
} from "./secret-rules.ts";

export interface Place {
  project: Project;
  environment: string;
  secretPath: string;
}

export interface WritePlan {
  /** The folder named by the request; an approval speaks of it. */
  folder: Folder;
  apply: () => Secret[];
}

export interface CreateItem extends WireAttributes {
  secretKey: string;
}

export interface UpdateItem extends WireAttributes {
  secretKey: string;
  newSecretName?: string | undefined;
  secretPath?: string | undefined;
}

export type UpdateMode = "failOnNotFound" | "ignore" | "upsert";

export function planCreate(
  context: Context,
  actor: Actor,
  place: Place,
  items: readonly CreateItem[],
  error: string,
): WritePlan {
  const { revision } = context;
  const write = begin(context, actor, place, "create", error);
  const folder = write.folderAt(place.secretPath);
  for (const { secretKey } of items) requireName(revision, secretKey);
  requireApartTags(revision, items);
  const taken = items.filter((item) => folder.secrets.has(item.secretKey)).map((item) => item.secretKey);
  if (taken.length > 0) throw badRequest(`Secret already exists: ${taken.join(", ")}`, error);
  if (revision.hasUniqueKeys)
    requireDistinct(items, () => badRequest("The same secret is named twice", error));
  const prepared = items.map((item) => {
    write.require("create", place.secretPath, item.secretKey);
    requireCapitals(revision, place.project, item.secretKey);
    requireRoomFor(item.secretKey);
    return { key: item.secretKey, content: toPatch(place.project, item) };
  });
  requireEncryptedMetadata(place.project, items);
  return {
    folder,
    apply: () =>
      prepared.map(({ key, content }) => insertSecret(context.world, folder, key, content, write.author)),
  };
}

export function planUpdate(
  context: Context,
  actor: Actor,
  place: Place,
  mode: UpdateMode,
  items: readonly UpdateItem[],
  error: string,
): WritePlan {
  const write = begin(context, actor, place, "edit", error);
  const steps: (() => Secret)[] = [];
  const missing: string[] = [];
  // Not confirmed: what a key named twice does. Taken as in deletes for the default mode, else as a broken rule.
  requireDistinct(items, (key) =>
    mode === "failOnNotFound"
      ? notFound(`Secret with name '${key}' is named twice`, error)
      : badRequest(`Secret with name '${key}' is named twice`, error),
  );
  requireApartTags(context.revision, items);
  for (const item of items) {
    const path = item.secretPath ?? place.secretPath;
    const folder = write.folderAt(path);
    const secret = folder.secrets.get(item.secretKey);
    if (secret) {
      write.require("edit", path, item.secretKey);
      const { value, ...rest } = toPatch(place.project, item);
      // Contract §10.3: the value of a rotated secret stays, and nobody is told.
      const kept = isRotated(secret) ? undefined : value;
      const patch = { ...rest, value: kept, ...rename(context.revision, folder, item, error) };
      steps.push(() => changeSecret(context.world, secret, patch, write.author));
    } else if (mode === "upsert") {
      // Contract §9.1: capitalisation is not enforced for secrets created by upsert.
      write.require("create", path, item.secretKey);
      const content = toPatch(place.project, item);
      const key = item.newSecretName ?? item.secretKey;
      requireName(context.revision, key);
      requireRoomFor(key);
      steps.push(() => insertSecret(context.world, folder, key, content, write.author));
    } else if (mode === "failOnNotFound") {
      missing.push(item.secretKey);
    }
  }
  if (missing.length > 0) throw notFound(`Secret with name '${missing.join(", ")}' not found`, error);
  requireEncryptedMetadata(place.project, items);
  return { folder: write.folderAt(place.secretPath), apply: () => steps.map((step) => step()) };
}

export function planDelete(
  context: Context,
  actor: Actor,
  place: Place,
  items: readonly { secretKey: string; type: "shared" | "personal" }[],
  error: string,
): WritePlan {
  const write = begin(context, actor, place, "delete", error);
  const folder = write.folderAt(place.secretPath);
  requireDistinct(items, (key) => notFound(`Secret with name '${key}' is named twice`, error));
  const secrets = items.map(({ secretKey, type }) => {
    write.require("delete", place.secretPath, secretKey);
    // Machine identities have no personal secrets, so one is always missing.
    const secret = type === "shared" ? folder.secrets.get(secretKey) : undefined;
    if (!secret) throw notFound(`Secret with name '${secretKey}' not found`, error);
    return secret;
  });
  if (secrets.some(isRotated)) throw badRequest("Cannot delete rotated secrets", error);
  return { folder, apply: () => secrets.map((secret) => removeSecret(context.world, secret)) };
}

const isRotated = ({ rotationId }: Secret) => rotationId !== undefined;

function rename(
  revision: Revision,
  folder: Folder,
  { secretKey, newSecretName }: UpdateItem,
  error: string,
): SecretPatch {
  if (newSecretName === undefined || newSecretName === secretKey) return {};
  requireName(revision, newSecretName);
  const secret = folder.secrets.get(secretKey);
  if (secret && isRotated(secret)) throw badRequest("Cannot rename rotated secrets", error);
  if (folder.secrets.has(newSecretName))
    throw badRequest(`Secret with name '${newSecretName}' already exists`, error);
  requireCapitals(revision, folder.environment.project, newSecretName);
  return { key: newSecretName };
}

/** A key that the folder has twice is never the one that a batch looks for, in versions that let it come to that. */
export function refuseDoubles(
  { folder }: WritePlan,
  items: readonly { secretKey: string }[],
  error: string,
): void {
  const doubled = new Set(folder.doubles?.map(({ key }) => key));
  if (items.some(({ secretKey }) => doubled.has(secretKey))) throw notFound("Secret does not exist", error);
}

function requireDistinct(
  items: readonly { secretKey: string; secretPath?: string | undefined }[],
  failure: (key: string) => Error,
) {
  const seen = new Set<string>();
  for (const { secretKey, secretPath } of items) {
    const name = `${secretPath ?? ""}\n${secretKey}`;
    if (seen.has(name)) throw failure(secretKey);
    seen.add(name);
  }
}

function begin(
  { revision }: Context,
  actor: Actor,
  place: Place,
  action: "create" | "edit" | "delete",
  error: string,
) {
  const membership = membershipOf(actor.identity, place.project);
  if (revision.checksRightsFirst) requireCan(membership, action, place);
  const folders = new Map<string, Folder>();
  return {
    author: authorOf(actor, membership),
    folderAt(path: string): Folder {
      const known = folders.get(path) ?? folderAt(place.project, place.environment, path, error);
      folders.set(path, known);
      return known;
    },
    require(action: SecretAction, path: string, key: string): void {
      requireCan(membership, action, { environment: place.environment, secretPath: path, secretKey: key });
    },
  };
}

const authorOf = ({ identity }: Actor, membership: Membership): SecretActor => ({
  actorId: identity.id,
  actorType: "identity",
  name: identity.name,
  membershipId: membership.id,
  groupId: null,
});
