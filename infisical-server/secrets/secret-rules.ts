import { ApiError, badRequest, notFound } from "../http/errors.ts";
import type { Project, SecretMetadata, Tag } from "../model.ts";
import type { Revision } from "../revisions/revision.ts";
import type { SecretPatch } from "./secret-change.ts";

/** The attributes of contract §9.3 as they arrive, already normalised by the schema. */
export interface WireAttributes {
  secretValue?: string | undefined;
  secretComment?: string | undefined;
  secretMetadata?: SecretMetadata[] | undefined;
  /** The map form of metadata. */
  metadata?: Record<string, string> | undefined;
  tagIds?: string[] | undefined;
  skipMultilineEncoding?: boolean | null | undefined;
  secretReminderNote?: string | null | undefined;
  secretReminderRepeatDays?: number | null | undefined;
}

export function toPatch(project: Project, item: WireAttributes): SecretPatch {
  return {
    value: item.secretValue,
    comment: item.secretComment,
    metadata: metadataOf(item),
    tags: item.tagIds?.map((id) => requireTag(project, id)),
    skipMultilineEncoding: item.skipMultilineEncoding,
    // An empty note and 0 days mean no reminder (contract §16.5).
    reminderNote: item.secretReminderNote === "" ? null : item.secretReminderNote,
    reminderRepeatDays: item.secretReminderRepeatDays === 0 ? null : item.secretReminderRepeatDays,
  };
}

function metadataOf({ secretMetadata, metadata }: WireAttributes): SecretMetadata[] | undefined {
  if (secretMetadata || !metadata) return secretMetadata;
  return Object.entries(metadata).map(([key, value]) => ({ key, value, isEncrypted: false }));
}

export function requireTag(project: Project, id: string): Tag {
  const tag = project.tags.get(id);
  if (!tag) throw notFound(`Tag with ID '${id}' not found`);
  return tag;
}

/** Versions of 2024 count the tags of a batch, and find one that two secrets have in common once. */
export function requireApartTags({ takesRepeatedTags }: Revision, items: readonly WireAttributes[]): void {
  const ids = items.flatMap(({ tagIds = [] }) => tagIds);
  if (!takesRepeatedTags && new Set(ids).size < ids.length) throw notFound("One or more tags not found");
}

/** Contract §9.1: rules for creating and renaming. */
export function requireName(revision: Revision, key: string): void {
  const refusal = revision.refuseKey(key);
  if (refusal) throw refusal;
}

/** Contract §9.1: what a project shows as `autoCapitalization` proves nothing. */
export function requireCapitals({ enforcesCapitalization }: Revision, project: Project, key: string): void {
  if (enforcesCapitalization && project.enforceCapitalization && key !== key.toUpperCase()) {
    throw badRequest(`Secret name '${key}' must be upper case in this project`);
  }
}

/** Contract §1: bytes of a body; no single secret can be larger. */
export const BODY_LIMIT = 1_048_576;

/** Contract §9.1: characters of a key that the database has room for. */
export const KEY_LIMIT = 500;

export const hasRoomFor = (key: string) => [...key].length <= KEY_LIMIT;

/** The database's refusal is nobody's case (derived). */
export function requireRoomFor(key: string): void {
  if (!hasRoomFor(key)) throw new ApiError(500, "DatabaseError", "Something went wrong");
}

/** Contract §9.3, a project switch. */
export function requireEncryptedMetadata(project: Project, items: readonly WireAttributes[]): void {
  if (!project.enforceEncryptedSecretManagerSecretMetadata) return;
  if (items.some((item) => metadataOf(item)?.some((one) => !one.isEncrypted))) {
    throw badRequest("This project requires secret metadata to be encrypted");
  }
}
