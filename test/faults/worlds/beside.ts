/** What belongs to the secrets of random worlds beside their values, and what becomes of it. */
import fc from "fast-check";
import type { SecretInput } from "../../../infisical-server/index.ts";
import { otherParts, partsToWrite } from "../../../provider/engine/parts.ts";
import type { ListedSecret } from "../../../provider/engine/store.ts";
import { locateInTree } from "../../../provider/engine/tree-key.ts";
import { PARTS, type Part } from "../../../provider/schema.ts";
import { placeIn } from "../../support/side.ts";
import type { Side } from "../../support/world.ts";

/** In all that may be confidential of it: no state has it. */
export const NOTE = "zq-note";

type Beside = Omit<Exclude<SecretInput, string>, "value">;
const text = fc.constantFrom("", `${NOTE}-1`, `${NOTE}-2`);
const beside = fc.record(
  {
    comment: text,
    tags: fc.subarray(["team", "other"]),
    metadata: fc.dictionary(fc.constantFrom("k", "l"), text.filter(Boolean), { noNullPrototype: true }),
    skipMultilineEncoding: fc.boolean(),
  },
  { requiredKeys: [] },
);

export const besides = (key: fc.Arbitrary<string>, most: number) =>
  fc
    .array(fc.tuple(key, beside), { maxLength: most })
    .map((rows): Record<string, Beside> => Object.fromEntries(rows));

/** Gives it to those of the keys that are there. */
export function give(side: Side, isTree: boolean, drawn: Readonly<Record<string, Beside>>): void {
  const there = new Map(Object.entries(side.read()));
  for (const [key, parts] of Object.entries(drawn)) {
    const value = there.get(key);
    if (value === undefined) continue;
    const { folder, name } = isTree ? locateInTree(key) : { folder: "", name: key };
    side.server.putSecrets(placeIn(side, folder), Object.fromEntries([[name, { ...parts, value }]]));
  }
}

/** What a run has changed of secrets that it was not to touch. */
export function changedParts(
  before: readonly ListedSecret[],
  after: readonly ListedSecret[],
  parts: readonly Part[],
): string[] {
  const earlier = new Map(before.map((secret) => [secret.id, secret]));
  return after.flatMap((secret) => {
    const was = earlier.get(secret.id);
    const changed = was ? otherParts(partsToWrite(parts, was), secret) : [];
    return changed.map((part) => `the ${part} of ${secret.key} has changed`);
  });
}

/** Where what was to be copied is not there in the end. */
export function uncopied(
  source: readonly ListedSecret[],
  destination: readonly ListedSecret[],
  copy: readonly Part[],
): string[] {
  const there = new Map(destination.map((secret) => [secret.key, secret]));
  return source.flatMap((secret) => {
    const copied = there.get(secret.key);
    const other = copied ? otherParts(partsToWrite(copy, secret), copied) : [];
    return other.map((part) => `the ${part} of ${secret.key} is not copied`);
  });
}

export const notCopied = (copy: readonly Part[]): Part[] => PARTS.filter((part) => !copy.includes(part));
