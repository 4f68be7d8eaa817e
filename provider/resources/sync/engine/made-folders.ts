/** The folders that a sync makes at its destination, and those of them that it leaves empty. */
import { foldersTo, type MadeFolders, removesEmptyFolders } from "../../../engine/empty-folders.ts";
import { fromLabel, toLabel } from "../../../engine/label.ts";
import type { SecretStore } from "../../../engine/store.ts";
import { describeError } from "../../../errors.ts";
import { deleteIfEmpty } from "../../../infisical/secrets/empty-folder.ts";
import { foldersBeneath } from "../../../infisical/secrets/folders-beneath.ts";
import { inLane } from "../../../infisical/secrets/store.ts";
import { atFolder, type Target } from "../../../infisical/secrets/target.ts";
import type { Context } from "../../resource.ts";
import type { SecretSyncInputs } from "../inputs.ts";
import { destinationTarget } from "../world.ts";

/**
 * The destination, with an eye on the folders that writes make there: which are there is asked before the first of them, and
 * once more in the end. Nothing is asked where no folder is made.
 */
function notingFolders(store: SecretStore, target: Target) {
  const withKeys = new Set<string>();
  const needed = new Set<string>();
  let before: Promise<ReadonlySet<string>> | undefined;
  const look = async (secrets: readonly { key: string }[]) => {
    const paths = foldersTo(secrets.map(({ key }) => key)).filter((path) => !withKeys.has(path));
    if (paths.length === 0) return;
    for (const path of paths) needed.add(path);
    before ??= foldersBeneath(target).then((folders) => new Set(folders.map(({ path }) => path)));
    await before;
  };
  const { writeAcross } = store;
  const destination: SecretStore = {
    ...store,
    async list(options) {
      const listing = await store.list(options);
      for (const path of foldersTo(listing.secrets.map(({ key }) => key))) withKeys.add(path);
      return listing;
    },
    async write(secrets) {
      await look(secrets);
      return store.write(secrets);
    },
    ...(writeAcross && {
      async writeAcross(secrets) {
        await look(secrets);
        return writeAcross(secrets);
      },
    }),
  };
  /** Those that were made since. */
  const made = async (): Promise<MadeFolders> => {
    if (!before) return {};
    const were = await before;
    const isMade = (path: string) => needed.has(path) && !were.has(path);
    return Object.fromEntries(
      (await foldersBeneath(target)).flatMap(({ path, id }) =>
        id !== undefined && isMade(path) ? [[toLabel(path), id]] : [],
      ),
    );
  };
  return { destination, made };
}

/** What runs do about folders that they make; nothing where the option is off. */
interface FolderKeeping {
  destination: SecretStore;
  /** Adds to what is recorded the folders that were made. A failure to find out is told: such folders stay. */
  recorded(made: MadeFolders): Promise<MadeFolders>;
  /** Removes those of the folders that are empty. @returns the others that are still there */
  remove(made: MadeFolders, labels?: readonly string[]): Promise<MadeFolders>;
}

export function foldersOf(inputs: SecretSyncInputs, store: SecretStore, context: Context): FolderKeeping {
  if (!removesEmptyFolders(inputs.syncOptions))
    return { destination: store, recorded: async (made) => made, remove: async (made) => made };
  const target = inLane(destinationTarget(inputs, context).target);
  const log = (line: string) => context.log(`${inputs.name}: ${line}`);
  const { destination, made: look } = notingFolders(store, target);
  return {
    destination,
    async recorded(made) {
      try {
        return { ...made, ...(await look()) };
      } catch (error) {
        log(
          `folders that this run made are not recorded, and stay when they are empty: ${describeError(error)}`,
        );
        return made;
      }
    },
    remove: (made, labels = Object.keys(made)) => removeEmpty(target, made, labels, log),
  };
}

/** Deepest first, one by one: a folder is empty once those beneath it are gone. A failure is told, and is none of the run. */
async function removeEmpty(
  target: Target,
  made: MadeFolders,
  labels: readonly string[],
  log: (line: string) => void,
): Promise<MadeFolders> {
  const left = new Map(Object.entries(made));
  const depth = (label: string) => label.split("/").length;
  for (const label of labels.toSorted((a, b) => depth(b) - depth(a))) {
    const id = left.get(label);
    if (id === undefined) continue;
    try {
      const outcome = await deleteIfEmpty(atFolder(target, fromLabel(label)), id);
      if (typeof outcome === "object") {
        log(`folder /${label}, made by this sync, stays: ${outcome.stays}`);
        continue;
      }
      left.delete(label);
      if (outcome === "deleted") log(`folder /${label}, made by this sync and empty, removed`);
    } catch (error) {
      log(`folder /${label}, made by this sync, stays: ${describeError(error)}`);
    }
  }
  return Object.fromEntries(left);
}
