import type { SecretValue } from "../secret-value.ts";
import type { ListedSecret } from "./store.ts";

/** Eight hexadecimal digits that stand for a value; keyed, so that they tell nothing about it. */
export type Fingerprint = (key: string, value: SecretValue) => string;

/** Names the value a secret has at an instance: `<version>@<last 8 of the id>`. */
export function revisionOf(secret: Pick<ListedSecret, "id" | "version">): string {
  return `${secret.version}@${secret.id.slice(-8)}`;
}

/** On record where nobody has told whether a write was done: it is that of no secret. */
export const UNKNOWN_REVISION = "0@unknown";

/** The version that a revision names. */
export const versionIn = (revision: string): number => Number.parseInt(revision, 10);

/** Stands on record for a value that somebody else has left at the destination. */
export const changedRevision = (revision: string) => `changed ${revision}`;

/** True for a revision on record that is one of the source, as pushed. */
export const isPushed = (recorded: string | undefined): recorded is string =>
  recorded !== undefined && !recorded.startsWith("changed ");

/** True where both revisions are of one and the same secret, whatever their versions. */
export function isSameSecret(a: string, b: string): boolean {
  return idPart(a) === idPart(b);
}

function idPart(revision: string): string {
  return revision.slice(revision.indexOf("@") + 1, revision.indexOf("@") + 9);
}
