import { MARK } from "../../engine/ownership/ownership.ts";
import type { EncodedWrite, MetadataItem, SecretParts } from "../../engine/store.ts";
import { BridgeError } from "../../errors.ts";
import { SecretValue } from "../../secret-value.ts";

/** What a server sends in place of a value that may not be read (data-plane §9.6). It is never written. */
export const HIDDEN_VALUE = "<hidden-by-infisical>";

/**
 * One item of a batch body, as JSON text. Only what is to be written travels: absent fields keep what they hold.
 *
 * @param idOf tells a tag's id in the project
 */
export function encodeWrite(
  key: string,
  value: SecretValue,
  exists: boolean,
  parts: SecretParts = {},
  idOf: (slug: string) => string = (slug) => slug,
): EncodedWrite {
  const text = value.reveal();
  if (text.trim() === HIDDEN_VALUE) {
    throw new BridgeError("partial-read", `The value of "${key}" was hidden by the server that listed it.`, {
      hint: "Let the identity read the values there, not only describe the secrets.",
    });
  }
  const body = JSON.stringify({ secretKey: key, secretValue: text, ...encodeParts(parts, idOf) });
  const needsUpdate = (parts.reminder?.repeatDays ?? 0) > 0 || parts.reminder?.note.isEmpty === false;
  return {
    ...{ key, bytes: Buffer.byteLength(body), exists, body: new SecretValue(body) },
    ...(needsUpdate && { needsUpdate }),
  };
}

/** What belongs to a value, in the fields that writes have for it (data-plane §9.3). */
function encodeParts(
  { comment, tags, metadata, multiline, reminder }: SecretParts,
  idOf: (slug: string) => string,
) {
  return {
    ...(comment && { secretComment: comment.reveal() }),
    ...(tags && { tagIds: tags.map(({ slug }) => idOf(slug)) }),
    ...(metadata && { secretMetadata: metadata.map(encodeItem) }),
    ...(multiline !== undefined && { skipMultilineEncoding: multiline }),
    ...(reminder && {
      secretReminderNote: reminder.note.isEmpty ? null : reminder.note.reveal(),
      secretReminderRepeatDays: reminder.repeatDays === 0 ? null : reminder.repeatDays,
    }),
  };
}

/** @throws BridgeError `partial-read`: what stands for an item that may not be read is never written */
function encodeItem({ isHidden, ...item }: MetadataItem): Omit<MetadataItem, "isHidden"> {
  if (!isHidden) return item;
  throw new BridgeError(
    "partial-read",
    "The value of an item of metadata was hidden by the server that listed it.",
    {
      hint: "Let the identity read it, or take metadata out of syncOptions.copy.",
    },
  );
}

/** The same item for a secret whose value is to stay as it is. */
export function withoutValue(write: EncodedWrite): EncodedWrite {
  const { secretValue: _stays, ...item } = JSON.parse(write.body.reveal()) as Record<string, unknown>;
  return { ...write, body: new SecretValue(JSON.stringify(item)) };
}

/** The texts of an item that nobody else may see. */
export function confidentialIn({ body }: EncodedWrite): string[] {
  const {
    secretValue,
    secretComment,
    secretReminderNote,
    secretMetadata = [],
  } = JSON.parse(body.reveal()) as Record<
    "secretValue" | "secretComment" | "secretReminderNote",
    string | null | undefined
  > & {
    secretMetadata?: MetadataItem[];
  };
  const notes = secretMetadata.filter(({ key }) => key !== MARK).map(({ value }) => value);
  return [secretValue, secretComment, secretReminderNote, ...notes].filter((text) => text != null);
}

/** The same item with the folder that it is for, where a request is for several. */
export const withPath = (write: EncodedWrite, secretPath: string): EncodedWrite => ({
  ...write,
  body: new SecretValue(pathPart(secretPath) + write.body.reveal().slice(1)),
});

/** How much longer it is then. */
export const bytesOfPath = (secretPath: string): number => Buffer.byteLength(pathPart(secretPath)) - 1;

const pathPart = (secretPath: string): string => `${JSON.stringify({ secretPath }).slice(0, -1)},`;
