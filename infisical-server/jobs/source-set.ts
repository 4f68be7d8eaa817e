// What a run takes from the source (control-plane §3.13). The creator's rights do not matter here.
import { walkFolders } from "../folders/folders.ts";
import { mergeImported, sourceOf } from "../imports/secret-imports.ts";
import type { Folder, Secret, World } from "../model.ts";
import { createExpander } from "../secrets/references.ts";
import { FinalError } from "./failure.ts";
import type { Values } from "./remote.ts";

export interface Source {
  readonly world: World;
  /** Secrets whose stored value cannot be decrypted. */
  readonly isSpoiled: (secret: Secret) => boolean;
}

/** Own secrets and those of secret imports, expanded; `isRecursive`: of the whole subtree, as one list. */
export function readSource(source: Source, folder: Folder, isRecursive: boolean): Values {
  if (!isRecursive) return withImports(source, folder);
  const flat = new Map<string, string>();
  const twins = new Set<string>();
  for (const { folder: at } of walkFolders(folder, "/")) {
    for (const [key, value] of withImports(source, at)) {
      if (flat.has(key)) twins.add(key);
      flat.set(key, value);
    }
  }
  if (twins.size > 0) {
    throw new FinalError(`Secrets of the same name in several folders: ${[...twins].join(", ")}`);
  }
  return flat;
}

/** The folder's own secrets, expanded. */
export function readOwn(source: Source, folder: Folder): Values {
  return expandAll(source, folder.secrets, folder);
}

/** Local secrets win over imported ones, later imports over earlier ones. */
function withImports(source: Source, folder: Folder): Values {
  const merged = new Map<string, string>();
  for (const one of folder.imports) {
    const from = one.isReplication ? undefined : sourceOf(one);
    if (!from) continue;
    // Local references of an imported secret are looked up where the import points, as the v3 list does.
    for (const [key, value] of expandAll(source, mergeImported(from), from)) merged.set(key, value);
  }
  for (const [key, value] of readOwn(source, folder)) merged.set(key, value);
  return merged;
}

/** A secret that cannot be read is left out without a word, and so looks deleted to what comes after. */
function expandAll(source: Source, secrets: ReadonlyMap<string, Secret>, scope: Folder): Values {
  const decrypt = (secret: Secret): true => {
    if (source.isSpoiled(secret)) throw new Error("The stored value cannot be decrypted");
    return true;
  };
  const expander = createExpander(source.world, decrypt);
  const values = new Map<string, string>();
  for (const [key, secret] of secrets) {
    try {
      decrypt(secret);
      values.set(key, expander.expand(secret, [scope]));
    } catch {
      // Dropped; see above.
    }
  }
  return values;
}
