/** What the data plane answers. Only fields that are used are described. */
import { z } from "zod";
import { words } from "../http/words.ts";

/** A secret as lists and writes answer it (data-plane §9.5). */
export interface SecretRow {
  id?: string | null | undefined;
  _id?: string | null | undefined;
  secretKey: string;
  /** Absent only where values were not asked for, and in answers to writes. */
  secretValue?: string | null | undefined;
  secretValueHidden?: boolean | null | undefined;
  version: number;
  type?: string | null | undefined;
  /** Who wrote it last; not checked, since nothing depends on it. */
  actor?: unknown;
  isRotatedSecret?: boolean | null | undefined;
  /** Its items are read one by one, where there are any. */
  secretMetadata?: unknown;
  /** Read like metadata, as are the other parts. */
  tags?: unknown;
  secretComment?: unknown;
  skipMultilineEncoding?: unknown;
  secretReminderNote?: unknown;
  secretReminderRepeatDays?: unknown;
  /** The project's id, and the environment's slug, where they are told as such. */
  workspace?: unknown;
  environment?: unknown;
  /** The folder, in lists. */
  secretPath?: string | null | undefined;
}

/** By hand: lists have tens of thousands of rows, and copying each by a schema takes twenty times as long. */
const secretRows = z.custom<SecretRow[]>(
  (rows) => Array.isArray(rows) && rows.every(isSecretRow),
  "expected a list of secrets, each with its key, id and version",
);

export const oneSecret = z.object({
  secret: z.custom<SecretRow>(
    (row) => isSecretRow(row as never),
    "expected a secret with its key and version",
  ),
});

function isSecretRow(row: Record<keyof SecretRow, unknown> | null): boolean {
  return (
    typeof row === "object" &&
    row !== null &&
    isKey(row.secretKey) &&
    isVersion(row.version) &&
    isIdOrAbsent(row.id) &&
    isIdOrAbsent(row._id) &&
    isAbsentOr("string", row.secretValue) &&
    isAbsentOr("boolean", row.secretValueHidden) &&
    isAbsentOr("string", row.type) &&
    isAbsentOr("boolean", row.isRotatedSecret) &&
    isAbsentOr("string", row.secretPath)
  );
}

/** Far longer than an instance stores; a longer one would only fill screens and states. */
const LONGEST_KEY = 4096;
const isKey = (key: unknown) => typeof key === "string" && key.length <= LONGEST_KEY;

/** Versions and ids become revisions, which are recorded, compared and shown. */
const isVersion = (version: unknown) => Number.isSafeInteger(version) && (version as number) >= 0;
const ID = /^[\w.-]{1,128}$/;
const isIdOrAbsent = (id: unknown) => id == null || (typeof id === "string" && ID.test(id));

const isAbsentOr = (type: "string" | "boolean", value: unknown) => value == null || typeof value === type;

export const secretList = z.object({
  secrets: secretRows,
  imports: z.array(z.object({ secrets: secretRows })).nullish(),
});
export type SecretList = z.output<typeof secretList>;

/** A write is done, or waits for a review (data-plane §13). */
export const batchResult = z.union([
  z.object({ secrets: secretRows }),
  z.object({ approval: z.object({ slug: z.string().regex(ID).nullish().catch(undefined) }) }),
]);
export type BatchResult = z.output<typeof batchResult>;

export const folderList = z.object({
  folders: z.array(
    z.object({
      // Without one that could be recorded, a folder is nobody's.
      id: z.string().regex(ID).optional().catch(undefined),
      name: words,
      relativePath: words.nullish(),
    }),
  ),
});
export type FolderList = z.output<typeof folderList>;

/** Only whether there are any. */
export const importList = z.object({ secretImports: z.array(z.unknown()) });

/** The roles of an identity in a project: only whether they are the product's own. */
export const membership = z.object({ roles: z.array(z.object({ role: z.string() })) });

const SLUG_BYTES = 255;
const tagRow = z.object({ id: z.string().regex(ID), slug: z.string().min(1).max(SLUG_BYTES) });
export const tagRows = z.array(tagRow);

export const projectRow = z.object({
  id: words,
  name: words,
  slug: words,
  type: z.string().nullish(),
  environments: z.array(z.object({ slug: words, name: words })).nullish(),
});
export type ProjectRow = z.output<typeof projectRow>;

export const project = z.object({
  slug: words.nullish(),
  name: words.nullish(),
  type: z.string().nullish(),
  autoCapitalization: z.boolean().nullish(),
  enforceEncryptedSecretManagerSecretMetadata: z.boolean().nullish(),
  environments: z.array(z.object({ slug: words, name: words.nullish() })).nullish(),
});
export type Project = z.output<typeof project>;
