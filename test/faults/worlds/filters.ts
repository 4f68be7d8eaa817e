/** Filters of random worlds, and which keys each of them means. */
import { locateInTree } from "../../../provider/engine/tree-key.ts";
import type { SyncOptionsInput } from "../../../provider/schema.ts";

interface WorldFilter {
  filter?: NonNullable<SyncOptionsInput["filter"]>;
  isOfFolders?: true;
  /** By folder and name: what is left out is nobody's business on either side. */
  isMeant(folder: string, name: string): boolean;
}

/** Written out, and not asked of the filters that are tested: globs of names match whatever their case. */
const FILTERS = {
  none: { isMeant: () => true },
  "without some": {
    filter: { keys: { exclude: ["a", "?%*", "__*"] } },
    isMeant: (_, name) => !["A", "a", "a%b", "__proto__"].includes(name),
  },
  "only some": {
    filter: { keys: { include: ["[A-C]", "N*"], exclude: ["b"] } },
    isMeant: (_, name) => ["A", "a", "C", "N\nL"].includes(name),
  },
  "without folders": {
    filter: { folders: { exclude: ["/f", "/h"] }, keys: { exclude: ["c"] } },
    isOfFolders: true,
    isMeant: (folder, name) => folder !== "f" && folder !== "h" && name !== "C",
  },
  "only folders": {
    filter: { folders: { include: ["/f/**", "/__proto__"] } },
    isOfFolders: true,
    isMeant: (folder) => ["f", "f/g", "__proto__"].includes(folder),
  },
  tagged: { filter: { tags: ["team"] }, isMeant: () => true },
} satisfies Record<string, WorldFilter>;
export type FilterName = keyof typeof FILTERS;
export const FILTER_NAMES = Object.keys(FILTERS) as FilterName[];

export const filterNamed = (name: FilterName): WorldFilter => FILTERS[name];

/** By name and folder alone. @param isTree whether what stands before a slash is a folder */
export function meansKey(filter: FilterName, isTree: boolean, key: string): boolean {
  const { folder, name } = isTree ? locateInTree(key) : { folder: "", name: key };
  return filterNamed(filter).isMeant(folder, name);
}
