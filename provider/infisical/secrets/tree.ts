/** A folder with all that are beneath it, as the engine sees it: one store whose keys say the folder. */
import { mapPool } from "../../engine/pool.ts";
import {
  type EncodedWrite,
  type ListedSecret,
  type Listing,
  type ListOptions,
  type Place,
  type SecretStore,
  UNIDENTIFIED,
  type WrittenSecret,
} from "../../engine/store.ts";
import { locateInTree, pathsTo, treeKey } from "../../engine/tree-key.ts";
import { hasCode, isRefusal } from "../../errors.ts";
import type { InfisicalClient } from "../http/client.ts";
import { bytesOfPath, withPath } from "../http/encode.ts";
import { foldersBeneath } from "./folders-beneath.ts";
import { hasImports } from "./imports.ts";
import { takesItemPaths } from "./item-paths.ts";
import { listPlace } from "./list.ts";
import { changingIn, createStore, inLane } from "./store.ts";
import { atFolder, below, type Target } from "./target.ts";
import { upsertAcross } from "./write.ts";

/** Folders that are asked for something at a time. */
const WIDTH = 4;
/** Folders that one request is made for: it takes up to three others, to find out whether it may be, and what it wrote. */
const FEWEST_ACROSS = 5;

/** @param argumentNames what the user calls the parts of the place */
export function createTreeStore(
  client: InfisicalClient,
  place: Place,
  argumentNames: Target["argumentNames"],
): SecretStore {
  const target = inLane({ client, place, argumentNames });
  const root = createStore(client, place, argumentNames);
  const opened = new Map<string, SecretStore>([["", root]]);
  /** The store of one folder. */
  const at = (folder: string): SecretStore => {
    const store = opened.get(folder) ?? createStore(client, below(place, folder), argumentNames);
    opened.set(folder, store);
    return store;
  };
  const make = creatingFolders(at);
  let listed: readonly ListedSecret[] = [];
  let takesPaths: Promise<boolean> | undefined;

  /** One request for keys of one folder, by their names there. */
  const inFolder = async (
    secrets: readonly EncodedWrite[],
    send: (store: SecretStore, named: EncodedWrite[]) => ReturnType<SecretStore["write"]>,
  ) => {
    const { folder } = locateInTree(secrets[0]?.key ?? "");
    const named = secrets.map((secret) => ({ ...secret, key: locateInTree(secret.key).name }));
    const written = await send(at(folder), named);
    return written.map((secret) => ({ ...secret, key: treeKey({ folder, name: secret.key }) }));
  };

  return {
    ...root,
    locate: locateInTree,
    async list(options) {
      const listing = await listPlace(target, { ...options, isTree: true });
      make.areThere(listing.secrets);
      listed = listing.secrets;
      return listing.imports.length === 0
        ? listing
        : { ...listing, imports: await importsIn(target, at, options) };
    },
    async hiddenFolders(keys) {
      const { secrets } = await listPlace(target, { ...DESCRIBED, acceptCached: true, isTree: true });
      const told = new Set(["", ...secrets.map(({ key }) => locateInTree(key).folder)]);
      const asked = keys && new Set(keys.map((key) => locateInTree(key).folder));
      if (asked && [...asked].every((folder) => told.has(folder))) return [];
      const there = await pathsBeneath(target);
      const silent = there.filter((folder) => !told.has(folder) && (asked?.has(folder) ?? true));
      const hidden = await mapPool(silent, WIDTH, async (folder) =>
        (await isHidden(at(folder))) ? [`/${folder}`] : [],
      );
      return hidden.flat();
    },
    folders: () => pathsBeneath(target),
    probe(key) {
      const { folder, name } = locateInTree(key);
      return at(folder).probe(name);
    },
    async readVersion(key, version) {
      const { folder, name } = locateInTree(key);
      const found = await at(folder).readVersion(name, version);
      return typeof found === "object" ? { ...found, key } : found;
    },
    encode(key, value, exists, parts) {
      const { folder, name } = locateInTree(key);
      const item = root.encode(name, value, exists, parts);
      return { ...item, key, bytes: item.bytes + bytesOfPath(below(place, folder).secretPath) };
    },
    async writeAcross(secrets) {
      const folders = new Set(secrets.map(({ key }) => locateInTree(key).folder));
      if (folders.size < FEWEST_ACROSS) return [];
      takesPaths ??= takesItemPaths(target);
      if (!(await takesPaths)) return [];
      try {
        await mapPool([...folders], WIDTH, make.folder);
      } catch (error) {
        // Of the others nobody knows yet: they are written folder by folder.
        if (isRefusal(error)) return [];
        throw error;
      }
      const items = secrets.map((secret) => {
        const { folder, name } = locateInTree(secret.key);
        return { ...withPath(secret, below(place, folder).secretPath), key: name };
      });
      const written = await changingIn(target, () => upsertAcross(target, items));
      return written ? told(written, secrets, listed) : [];
    },
    write: (secrets) =>
      inFolder(secrets, async (store, named) => {
        await make.folder(locateInTree(secrets[0]?.key ?? "").folder);
        return store.write(named);
      }),
    annotate: (secrets) => inFolder(secrets, (store, named) => store.annotate(named)),
    async remove(keys) {
      const { folder } = locateInTree(keys[0] ?? "");
      await at(folder).remove(keys.map((key) => locateInTree(key).name));
    },
  };
}

