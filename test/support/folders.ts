/** Folders beneath that of a world, which its keys are told with: `api/DB_URL`. */
import { pathBelow } from "../../provider/engine/tree-key.ts";
import type { Values } from "./world.ts";

/** What a side does in a folder, by the names there. */
export const foldersBelow = <P extends { secretPath: string }>(place: P, folders: readonly string[]) => ({
  /** The folder itself first. */
  all: ["", ...folders].map((folder) => ({ folder, place: at(place, folder) })),
  /** What keys name, folder by folder. */
  split: <T>(named: Readonly<Record<string, T>>) =>
    [...Map.groupBy(Object.entries(named), ([key]) => folderOf(key, folders))].map(([folder, entries]) => ({
      folder,
      place: at(place, folder),
      values: Object.fromEntries(entries.map(([key, value]) => [key.slice(prefixOf(folder).length), value])),
    })),
});

/** The names of a folder as keys. */
export const keysIn = (folder: string, values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [prefixOf(folder) + name, value]));

/** What begins with no folder that is named is a name, whatever is in it. */
const folderOf = (key: string, folders: readonly string[]): string =>
  folders.find(
    (folder) => key.startsWith(prefixOf(folder)) && !key.slice(prefixOf(folder).length).includes("/"),
  ) ?? "";

const prefixOf = (folder: string): string => (folder === "" ? "" : `${folder}/`);

const at = <P extends { secretPath: string }>(place: P, folder: string): P => ({
  ...place,
  secretPath: pathBelow(place.secretPath, folder),
});
