/** Which secrets a sync is about: what its filter leaves out is none of its business, on either side. */
import { folderMatcher, keyMatcher } from "../globs.ts";
import type { Filter, SyncOptions } from "../schema.ts";
import { type ListedSecret, type Listing, type SecretStore, seenAs } from "./store.ts";
import { flattensFolders, keepsFolders, type Located, locatorOf, type TreeOptions } from "./tree-key.ts";

/** The options that say which secrets are meant. */
type FilterOptions = TreeOptions & Pick<SyncOptions, "filter">;

/** Which folders, as paths from `/` on, and which names in them. */
interface Wanted {
  folder(path: string): boolean;
  name(name: string): boolean;
}

/** The source as its sync sees it: of the folder's secrets only those that the filter lets through. */
export function filteredSource(store: SecretStore, { filter }: FilterOptions): SecretStore {
  if (!filter) return store;
  return filtered(store, wantedIn(filter), (secret) => isChosen(secret, filter));
}

/** The destination, where a secret of others is known by its name and folder alone; a flat one has no folders to choose from. */
export function filteredDestination(store: SecretStore, options: FilterOptions): SecretStore {
  const { filter } = options;
  return filter ? filtered(store, wantedAtDestination(filter, options)) : store;
}

/**
 * True where the destination's own keys do not tell whether the filter means them: then only keys that the sync wrote are
 * ever deleted.
 */
export const isFilteredBySource = (options: FilterOptions): boolean =>
  options.filter?.tags !== undefined ||
  options.filter?.metadata !== undefined ||
  (options.filter?.folders !== undefined && flattensFolders(options));

/** Says of keys on record whether the filter leaves them out by their names and folders. */
export function leftOutByName(options: FilterOptions): (key: string) => boolean {
  const { filter } = options;
  if (!filter) return () => false;
  const wanted = wantedAtDestination(filter, options);
  const locate = locatorOf(options);
  return (key) => !isAt(wanted, locate(key));
}

const wantedAtDestination = (filter: Filter, options: TreeOptions): Wanted =>
  wantedIn(keepsFolders(options) ? filter : { keys: filter.keys });

const wantedIn = ({ keys, folders }: Pick<Filter, "keys" | "folders">): Wanted => ({
  folder: memoized(chosenBy(folders, folderMatcher)),
  name: chosenBy(keys, keyMatcher),
});

const isAt = (wanted: Wanted, { folder, name }: Located): boolean =>
  wanted.folder(`/${folder}`) && wanted.name(name);

function chosenBy(
  globs: Filter["keys"] | Filter["folders"],
  matcherOf: (globs: readonly string[]) => (text: string) => boolean,
): (text: string) => boolean {
  const isIncluded = globs?.include ? matcherOf(globs.include) : () => true;
  const isExcluded = globs?.exclude ? matcherOf(globs.exclude) : () => false;
  return (text) => isIncluded(text) && !isExcluded(text);
}

/** Folders are few beside their keys. */
function memoized(isMeant: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>();
  return (text) => {
    const meant = known.get(text) ?? isMeant(text);
    known.set(text, meant);
    return meant;
  };
}

/** With any of the tags, and all of the metadata. What is encrypted may be listed with another value than it has. */
function isChosen(secret: ListedSecret, { tags, metadata = {} }: Filter): boolean {
  const isTagged = !tags || secret.tags?.some(({ slug }) => tags.includes(slug)) === true;
  return (
    isTagged &&
    Object.entries(metadata).every(([key, value]) =>
      secret.metadata?.some((item) => item.key === key && item.value === value && !item.isEncrypted),
    )
  );
}

function filtered(
  store: SecretStore,
  wanted: Wanted,
  isMeant: (secret: ListedSecret) => boolean = () => true,
): SecretStore {
  const seen = (listing: Listing): Listing => {
    // The one that counts of several with one name decides for all: a folder's own, else that of the last import.
    const effective = new Map(
      [...listing.imports.flat(), ...listing.secrets].map((secret) => [secret.key, secret]),
    );
    const leftOut = [...effective.values()]
      .filter((secret) => !isAt(wanted, store.locate(secret.key)) || !isMeant(secret))
      .map(({ key }) => key);
    if (leftOut.length === 0) return listing;
    const out = new Set(leftOut);
    const rest = (secrets: readonly ListedSecret[]) => secrets.filter(({ key }) => !out.has(key));
    return {
      ...listing,
      secrets: rest(listing.secrets),
      imports: listing.imports.map(rest),
      leftOut,
    };
  };
  return {
    ...seenAs(store, seen),
    async hiddenFolders(keys) {
      return (await store.hiddenFolders(keys)).filter(wanted.folder);
    },
  };
}
