// What an import contributes; contract §8.
import { findFolder } from "../folders/folders.ts";
import type { Folder, Secret, SecretImport } from "../model.ts";

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
