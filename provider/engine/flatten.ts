/** A tree as one folder: the secrets of all its folders under their own names, as the product syncs it (control-plane §3.15). */
import { BridgeError } from "../errors.ts";
import { toLabel } from "./label.ts";
import { mapPool } from "./pool.ts";
import { firstLines } from "./shortened.ts";
import type { ListedSecret, Listing, SecretStore } from "./store.ts";
import { locateInFolder, treeKey } from "./tree-key.ts";

/** Folders that a key is looked up in at a time. */
const WIDTH = 4;

/** The store of a tree, to be read from only. Lists are refused with `duplicate-keys` where two folders have one name. */
export const flattened = (tree: SecretStore): SecretStore => ({
  ...tree,
  // Which folder a key was in is on no record: it may be hidden in any of them.
  async probe(name) {
    const answers = await mapPool(["", ...(await tree.folders())], WIDTH, (folder) =>
      tree.probe(treeKey({ folder, name })),
    );
    return answers.find((answer) => answer !== "missing") ?? "missing";
  },
  locate: locateInFolder,
  async list(options) {
    const { folderExists, secrets, imports, leftOut } = await tree.list(options);
    const named = ({ key, ...secret }: ListedSecret): ListedSecret => ({
      ...secret,
      key: tree.locate(key).name,
    });
    refuseTwins([...secrets, ...imports.flat()], tree);
    const listing = {
      folderExists,
      secrets: secrets.map(named),
      imports: imports.map((each) => each.map(named)),
    };
    return leftOut ? { ...listing, leftOut: namesOnlyLeftOut(leftOut, listing, tree) } : listing;
  },
  hiddenFolders: () => tree.hiddenFolders(),
});

/** A name may be left out in one folder, and come from another. */
function namesOnlyLeftOut(
  leftOut: readonly string[],
  { secrets, imports }: Pick<Listing, "secrets" | "imports">,
  { locate }: SecretStore,
): string[] {
  const taken = new Set([...secrets, ...imports.flat()].map(({ key }) => key));
  return leftOut.map((key) => locate(key).name).filter((name) => !taken.has(name));
}

function refuseTwins(secrets: readonly ListedSecret[], { locate, place }: SecretStore): void {
  const folders = new Map<string, string>();
  const twins = new Map<string, string>();
  for (const { key } of secrets) {
    const { folder, name } = locate(key);
    const first = folders.get(name) ?? folder;
    folders.set(name, first);
    if (first !== folder) twins.set(name, `${toLabel(name)} in /${first} and in /${folder}`);
  }
  if (twins.size === 0) return;
  throw new BridgeError(
    "duplicate-keys",
    [`Folders below ${place.secretPath} have secrets of equal names:`, ...firstLines([...twins.values()])],
    {
      path: "syncOptions.subFolders",
      hint: "Rename them, or let the destination be a tree as well: set syncOptions.subFolders to keep (engine execution).",
    },
  );
}
