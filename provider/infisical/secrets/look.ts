/**
 * One look at many folders of an environment, by lists of all that is beneath the deepest folder above them.
 *
 * A list of values leaves out what the identity may not read, without notice, and does not say which folder imports (data-plane
 * §20). So it may prove that all is as it was, and never that something is gone. The same list without values leaves out none
 * that a folder's own list would have, and a list of folders none that there are: what these confirm is proven.
 */
import type { ListedSecret, Listing } from "../../engine/store.ts";
import { BridgeError } from "../../errors.ts";
import type { Feature } from "../http/client.ts";
import type { Answer, Call } from "../http/exchange.ts";
import { splitPath } from "./diagnose.ts";
import { type Generation, listFolders, listSecrets } from "./endpoints.ts";
import { keyInFolder, readRows } from "./list.ts";
import type { SecretList, SecretRow } from "./rows.ts";
import { callEither, type Target } from "./target.ts";

/** What is seen of folders; each list is asked for once, when it is needed. */
export interface Look {
  /** What is shown of a folder; undefined where that proves nothing. */
  shown(path: string): Promise<Listing | undefined>;
  /** What its own list would have told when the look was made; undefined where only that list can tell. */
  proven(path: string): Promise<Listing | undefined>;
  /** How many secrets of the folders it has shown so far. */
  size(): number;
}

/** The list of values that a look had: later ones of the same folders ask whether it is still current. */
export interface Seen {
  list?: { paths: ReadonlySet<string>; etag: string; listings: Listings } | undefined;
}

type Listings = ReadonlyMap<string, Listing>;

/**
 * @param paths of the folders; what lies outside is dropped as it comes
 * @param seen of earlier looks by this client, and of this one
 */
export function createLook(target: Target, paths: ReadonlySet<string>, seen: Seen = {}): Look {
  let size = 0;
  const values = once(async () => {
    const listings = await listValues(target, paths, seen);
    for (const { secrets } of listings.values()) size += secrets.length;
    return listings;
  });
  /** Folders of which the list without values tells the same. */
  const confirmed = once(async () => {
    const [listings, described] = [await values(), await describeAll(target, paths)];
    return new Set(
      [...listings].flatMap(([path, listing]) => (isSame(listing, described.get(path)) ? [path] : [])),
    );
  });
  const missing = once(() => missingOf(target, paths));
  const shown = async (path: string) => (await values()).get(path);
  return {
    shown,
    size: () => size,
    async proven(path) {
      const listing = await shown(path);
      if (!listing) return (await missing()).has(path) ? NOTHING_THERE : undefined;
      return (await confirmed()).has(path) ? listing : undefined;
    },
  };
}

const NOTHING_THERE: Listing = { folderExists: false, secrets: [], imports: [] };

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}

/** No secret is in one list alone, and none was written between them. */
function isSame({ secrets }: Listing, described: Listing | undefined): boolean {
  const nameOf = ({ key, id, version }: ListedSecret) => JSON.stringify([key, id, version]);
  const names = new Set(described?.secrets.map(nameOf));
  return names.size === secrets.length && secrets.every((secret) => names.has(nameOf(secret)));
}

/** Asks again only for what has changed since the last one. */
async function listValues(target: Target, paths: ReadonlySet<string>, seen: Seen): Promise<Listings> {
  const known = seen.list && isEqual(seen.list.paths, paths) ? seen.list : undefined;
  const answer = await listAll(target, paths, { values: true, etag: known?.etag });
  if (answer?.kind === "unchanged" && known) return known.listings;
  if (answer?.kind !== "ok") return new Map();
  const listings = listingsOf(target, answer.value, { values: true });
  const { etag } = answer;
  seen.list = etag === undefined ? undefined : { paths, etag, listings };
  return listings;
}

async function describeAll(target: Target, paths: ReadonlySet<string>): Promise<Listings> {
  const answer = await listAll(target, paths, { values: false });
  return answer?.kind === "ok" ? listingsOf(target, answer.value, { values: false }) : new Map();
}

const isEqual = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((one) => b.has(one));

const listAll = (
  target: Target,
  paths: ReadonlySet<string>,
  { values, etag }: { values: boolean; etag?: string | undefined },
) => {
  const place = { ...target.place, secretPath: commonFolder([...paths]) };
  const options = { values, expand: false, imports: values, isTree: true };
  return tell(target, "secrets-v4", (api) => {
    const { answer: schema, ...call } = listSecrets(api, place, options);
    return { ...call, etag, answer: schema.transform((list) => declaredIn(list, paths)) };
  });
};

/** None of a folder without secrets, and of one with some that are hidden, or cannot be told apart. */
function listingsOf(
  target: Target,
  found: ReadonlyMap<string, SecretRow[]>,
  { values }: { values: boolean },
): Listings {
  const listings = new Map<string, Listing>();
  for (const [path, rows] of found) {
    const at = { ...target, place: { ...target.place, secretPath: path } };
    const secrets = unlessUnreadable(() => readRows(at, rows, { values, keyOf: keyInFolder })) ?? [];
    const isWhole = !values || secrets.every(({ isHidden }) => !isHidden);
    if (secrets.length > 0 && isWhole) listings.set(path, { folderExists: true, secrets, imports: [] });
  }
  return listings;
}

/** The rows of the folders, by their paths; none where a folder imports: which one, nobody tells. */
function declaredIn({ secrets, imports }: SecretList, paths: ReadonlySet<string>): Map<string, SecretRow[]> {
  if ((imports ?? []).length > 0) return new Map();
  const declared = secrets.filter(({ secretPath }) => secretPath != null && paths.has(secretPath));
  return Map.groupBy(declared, ({ secretPath }) => secretPath ?? "");
}

/** Levels that lists reach down to. */
const DEPTH = 20;

/** Those of the paths where there is no folder. */
async function missingOf(target: Target, paths: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  // One level an answer would cost more than a look at each.
  if (target.client.missing.has("folders-v2")) return new Set();
  const root = commonFolder([...paths].map((path) => splitPath(path).parent));
  const answer = await tell(target, "folders-v2", (api) =>
    listFolders(api, target.place, root, { recursive: "true" }),
  );
  if (answer?.kind !== "ok") return new Set();
  const above = root === "/" ? "/" : `${root}/`;
  const there = new Set<string>();
  for (const { relativePath } of answer.value.folders) {
    // An instance that leaves it out may have told one level.
    if (relativePath == null) return new Set();
    there.add(above + relativePath.replace(/^\/+/, ""));
  }
  const isReached = (path: string) => path !== "/" && path.slice(above.length).split("/").length <= DEPTH;
  return new Set([...paths].filter((path) => isReached(path) && !there.has(path)));
}

/** Nothing, where no list can be had: each folder's own look finds out, and tells. */
const tell = <T>(
  target: Target,
  feature: Feature,
  call: (api: Generation) => Call<T>,
): Promise<Answer<T> | undefined> => callEither(target, feature, call).catch(nothing);

function unlessUnreadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    return nothing(error);
  }
}

function nothing(error: unknown): undefined {
  if (!(error instanceof BridgeError)) throw error;
}

/** The deepest folder that all of the paths lie in. */
function commonFolder(paths: readonly string[]): string {
  const names = paths.map((path) => path.split("/").filter(Boolean));
  const [first = []] = names;
  const differs = first.findIndex((name, depth) => names.some((others) => others[depth] !== name));
  const common = differs === -1 ? first : first.slice(0, differs);
  return `/${common.join("/")}`;
}
