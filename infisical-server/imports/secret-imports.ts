// What an import contributes; contract §8.
import { findFolder } from "../folders/folders.ts";
import type { Folder, Secret, SecretImport } from "../model.ts";
import type { Expander } from "../secrets/references.ts";

/** A secret as an answer shows it. */
export interface Shown {
  readonly secret: Secret;
  readonly value: () => string;
}

export interface Imported {
  readonly import: SecretImport;
  readonly source: Folder;
  readonly secrets: readonly Shown[];
}

export type ImportsOf = (
  folder: Folder,
  asked: {
    answer: "list" | "secret";
    apiVersion: 3 | 4;
    expandSecretReferences: boolean;
    expander: Expander;
  },
) => Imported[];

/** In the order of the imports; the last one wins. */
export const importsOf: ImportsOf = (folder, { apiVersion, expandSecretReferences, expander }) =>
  folder.imports.flatMap((one) => {
    const source = sourceOf(one);
    if (!source) return [];
    // Contract §12: v4 looks in the importing folder first, v3 only in the source.
    const scopes = apiVersion === 4 ? [folder, source] : [source];
    const secrets = [...mergeImported(source).values()].map((secret) => ({
      secret,
      value: () => (expandSecretReferences ? expander.expand(secret, scopes) : secret.value),
    }));
    return [{ import: one, source, secrets }];
  });

/** The folder an import points at, if it still exists. */
export const sourceOf = (one: SecretImport): Folder | undefined => findFolder(one.environment, one.path);

/** By key: the folder's own secrets beat imported ones, among imports the later position wins. */
export function mergeImported(folder: Folder, above: readonly Folder[] = []): Map<string, Secret> {
  const merged = new Map<string, Secret>();
  for (const one of folder.imports) {
    const source = sourceOf(one);
    if (!source || source === folder || above.includes(source)) continue;
    for (const [key, secret] of mergeImported(source, [...above, folder])) merged.set(key, secret);
  }
  for (const [key, secret] of folder.secrets) merged.set(key, secret);
  return merged;
}
