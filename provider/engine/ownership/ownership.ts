/**
 * Whose a key at the destination is, as far as a mark in its metadata tells. Like the TXT records of external-dns:
 * a mark is a text that every run respects, and is trusted for nothing more.
 */
import { toLabel } from "../label.ts";
import type { ListedSecret, MetadataItem } from "../store.ts";

/** Key of the metadata item that is the mark. */
export const MARK = "external-infisical";

/** What a sync knows of marks. */
export interface Ownership {
  /** What a run marks keys with; undefined where it marks none. */
  mark: string | undefined;
  /** True for a mark of this sync, under its name of now or an earlier one. */
  isOwn(mark: string): boolean;
  /** False where the instance runs the sync: it knows no marks, and spares no key for one. */
  spares: boolean;
}

/** A sync that marks nothing; every mark is another's. */
export const UNMARKED: Ownership = { mark: undefined, isOwn: () => false, spares: true };

/** More than any mark of this package has. */
const SHOWN = 600;
const HOST = " at ";

/** The mark of an owner. The host is for people: an instance may move, so it is not compared. */
export const markOf = (owner: string, host: string) => `${owner}${HOST}${host}`;

/** The owner that a mark names, without the host. */
export function ownerIn(mark: string): string {
  const at = mark.lastIndexOf(HOST);
  return at === -1 ? mark : mark.slice(0, at);
}

/** The owner of a key that carries another sync's mark, fit to be printed; undefined for all other keys. */
export function otherOwner({ metadata }: ListedSecret, { isOwn }: Ownership): string | undefined {
  if (metadata === undefined) return undefined;
  const other = metadata.find(({ key, value }) => key === MARK && !isOwn(value));
  return other && shown(other.value);
}

const shown = (mark: string) =>
  mark === "" ? "an unknown owner" : toLabel(mark.length > SHOWN ? `${mark.slice(0, SHOWN)}…` : mark);

/**
 * The metadata that marks a secret as this sync's, beside what others have put there.
 *
 * @param secret undefined for one that is to be created
 * @returns undefined where the secret is marked already, is not to be marked, or cannot be: a write replaces the
 *   whole list, and an encrypted item is not known well enough to be written back
 */
export function markedMetadata(
  secret: Pick<ListedSecret, "metadata"> | undefined,
  { mark }: Pick<Ownership, "mark">,
): MetadataItem[] | undefined {
  if (mark === undefined) return undefined;
  const item = { key: MARK, value: mark, isEncrypted: false };
  const { metadata } = secret ?? {};
  if (metadata === undefined) return [item];
  const owner = ownerIn(mark);
  const marks = metadata.filter(({ key }) => key === MARK);
  if (marks.length > 0 && marks.every(({ value }) => ownerIn(value) === owner)) return undefined;
  if (metadata.some(({ isEncrypted }) => isEncrypted)) return undefined;
  return [...metadata.filter(({ key }) => key !== MARK), item];
}

/** Metadata that is to replace a secret's, with the secret's mark: a new one, or the one that it has. */
export function withMark(
  items: readonly MetadataItem[],
  secret: Pick<ListedSecret, "metadata"> | undefined,
  { mark }: Pick<Ownership, "mark">,
): MetadataItem[] {
  const marks =
    mark === undefined
      ? (secret?.metadata?.filter(({ key }) => key === MARK) ?? [])
      : [{ key: MARK, value: mark, isEncrypted: false }];
  return [...items, ...marks];
}

/** True where a secret carries the mark that is among the metadata of a write. */
export function carriesMark(
  { metadata: there = [] }: ListedSecret,
  wanted: readonly MetadataItem[] | undefined,
): boolean {
  const mark = wanted?.find(({ key }) => key === MARK);
  return mark === undefined || there.some(({ key, value }) => key === MARK && value === mark.value);
}

/** The mark that a secret carries, if any. */
export const markIn = ({ metadata }: ListedSecret): string | undefined =>
  metadata?.find(({ key }) => key === MARK)?.value;