const DESCRIBED = { values: false, expand: false, imports: false } as const;

const pathsBeneath = async (target: Target): Promise<string[]> =>
  (await foldersBeneath(target)).map(({ path }) => path);

/**
 * What was written, by its keys in the tree. An answer tells no folders (data-plane §9.5): where several have a name, a secret
 * is told by the id that it had before. New ones are known to be written if the answer has all of a name, and not which is which.
 */
function told(
  written: readonly WrittenSecret[],
  secrets: readonly EncodedWrite[],
  before: readonly ListedSecret[],
): WrittenSecret[] {
  const keyById = new Map(before.map(({ id, key }) => [id, key]));
  const sentByName = Map.groupBy(secrets, ({ key }) => locateInTree(key).name.trim());
  return [...Map.groupBy(written, ({ key }) => key)].flatMap(([name, rows]) => {
    const sent = sentByName.get(name) ?? [];
    const [only] = sent;
    if (only && sent.length === 1) return rows.map((row) => ({ ...row, key: only.key }));
    const known = rows.flatMap((row) => {
      const key = keyById.get(row.id);
      return key === undefined ? [] : [{ ...row, key }];
    });
    const keys = new Set(known.map(({ key }) => key));
    const others = sent.filter(({ key }) => !keys.has(key));
    const isWhole = rows.length === sent.length && keys.size + others.length === sent.length;
    return [...known, ...(isWhole ? others.map(({ key }) => ({ key, ...UNIDENTIFIED })) : [])];
  });
}

/** Makes each folder once, and none that is known to be there; with a folder come those above it. */
function creatingFolders(at: (folder: string) => SecretStore) {
  const known = new Map<string, Promise<void>>([["", Promise.resolve()]]);
  const note = (folder: string, made: Promise<void>) => {
    // Of most secrets it is; whoever knows a folder knows those above it.
    if (known.has(folder)) return;
    for (const each of pathsTo(folder)) if (!known.has(each)) known.set(each, made);
  };
  return {
    areThere(secrets: readonly ListedSecret[]) {
      for (const { key } of secrets) note(locateInTree(key).folder, Promise.resolve());
    },
    folder(folder: string): Promise<void> {
      if (!known.has(folder)) {
        const made = at(folder).createFolder();
        note(folder, made);
        // One that was not made is made by whoever needs it next.
        made.catch(() => {
          for (const [each, promise] of known) if (promise === made) known.delete(each);
        });
      }
      return known.get(folder) ?? Promise.resolve();
    },
  };
}

async function isHidden(store: SecretStore): Promise<boolean> {
  try {
    await store.list(DESCRIBED);
    return false;
  } catch (error) {
    if (hasCode(error, "forbidden")) return true;
    throw error;
  }
}

/** The secrets that each folder imports, by their keys there. */
async function importsIn(
  target: Target,
  at: (folder: string) => SecretStore,
  options: ListOptions,
): Promise<Listing["imports"]> {
  const folders = ["", ...(await pathsBeneath(target))];
  const found = await mapPool(folders, WIDTH, async (folder) => {
    if (!(await hasImports(atFolder(target, folder)))) return [];
    const { imports } = await at(folder).list(options);
    return imports.map((secrets) =>
      secrets.map((secret): ListedSecret => ({ ...secret, key: treeKey({ folder, name: secret.key }) })),
    );
  });
  return found.flat();
}
