/** Folders that a run leaves without a key, told once for each: what keys alone would say in as many lines as there are keys. */
import { toLabel } from "./label.ts";
import { withoutFingerprint } from "./revision.ts";
import { type Located, pathsTo } from "./tree-key.ts";

/** A folder that holds nothing at the source any more, nor do those beneath it, as far as they are not told themselves. */
export interface GoneFolder {
  /** From the sync's own folder on, which is `/`. */
  folder: string;
  /** How many keys go with it. */
  keys: number;
  /** Where the same secrets are new: so it looks when a folder was renamed or moved. */
  equal?: { folder: string; keys: number } | undefined;
}

/** What a run does, as far as folders can be told from it. */
interface Run {
  deleted: readonly { key: string; revision: string | undefined; isOwned: boolean }[];
  created: readonly { key: string; revision: string }[];
  /** All keys that are there after it. */
  held: readonly string[];
}

export function goneFolders({ deleted, created, held }: Run, locate: (key: string) => Located): GoneFolder[] {
  if (deleted.length === 0) return [];
  const own = new Set(held.map((key) => locate(key).folder));
  const filled = new Set([...own].flatMap(pathsTo));
  /** The uppermost one that is empty; undefined where the key's own folder is not. */
  const emptyAbove = ({ key }: { key: string }): string | undefined => {
    const { folder } = locate(key);
    if (own.has(folder)) return undefined;
    return pathsTo(folder).find((path) => !filled.has(path)) ?? folder;
  };
  const createdBy = Map.groupBy(created, ({ revision }) => secretOf(revision));
  return [...Map.groupBy(deleted, emptyAbove)]
    .flatMap(([folder, keys]): [string, typeof keys][] =>
      // Folders that only others have made are not gone, unless all is.
      folder !== undefined && (held.length === 0 || keys.some(({ isOwned }) => isOwned))
        ? [[folder, keys]]
        : [],
    )
    .map(([folder, keys]) => ({
      folder: shown(folder),
      keys: keys.length,
      ...equalTo(
        keys.flatMap(({ key, revision }) =>
          revision === undefined
            ? []
            : newPlaces(
                folder === "" ? key : key.slice(folder.length + 1),
                createdBy.get(secretOf(revision)) ?? [],
              ),
        ),
      ),
    }))
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** A gone folder in words. */
export const goneText = ({ folder, keys, equal }: GoneFolder): string =>
  `folder ${folder} is gone or empty at the source, and ${keys} ${keys === 1 ? "key" : "keys"} with it${equal ? `; ${equalText(equal)}` : ""}`;

export const equalText = ({ folder, keys }: NonNullable<GoneFolder["equal"]>): string =>
  `${keys} equal ${keys === 1 ? "value is" : "values are"} new in ${folder}`;

const shown = (folder: string): string => `/${toLabel(folder)}`;

/** Values with references are named with their key as well, which is another one in another folder. */
const secretOf = (revision: string): string => withoutFingerprint(revision) ?? revision;

/** The folders in which a key, from a gone folder on, is new. */
const newPlaces = (rest: string, created: readonly { key: string }[]): string[] =>
  created.flatMap(({ key }) =>
    key === rest ? [""] : key.endsWith(`/${rest}`) ? [key.slice(0, -rest.length - 1)] : [],
  );

function equalTo(places: readonly string[]): Pick<GoneFolder, "equal"> {
  const [most] = [...Map.groupBy(places, (place) => place)].sort(([, a], [, b]) => b.length - a.length);
  return most ? { equal: { folder: shown(most[0]), keys: most[1].length } } : {};
}
