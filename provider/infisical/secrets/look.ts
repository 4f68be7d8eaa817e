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
import type { Call } from "../http/exchange.ts";
import { splitPath } from "./diagnose.ts";
import { type Generation, listFolders, listSecrets } from "./endpoints.ts";
import { readRows } from "./list.ts";
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

/** @param paths of the folders; what lies outside is dropped as it comes */
export function createLook(target: Target, paths: ReadonlySet<string>): Look {
  let size = 0;
  const values = once(async () => {
    const listings = await listAll(target, paths, { values: true });
    for (const { secrets } of listings.values()) size += secrets.length;
    return listings;
  });
  /** Folders of which the list without values tells the same. */
  const confirmed = once(async () => {
    const [listings, described] = [await values(), await listAll(target, paths, { values: false })];
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

/** None of a folder without secrets, and of one with some that are hidden. */
async function listAll(
  target: Target,
  paths: ReadonlySet<string>,
  { values }: { values: boolean },
): Promise<ReadonlyMap<string, Listing>> {
  const place = { ...target.place, secretPath: commonFolder([...paths]) };
  const options = { values, expand: false, imports: values, isTree: true };
  const found = await tell(target, "secrets-v4", (api) => {
    const { answer: schema, ...call } = listSecrets(api, place, options);
    return { ...call, answer: schema.transform((list) => declaredIn(list, paths)) };
  });
  const listings = new Map<string, Listing>();
  for (const [path, rows] of found ?? []) {
    const at = { ...target, place: { ...target.place, secretPath: path } };
    const secrets = readRows(at, rows, { values });
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
  const list = await tell(target, "folders-v2", (api) =>
    listFolders(api, target.place, root, { recursive: "true" }),
  );
  if (!list) return new Set();
  const above = root === "/" ? "/" : `${root}/`;
  const there = new Set<string>();
  for (const { relativePath } of list.folders) {
    // An instance that leaves it out may have told one level.
    if (relativePath == null) return new Set();
    there.add(above + relativePath.replace(/^\/+/, ""));
  }
  const isReached = (path: string) => path !== "/" && path.slice(above.length).split("/").length <= DEPTH;
  return new Set([...paths].filter((path) => isReached(path) && !there.has(path)));
}

/** Nothing, where the list is refused or cannot be had: each folder's own look finds out, and tells. */
async function tell<T>(
  target: Target,
  feature: Feature,
  call: (api: Generation) => Call<T>,
): Promise<T | undefined> {
  try {
    const answer = await callEither(target, feature, call);
    return answer.kind === "ok" ? answer.value : undefined;
  } catch (error) {
    if (error instanceof BridgeError) return undefined;
    throw error;
  }
}

/** The deepest folder that all of the paths lie in. */
function commonFolder(paths: readonly string[]): string {
  const names = paths.map((path) => path.split("/").filter(Boolean));
  const [first = []] = names;
  const differs = first.findIndex((name, depth) => names.some((others) => others[depth] !== name));
  const common = differs === -1 ? first : first.slice(0, differs);
  return `/${common.join("/")}`;
}
