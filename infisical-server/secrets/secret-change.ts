// The only code that changes secrets. Callers have checked the rules; contract §9.7 for what a write does.
import { randomUUID } from "node:crypto";
import type { Folder, Secret, SecretActor, SecretChange, SecretMetadata, Tag, World } from "../model.ts";
import { markChanged, tellWatchers, timestamp } from "../world.ts";

/** What a write sets; on an update, absent fields keep what they have. */
export interface SecretPatch {
  key?: string | undefined;
  value?: string | undefined;
  comment?: string | undefined;
  metadata?: SecretMetadata[] | undefined;
  tags?: Tag[] | undefined;
  skipMultilineEncoding?: boolean | null | undefined;
  reminderNote?: string | null | undefined;
  reminderRepeatDays?: number | null | undefined;
}

export function insertSecret(
  world: World,
  folder: Folder,
  key: string,
  content: SecretPatch,
  actor: SecretActor | null,
): Secret {
  const at = timestamp(world);
  const secret: Secret = {
    id: randomUUID(),
    key,
    value: content.value ?? "",
    comment: content.comment ?? "",
    version: 1,
    folder,
    metadata: content.metadata ?? [],
    tags: content.tags ?? [],
    skipMultilineEncoding: content.skipMultilineEncoding ?? null,
    reminderNote: content.reminderNote ?? null,
    reminderRepeatDays: content.reminderRepeatDays ?? null,
    actor,
    history: undefined,
    rotationId: undefined,
    createdAt: at,
    updatedAt: at,
  };
  if (folder.secrets.has(key)) folder.doubles = [...(folder.doubles ?? []), secret];
  else folder.secrets.set(key, secret);
  world.secrets.set(secret.id, secret);
  touch(world, { kind: "create", folder, key }, at);
  return secret;
}

/** Every update raises the version, one with an identical value too (contract §20). */
export function changeSecret(
  world: World,
  secret: Secret,
  patch: SecretPatch,
  actor: SecretActor | null,
): Secret {
  const at = timestamp(world);
  secret.history ??= [];
  const { key, value, comment, skipMultilineEncoding } = secret;
  secret.history.push({ key, value, comment, skipMultilineEncoding });
  if (patch.key !== undefined && patch.key !== secret.key) {
    secret.folder.secrets.delete(secret.key);
    secret.folder.secrets.set(patch.key, secret);
    secret.key = patch.key;
  }
  secret.value = patch.value ?? secret.value;
  secret.comment = patch.comment ?? secret.comment;
  secret.metadata = patch.metadata ?? secret.metadata;
  secret.tags = patch.tags ?? secret.tags;
  // For these three, null is a value.
  if (patch.skipMultilineEncoding !== undefined) secret.skipMultilineEncoding = patch.skipMultilineEncoding;
  if (patch.reminderNote !== undefined) secret.reminderNote = patch.reminderNote;
  if (patch.reminderRepeatDays !== undefined) secret.reminderRepeatDays = patch.reminderRepeatDays;
  secret.version += 1;
  secret.actor = actor;
  secret.updatedAt = at;
  touch(world, { kind: "update", folder: secret.folder, key: secret.key }, at);
  return secret;
}

/** With all that go by its key. */
export function removeSecret(world: World, secret: Secret): Secret {
  const { folder, key } = secret;
  folder.secrets.delete(key);
  world.secrets.delete(secret.id);
  const doubles = folder.doubles?.filter((double) => double.key === key) ?? [];
  for (const double of doubles) world.secrets.delete(double.id);
  if (doubles.length > 0) folder.doubles = folder.doubles?.filter((double) => double.key !== key) ?? [];
  touch(world, { kind: "delete", folder: secret.folder, key: secret.key }, timestamp(world));
  return secret;
}

function touch(world: World, change: SecretChange, at: string): void {
  change.folder.lastSecretModified = at;
  markChanged(change.folder.environment.project);
  tellWatchers(world, change);
}
