/** What belongs to a secret beside its value: which of it is copied, and where it differs. */
import { PARTS, type Part } from "../schema.ts";
import { SecretValue } from "../secret-value.ts";
import { MARK } from "./ownership/ownership.ts";
import {
  type ListedSecret,
  type Listing,
  type MetadataItem,
  type SecretParts,
  type SecretStore,
  seenAs,
  type Tag,
} from "./store.ts";

/** Which parts differ, and which of them hold something where they would be written. */
export interface PartDifference {
  parts: readonly Part[];
  overwritten: readonly Part[];
}

/** A secret of which some parts are copied. */
type Copied = Pick<ListedSecret, "copied" | "untold">;

/**
 * The store, whose secrets say what of them is copied: of one that says nothing, no part is compared or written.
 *
 * @param onRead told what may be confidential
 */
export function copying(
  store: SecretStore,
  copy: readonly Part[] | undefined,
  onRead: (copied: SecretParts) => void = () => {},
): SecretStore {
  const parts = PARTS.filter((part) => copy?.includes(part));
  if (parts.length === 0) return store;
  const withCopied = (secret: ListedSecret): ListedSecret => {
    const read = copiedOf(secret, parts);
    if (read.copied) onRead(read.copied);
    return read;
  };
  const seen = (listing: Listing): Listing => ({
    ...listing,
    secrets: listing.secrets.map(withCopied),
    imports: listing.imports.map((secrets) => secrets.map(withCopied)),
  });
  return {
    ...seenAs(store, seen),
    async readVersion(key, version) {
      const found = await store.readVersion(key, version);
      return typeof found === "object" ? withCopied(found) : found;
    },
  };
}

function copiedOf({ untold, ...secret }: ListedSecret, parts: readonly Part[]): ListedSecret {
  const copied = pickParts(secret, parts);
  // Marks belong to the place where they are.
  const { metadata, ...rest } = copied;
  const items = metadata?.filter(({ key }) => key !== MARK) ?? [];
  const unknown = untold?.filter((part) => parts.includes(part)) ?? [];
  return {
    ...secret,
    copied: items.length > 0 ? { ...rest, metadata: items } : rest,
    ...(unknown.length > 0 && { untold: unknown }),
  };
}

const pickParts = (secret: SecretParts, parts: readonly Part[]): SecretParts =>
  Object.fromEntries(parts.flatMap((part) => (secret[part] === undefined ? [] : [[part, secret[part]]])));

/**
 * Where a secret is to have what another one has, what of it differs; undefined where nothing does. What is not told of the
 * first is left as it is.
 */
export function compareParts(
  { copied, untold = [] }: Copied,
  there: Copied | undefined,
): PartDifference | undefined {
  if (!copied) return undefined;
  const now = there?.copied ?? {};
  const parts = PARTS.filter((part) => !untold.includes(part) && !isSame(part, copied, now));
  if (parts.length === 0) return undefined;
  return { parts, overwritten: parts.filter((part) => now[part] !== undefined) };
}

/** Those of the parts that a write sets which a secret has otherwise; its marks are looked at elsewhere. */
export function otherParts(written: SecretParts | undefined, secret: SecretParts): Part[] {
  if (!written) return [];
  const unmarked = (parts: SecretParts): SecretParts => {
    const { metadata, ...rest } = parts;
    return metadata ? { ...rest, metadata: metadata.filter(({ key }) => key !== MARK) } : rest;
  };
  const [wanted, now] = [unmarked(written), unmarked(secret)];
  return partsIn(written).filter((part) => !isSame(part, wanted, now));
}

/** The parts, as they are to be set: what a secret has none of is taken away. */
export const partsToWrite = (parts: readonly Part[], from: SecretParts): SecretParts =>
  Object.fromEntries(parts.map((part) => [part, from[part] ?? NONE[part]]));

/** Which parts there are of a secret, or are set by a write. */
export const partsIn = (parts: SecretParts): Part[] => PARTS.filter((part) => parts[part] !== undefined);

/** All parts of a secret that can be written back. */
export function writableParts(secret: SecretParts): SecretParts {
  const { metadata, ...rest } = pickParts(secret, PARTS);
  const known = metadata?.filter(({ isHidden }) => !isHidden) ?? [];
  return known.length > 0 ? { ...rest, metadata: known } : rest;
}

/** The tags that some writes set. */
export function tagsIn(writes: Iterable<{ parts?: SecretParts | undefined }>): Tag[] {
  const tags = new Map<string, Tag>();
  for (const { parts } of writes) for (const tag of parts?.tags ?? []) tags.set(tag.slug, tag);
  return [...tags.values()];
}

/** True where metadata that is copied has an item whose value may not be read. */
export const hasHiddenMetadata = ({ copied }: Copied): boolean =>
  copied?.metadata?.some(({ isHidden }) => isHidden) === true;

/** For example "comment, tags". */
export const partsText = (parts: readonly Part[]): string => parts.join(", ");

/** Stands for no part; an instance answers it in other ways, too. */
const NONE: Required<SecretParts> = {
  comment: new SecretValue(""),
  tags: [],
  metadata: [],
  multiline: false,
  reminder: { note: new SecretValue(""), repeatDays: 0 },
};

const SAME: { [P in Part]: (a: Required<SecretParts>[P], b: Required<SecretParts>[P]) => boolean } = {
  comment: (a, b) => a.equals(b),
  tags: (a, b) => isSameSet(a.map(slugOf), b.map(slugOf)),
  metadata: (a, b) => isSameSet(a.map(itemText), b.map(itemText)),
  multiline: (a, b) => a === b,
  reminder: (a, b) => a.note.equals(b.note) && a.repeatDays === b.repeatDays,
};

const isSame = <P extends Part>(part: P, a: SecretParts, b: SecretParts): boolean => {
  const [one, other]: Required<SecretParts>[P][] = [a[part] ?? NONE[part], b[part] ?? NONE[part]] as never;
  return one === other || SAME[part](one as never, other as never);
};

const slugOf = ({ slug }: Tag): string => slug;
const itemText = ({ key, value, isEncrypted }: MetadataItem): string =>
  JSON.stringify([key, value, isEncrypted]);

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const [one, other] = [new Set(a), new Set(b)];
  return one.size === other.size && [...one].every((text) => other.has(text));
}
