import type { SecretValue } from "../secret-value.ts";
import { type Fingerprint, fingerprinted, revisionOf } from "./revision.ts";
import type { ListedSecret, Listing } from "./store.ts";

/** What the destination should hold for one key of the source. */
export interface DesiredSecret extends Pick<ListedSecret, "copied" | "untold" | "metadata"> {
  key: string;
  /** Normalised as every instance stores it. */
  value: SecretValue;
  revision: string;
  /** False where the key comes from one of the folder's imports only. */
  isOwn: boolean;
  isHidden: boolean;
  /** A `${…}` that the source could not resolve is part of the value. */
  isUnresolved: boolean;
}

const REFERENCE = /\$\{[^}]+\}/;

/**
 * The effective secrets of a source folder: its own win over imported ones, later imports over earlier ones.
 *
 * @param raw the folder with references as they are written
 * @param expanded the same folder with references resolved, where any value holds one
 */
export function desired(
  raw: Listing,
  expanded: Listing | undefined,
  fingerprint: Fingerprint,
): DesiredSecret[] {
  const rawByKey = expanded && new Map(effective(raw).map(({ secret }) => [secret.key, secret]));
  return effective(expanded ?? raw).map(({ secret, isOwn }) => {
    const value = secret.value.normalised();
    // A reference's or an import's value can change while the version here stays: its revision says so.
    const written = rawByKey ? rawByKey.get(secret.key) : secret;
    const needsFingerprint = !isOwn || written === undefined || written.value.holdsReference;
    const own = revisionOf(secret);
    const revision = needsFingerprint ? fingerprinted(own, fingerprint(secret.key, value)) : own;
    const isUnresolved = expanded !== undefined && value.matches(REFERENCE);
    const { key, isHidden, metadata, copied, untold } = secret;
    const parts = copied && { copied, ...(metadata && { metadata }), ...(untold && { untold }) };
    return { key, value, revision, isOwn, isHidden, isUnresolved, ...parts };
  });
}

/** True where a value the run would push holds a reference, so that the expanded list is needed too. */
export function holdsReferences(listing: Listing): boolean {
  const refers = (secret: ListedSecret) => secret.value.holdsReference;
  return listing.secrets.some(refers) || listing.imports.some((secrets) => secrets.some(refers));
}

function effective(listing: Listing): { secret: ListedSecret; isOwn: boolean }[] {
  const own = listing.secrets.map((secret) => ({ secret, isOwn: true }));
  if (listing.imports.every((secrets) => secrets.length === 0)) return own;
  const byKey = new Map<string, { secret: ListedSecret; isOwn: boolean }>();
  for (const secrets of listing.imports)
    for (const secret of secrets) byKey.set(secret.key, { secret, isOwn: false });
  for (const entry of own) byKey.set(entry.secret.key, entry);
  return [...byKey.values()];
}
