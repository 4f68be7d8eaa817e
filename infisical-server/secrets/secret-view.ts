// The wire shapes of contract §9.5. Write answers carry fewer fields than reads, on purpose.
import type { Secret, Tag } from "../model.ts";

const HIDDEN = "<hidden-by-infisical>";

export interface Rendering {
  path: string;
  value: string;
  isHidden: boolean;
}

const common = (secret: Secret, value: string) => ({
  id: secret.id,
  _id: secret.id,
  workspace: secret.folder.environment.project.id,
  environment: secret.folder.environment.slug,
  version: secret.version,
  type: "shared",
  secretKey: secret.key,
  secretValue: value,
  secretComment: secret.comment,
  secretReminderNote: secret.reminderNote,
  secretReminderRepeatDays: secret.reminderRepeatDays,
  skipMultilineEncoding: secret.skipMultilineEncoding,
  actor: secret.actor,
  isRotatedSecret: secret.rotationId !== undefined,
  rotationId: secret.rotationId ?? null,
});

export const readView = (secret: Secret, { path, value, isHidden }: Rendering) => ({
  ...common(secret, isHidden ? HIDDEN : value),
  secretValueHidden: isHidden,
  secretPath: path,
  secretMetadata: metadataView(secret, isHidden),
  tags: secret.tags.map(tagView),
  createdAt: secret.createdAt,
  updatedAt: secret.updatedAt,
});

/** Of an earlier version nobody tells what stood beside it, but for what is kept with its value (not confirmed). */
export const earlierView = ({
  secretMetadata: _,
  tags: __,
  secretReminderNote: ___,
  secretReminderRepeatDays: ____,
  ...rest
}: ReturnType<typeof readView>) => rest;

/** Within `imports[].secrets`. */
export const importedView = (secret: Secret, { value, isHidden }: Rendering) => ({
  ...common(secret, isHidden ? HIDDEN : value),
  secretValueHidden: isHidden,
  secretMetadata: metadataView(secret, isHidden),
});

export const createdView = (secret: Secret) => ({
  ...common(secret, secret.value),
  createdAt: secret.createdAt,
  updatedAt: secret.updatedAt,
});

export const changedView = (secret: Secret) => ({
  ...createdView(secret),
  secretValueHidden: false,
});

/** What is encrypted is told to those who may read the value (not confirmed). */
const metadataView = ({ metadata }: Secret, isHidden: boolean) =>
  isHidden ? metadata.map((item) => (item.isEncrypted ? { ...item, value: HIDDEN } : item)) : metadata;

const tagView = ({ id, slug, color }: Tag) => ({ id, slug, color, name: slug });
