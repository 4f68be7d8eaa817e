/** Which of the folders that a sync has made a run leaves empty, as far as its own keys tell. */
import type { SyncOptions } from "../schema.ts";
import { fromLabel } from "./label.ts";
import type { Plan } from "./plan.ts";
import { keepsFolders, locateInTree, pathsTo } from "./tree-key.ts";

/** Label of a folder that the sync has made, from the destination's own on → its id. */
export type MadeFolders = Readonly<Record<string, string>>;

export const removesEmptyFolders = (options: SyncOptions): boolean =>
  options.removeEmptyFolders === true && keepsFolders(options);

/** What a preview says of folders without keys: it looks at what is there, and not at what is on record. */
export const emptiedTexts = (options: SyncOptions, { emptied }: Pick<Plan, "emptied">): string[] =>
  removesEmptyFolders(options)
    ? emptied
        .filter(({ folder }) => folder !== "/")
        .map(
          ({ folder }) =>
            `folder ${folder} is left without keys, and is removed where this sync made it and nothing else is in it`,
        )
    : [];

/** The labels of those folders in which, and beneath which, a run leaves no key. */
export function leftEmpty(made: MadeFolders, { keys, kept }: Pick<Plan, "keys" | "kept">): string[] {
  const labels = [...Object.keys(keys), ...kept.map(({ label }) => label)];
  const held = new Set(foldersTo(labels.map(fromLabel)));
  return Object.keys(made).filter((label) => !held.has(fromLabel(label)));
}

/** The folders that keys are in, and those above, but not the place itself. */
export function foldersTo(keys: readonly string[]): string[] {
  const folders = new Set(keys.map((key) => locateInTree(key).folder));
  return [...new Set([...folders].flatMap(pathsTo))].filter((path) => path !== "");
}
