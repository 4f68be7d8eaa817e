/** What belongs to secrets beside their values, given and read by somebody at an instance. */
import type { ListedSecret, SecretParts, SecretStore } from "../../provider/engine/store.ts";
import { SecretValue } from "../../provider/secret-value.ts";

/** As a test writes it; what is left out stays, or is none. */
export interface Parts {
  comment?: string;
  tags?: string[];
  metadata?: Record<string, string>;
  multiline?: boolean;
  reminder?: [note: string, repeatDays: number];
}

/** Colour of a tag that a test makes. */
export const COLOR = "#aabbcc";

export async function giveParts(store: SecretStore, given: Readonly<Record<string, Parts>>): Promise<void> {
  const { secrets } = await store.list({ values: true, expand: false, imports: false });
  const wanted = secrets.flatMap((secret) => {
    const parts = given[secret.key];
    return parts ? [{ ...secret, parts: partsOf(parts) }] : [];
  });
  await store.makeTags(wanted.flatMap(({ parts }) => parts.tags ?? []));
  await store.annotate(wanted.map(({ key, value, parts }) => store.encode(key, value, true, parts)));
}

/** Those of all secrets that have some. */
export async function readParts(store: SecretStore): Promise<Record<string, Parts>> {
  const { secrets } = await store.list({ values: true, expand: false, imports: false });
  return Object.fromEntries(
    secrets
      .map((secret) => [secret.key, told(secret)] as const)
      .filter(([, parts]) => Object.keys(parts).length > 0),
  );
}

const partsOf = ({ comment, tags, metadata, multiline, reminder }: Parts): SecretParts => ({
  ...(comment !== undefined && { comment: new SecretValue(comment) }),
  ...(tags && { tags: tags.map((slug) => ({ slug, color: COLOR })) }),
  ...(metadata && {
    metadata: Object.entries(metadata).map(([key, value]) => ({ key, value, isEncrypted: false })),
  }),
  ...(multiline !== undefined && { multiline }),
  ...(reminder && { reminder: { note: new SecretValue(reminder[0]), repeatDays: reminder[1] } }),
});

const told = ({ comment, tags, metadata, multiline, reminder }: ListedSecret): Parts => ({
  ...(comment && { comment: comment.reveal() }),
  ...(tags && { tags: tags.map(({ slug }) => slug).sort() }),
  ...(metadata && { metadata: Object.fromEntries(metadata.map(({ key, value }) => [key, value])) }),
  ...(multiline && { multiline }),
  ...(reminder && { reminder: [reminder.note.reveal(), reminder.repeatDays] }),
});
