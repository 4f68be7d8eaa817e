/**
 * The keys of a tree of folders. To the engine a key is one text that names a secret on both sides; in a tree it is the
 * folder, from the sync's own folder on, and the name there: `api/DB_URL`.
 */
import type { SyncOptions } from "../schema.ts";

/** The options that say what becomes of folders beneath. */
export type TreeOptions = Pick<SyncOptions, "includeAllSubFolders"> &
  Partial<Pick<SyncOptions, "subFolders">>;

/** Where a key is. */
export interface Located {
  /** The folder, from the place of the store on; empty for the place itself. */
  folder: string;
  /** What the instance calls the secret there. */
  name: string;
}

/**
 * Stands for a `/` within a name, which old instances have. No instance stores it: it is half of a character. Labels show
 * it as `%2F`.
 */
export const SLASH_IN_NAME = "\udc2f";

/** The key of a secret in a tree. */
export function treeKey({ folder, name }: Located): string {
  const safe = name.includes("/") ? name.replaceAll("/", SLASH_IN_NAME) : name;
  return folder === "" ? safe : `${folder}/${safe}`;
}

/** Where the secret of such a key is. */
export function locateInTree(key: string): Located {
  const end = key.lastIndexOf("/");
  const name = key.slice(end + 1).replaceAll(SLASH_IN_NAME, "/");
  return { folder: end === -1 ? "" : key.slice(0, end), name };
}

/** The same in one folder, where keys are names. */
export const locateInFolder = (key: string): Located => ({ folder: "", name: key });

/** True of a sync whose keys are those of a tree. */
export const keepsFolders = ({ includeAllSubFolders, subFolders }: TreeOptions): boolean =>
  includeAllSubFolders && subFolders !== "flatten";

/** True of a sync that puts all of a tree into one folder. */
export const flattensFolders = ({ includeAllSubFolders, subFolders }: TreeOptions): boolean =>
  includeAllSubFolders && subFolders === "flatten";

/** How the keys of a place are read. */
export const locatorAt = ({ isTree }: { isTree?: true | undefined }) =>
  isTree ? locateInTree : locateInFolder;

/** How the keys of a sync are read. */
export const locatorOf = (options: TreeOptions) => locatorAt(keepsFolders(options) ? { isTree: true } : {});

/** The path of a folder that is told from another path on. */
export const pathBelow = (path: string, folder: string): string =>
  folder === "" ? path : `${path === "/" ? "" : path}/${folder}`;

/** The folder and all above it, uppermost first. */
export function pathsTo(folder: string): string[] {
  const names = folder === "" ? [] : folder.split("/");
  return ["", ...names.map((_, index) => names.slice(0, index + 1).join("/"))];
}
