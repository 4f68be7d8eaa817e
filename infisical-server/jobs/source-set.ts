// What a run takes from the source (control-plane §3.13, §3.15). The creator's rights do not matter here.
import { takesSubfolders } from "../control-plane/sync-options.ts";
import { pathOf, walkFolders } from "../folders/folders.ts";
import { mergeImported, sourceOf } from "../imports/secret-imports.ts";
import type { Folder, Secret, World } from "../model.ts";
import { createExpander } from "../secrets/references.ts";
import { FinalError } from "./failure.ts";
import type { Values } from "./remote.ts";
import type { Run } from "./run.ts";
import { twinsText } from "./twins.ts";

export interface Source {
  readonly world: World;
  /** Secrets whose stored value cannot be decrypted. */
  readonly isSpoiled: (secret: Secret) => boolean;
}

/** A secret of the set and the folder that it is in, or that imports it. */
interface Placed {
  key: string;
  value: string;
  path: string;
}

/** As one list. Equal names fail it for good, before anything is sent. */
export function readSource(run: Run): Values {
  const placed = placedIn(run);
  const twins = twinsText(placed);
  if (twins !== undefined) throw new FinalError(twins);
  return new Map(placed.map(({ key, value }) => [key, value]));
}

/** The keys of that list, whether or not folders have equal ones. */
export const keysIn = (run: Run): string[] => [...new Set(placedIn(run).map(({ key }) => key))];

/** Own secrets and those of secret imports, expanded, of each folder that the sync reads. */
function placedIn(run: Run): Placed[] {
  const folder = run.folder();
  const top = { folder, path: pathOf(folder) };
  const read = takesSubfolders(run.syncOptions) ? walkFolders(top.folder, top.path) : [top];
  return read.flatMap(({ folder: at, path }) =>
    [...withImports(run, at)].map(([key, value]): Placed => ({ key, value, path })),
  );
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
