import { normaliseValue } from "../http/fields.ts";
import type { Folder, Project, Tag, World } from "../model.ts";
import { addTag } from "../projects/tag-routes.ts";
import { changeSecret, insertSecret, type SecretPatch } from "./secret-change.ts";

export type SecretInput =
  | string
  | {
      value: string;
      comment?: string | undefined;
      tags?: string[] | undefined;
      metadata?: Record<string, string> | undefined;
      skipMultilineEncoding?: boolean | undefined;
    };

/** Upserts as a write of the API would: trims keys, normalises values, raises versions. The writer is unknown. */
export function putSecrets(
  world: World,
  folder: Folder,
  secrets: Readonly<Record<string, SecretInput>>,
): void {
  for (const [name, input] of Object.entries(secrets)) {
    const key = name.trim();
    const patch = patchOf(world, folder.environment.project, input);
    const existing = folder.secrets.get(key);
    if (existing) changeSecret(world, existing, patch, null);
    else insertSecret(world, folder, key, patch, null);
  }
}

function patchOf(world: World, project: Project, input: SecretInput): SecretPatch {
  if (typeof input === "string") return { value: normaliseValue(input) };
  const { value, comment, tags, metadata, skipMultilineEncoding } = input;
  return {
    value: normaliseValue(value),
    comment: comment?.trim(),
    tags: tags?.map((slug) => tagBySlug(world, project, slug)),
    metadata:
      metadata && Object.entries(metadata).map(([key, text]) => ({ key, value: text, isEncrypted: false })),
    skipMultilineEncoding,
  };
}

function tagBySlug(world: World, project: Project, slug: string): Tag {
  for (const tag of project.tags.values()) if (tag.slug === slug) return tag;
  return addTag(world, project, slug, null);
}
