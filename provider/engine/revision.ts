import type { SecretValue } from "../secret-value.ts";
import type { ListedSecret } from "./store.ts";

/** Eight hexadecimal digits that stand for a value; keyed, so that they tell nothing about it. */
export type Fingerprint = (key: string, value: SecretValue) => string;

/** Names the value a secret has at an instance: `<version>@<last 8 of the id>`. */
export function revisionOf(secret: Pick<ListedSecret, "id" | "version">): string {
  return `${secret.version}@${secret.id.slice(-8)}`;
}

/** On record where nobody has told whether a write was done, or as which secret: it is that of none. */
export const UNKNOWN_REVISION = "0@unknown";

/** The version that a revision names. */
export const versionIn = (revision: string): number => Number.parseInt(revision, 10);

const CHANGED = "changed ";

/** Stands on record for a value that somebody else has left at the destination. */
export const changedRevision = (revision: string) => `${CHANGED}${revision}`;

/** True for a revision on record that is one of the source, as pushed. */
export const isPushed = (recorded: string | undefined): recorded is string =>
  recorded !== undefined && !recorded.startsWith(CHANGED);

/** The destination's own revision, where the record has it as changed by others. */
export const changedTo = (recorded: string | undefined): string | undefined =>
  recorded?.startsWith(CHANGED) ? recorded.slice(CHANGED.length) : undefined;

/** A revision with the fingerprint of a value that its version does not name. */
export const fingerprinted = (revision: string, fingerprint: string): string => `${revision}~${fingerprint}`;

/** The revision without its fingerprint; undefined for one that has none. */
export const withoutFingerprint = (revision: string): string | undefined =>
  /^(.*)~[0-9a-f]{8}$/.exec(revision)?.[1];

/** True where both revisions are of one and the same secret, whatever their versions. */
export function isSameSecret(a: string, b: string): boolean {
  return idPart(a) === idPart(b);
}

function idPart(revision: string): string {
  return revision.slice(revision.indexOf("@") + 1, revision.indexOf("@") + 9);
}
