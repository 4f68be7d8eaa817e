/** What belongs to a secret beside its value, as a row of a list tells it (data-plane §9.3). */
import type { ListedSecret, MetadataItem, Reminder, Tag } from "../../engine/store.ts";
import { PARTS, type Part } from "../../schema.ts";
import { SecretValue } from "../../secret-value.ts";
import { HIDDEN_VALUE } from "../http/encode.ts";
import type { SecretRow } from "./rows.ts";

/** Notes at a secret what belongs to it. Mostly there is nothing; lists may have tens of thousands of rows. */
export function readParts(row: SecretRow, secret: ListedSecret): void {
  const comment = textOf(row.secretComment);
  const metadata = metadataOf(row.secretMetadata);
  const tags = tagsOf(row.tags);
  const reminder = reminderOf(row);
  const untold = untoldIn(row);
  if (comment !== undefined) secret.comment = comment;
  if (metadata !== undefined) secret.metadata = metadata;
  if (tags !== undefined) secret.tags = tags;
  if (row.skipMultilineEncoding === true) secret.multiline = true;
  if (reminder !== undefined) secret.reminder = reminder;
  if (untold !== undefined) secret.untold = untold;
}

/** As it is stored by the routes for many. */
function textOf(value: unknown): SecretValue | undefined {
  const text = typeof value === "string" ? value.trim() : "";
  return text === "" ? undefined : new SecretValue(text);
}

/** Undefined where there is none, which is mostly so. An item of an unknown form counts as one that is hidden. */
function metadataOf(items: unknown): MetadataItem[] | undefined {
  if (!Array.isArray(items) || items.length === 0) return undefined;
  return items.map((item: { key?: unknown; value?: unknown; isEncrypted?: unknown } | null): MetadataItem => {
    const { key, value, isEncrypted } = item ?? {};
    const isKnown = typeof key === "string" && typeof value === "string";
    // An empty text where something is encrypted stands for what is not told.
    const isHidden = !isKnown || value.trim() === HIDDEN_VALUE || (isEncrypted === true && value === "");
    return {
      key: typeof key === "string" ? key : "",
      value: typeof value === "string" ? value : "",
      isEncrypted: !isKnown || isEncrypted === true,
      ...(isHidden && { isHidden }),
    };
  });
}

/** By slug, which names a tag in every project (data-plane §6.5). */
function tagsOf(tags: unknown): Tag[] | undefined {
  if (!Array.isArray(tags) || tags.length === 0) return undefined;
  return tags.flatMap((tag: { slug?: unknown; color?: unknown } | null): Tag[] => {
    if (typeof tag?.slug !== "string") return [];
    const { slug, color } = tag;
    return [typeof color === "string" && color !== "" ? { slug, color } : { slug }];
  });
}

/** An empty note and 0 days mean none (data-plane §16.5). */
function reminderOf({
  secretReminderNote: note,
  secretReminderRepeatDays: days,
}: SecretRow): Reminder | undefined {
  const repeatDays = typeof days === "number" ? days : 0;
  const text = typeof note === "string" ? note : "";
  return repeatDays === 0 && text === "" ? undefined : { note: new SecretValue(text), repeatDays };
}

const FIELDS: Readonly<Record<Part, keyof SecretRow>> = {
  comment: "secretComment",
  tags: "tags",
  metadata: "secretMetadata",
  multiline: "skipMultilineEncoding",
  reminder: "secretReminderRepeatDays",
};

/** By which of the fields are there, so that the rows of a list share one. */
const UNTOLD = new Map<string, readonly Part[]>();

/** The parts of which the row has no field. */
function untoldIn(row: SecretRow): readonly Part[] | undefined {
  if (PARTS.every((part) => row[FIELDS[part]] !== undefined)) return undefined;
  const parts = PARTS.filter((part) => row[FIELDS[part]] === undefined);
  const name = parts.join();
  const shared = UNTOLD.get(name) ?? parts;
  UNTOLD.set(name, shared);
  return shared;
}
