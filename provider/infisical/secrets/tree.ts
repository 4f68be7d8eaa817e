/** A folder with all that are beneath it, as the engine sees it: one store whose keys say the folder. */
import { mapPool } from "../../engine/pool.ts";
import type {
  EncodedWrite,
  ListedSecret,
  Listing,
  ListOptions,
  Place,
  SecretStore,
} from "../../engine/store.ts";
import { locateInTree, pathBelow, treeKey } from "../../engine/tree-key.ts";
import { hasCode } from "../../errors.ts";
import type { InfisicalClient } from "../http/client.ts";
import { explainRefusal } from "./diagnose.ts";
import { CURRENT, listFolders, listImports, OLDER } from "./endpoints.ts";
import { listPlace } from "./list.ts";
import { createStore } from "./store.ts";
import { callEither, isRouteMissing, type Target } from "./target.ts";

/** Folders that are asked for something at a time. */
const WIDTH = 4;

/** @param argumentNames what the user calls the parts of the place */
export function createTreeStore(
  client: InfisicalClient,
  place: Place,
  argumentNames: Target["argumentNames"],
): SecretStore {
  const target: Target = { client, place, argumentNames };
  const root = createStore(client, place, argumentNames);
  const opened = new Map<string, SecretStore>([["", root]]);
  /** The store of one folder. */
  const at = (folder: string): SecretStore => {
    const store = opened.get(folder) ?? createStore(client, below(place, folder), argumentNames);
    opened.set(folder, store);
    return store;
  };
  const make = creatingFolders(at);

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
      return listing.imports.length === 0
        ? listing
        : { ...listing, imports: await importsIn(target, at, options) };
    },
    async hiddenFolders(keys) {
      const { secrets } = await listPlace(target, { ...DESCRIBED, acceptCached: true, isTree: true });
      const told = new Set(["", ...secrets.map(({ key }) => locateInTree(key).folder)]);
      const asked = keys && new Set(keys.map((key) => locateInTree(key).folder));
      if (asked && [...asked].every((folder) => told.has(folder))) return [];
      const there = await foldersIn(target);
      const silent = there.filter((folder) => !told.has(folder) && (asked?.has(folder) ?? true));
      const hidden = await mapPool(silent, WIDTH, async (folder) =>
        (await isHidden(at(folder))) ? [`/${folder}`] : [],
      );
      return hidden.flat();
    },
    probe(key) {
      const { folder, name } = locateInTree(key);
      return at(folder).probe(name);
    },
    async readVersion(key, version) {
      const { folder, name } = locateInTree(key);
      const found = await at(folder).readVersion(name, version);
      return typeof found === "object" ? { ...found, key } : found;
    },
    encode(key, value, exists, metadata) {
      return { ...root.encode(locateInTree(key).name, value, exists, metadata), key };
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

/** Where requests about one folder of a place go. */
export const atFolder = (target: Target, folder: string): Target => ({
  ...target,
  place: below(target.place, folder),
});

const below = (place: Place, folder: string): Place => ({
  ...place,
  secretPath: pathBelow(place.secretPath, folder),
});

/** Makes each folder once, and none that is known to be there; with a folder come those above it. */
function creatingFolders(at: (folder: string) => SecretStore) {
  const known = new Map<string, Promise<void>>([["", Promise.resolve()]]);
  const note = (folder: string, made: Promise<void>) => {
    for (
      let each = folder;
      each !== "" && !known.has(each);
      each = each.slice(0, Math.max(0, each.lastIndexOf("/")))
    )
      known.set(each, made);
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
  const folders = ["", ...(await foldersIn(target))];
  const found = await mapPool(folders, WIDTH, async (folder) => {
    if (!(await hasImports(target, folder))) return [];
    const { imports } = await at(folder).list(options);
    return imports.map((secrets) =>
      secrets.map((secret): ListedSecret => ({ ...secret, key: treeKey({ folder, name: secret.key }) })),
    );
  });
  return found.flat();
}

async function hasImports(target: Target, folder: string): Promise<boolean> {
  const { secretPath } = below(target.place, folder);
  const answer = await callEither(target, "folders-v2", (api) => listImports(api, target.place, secretPath));
  if (answer.kind === "ok") return answer.value.secretImports.length > 0;
  throw await explainRefusal(target, answer, "read");
}

/** The folders beneath, from that of the target on. Versions of 2024 tell one level an answer (data-plane §20). */
async function foldersIn(target: Target): Promise<string[]> {
  const { client, place } = target;
  if (!client.missing.has("folders-v2")) {
    const answer = await client.call(listFolders(CURRENT, place, place.secretPath, { recursive: "true" }));
    if (answer.kind === "ok")
      return answer.value.folders.map(({ name, relativePath }) => (relativePath ?? name).replace(/^\/+/, ""));
    if (!isRouteMissing(answer)) throw await explainRefusal(target, answer, "read");
    client.missing.add("folders-v2");
  }
  const found: string[] = [];
  let level = [""];
  while (level.length > 0) {
    const children = await mapPool(level, WIDTH, async (folder) => {
      const answer = await client.call(listFolders(OLDER, place, below(place, folder).secretPath));
      if (answer.kind !== "ok") throw await explainRefusal(target, answer, "read");
      return answer.value.folders.map(({ name }) => (folder === "" ? name : `${folder}/${name}`));
    });
    level = children.flat();
    found.push(...level);
  }
  return found;
}
