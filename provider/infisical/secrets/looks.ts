/**
 * One look for many: syncs whose folders lie in one environment are shown by one recursive list what has become of them.
 *
 * Such a list leaves out what the identity may not read, without notice, and what a folder imports (data-plane §20). So it may
 * prove that all is as it was, and never that something is gone: whatever else it shows is looked at folder by folder, or
 * compared with the same list without values, which leaves out none that a folder's own list would have.
 */
import type { ListedSecret, Listing, Place } from "../../engine/store.ts";
import { BridgeError } from "../../errors.ts";
import type { Written } from "../http/listing-cache.ts";
import { listSecrets } from "./endpoints.ts";
import { readRows } from "./list.ts";
import type { SecretList, SecretRow } from "./rows.ts";
import { callEither, type Target } from "./target.ts";

type Folder = Pick<Place, "projectId" | "environment" | "secretPath">;

/** What a client's looks have shown, until something is written there. */
export interface Looks {
  /** What is shown of a folder; undefined where that proves nothing, or where nobody shares the look. */
  at(target: Target): Promise<Listing | undefined>;
  /** What its own list would have told when the look was made; undefined where only that list can tell. */
  proven(target: Target): Promise<Listing | undefined>;
  /** Something was written: what was shown of the folder and of those beneath is no longer so, and is not looked at again. */
  forget(written: Written): void;
}

/** Of one environment. */
interface Look {
  paths: ReadonlySet<string>;
  shown?: Promise<ReadonlyMap<string, Listing>>;
  /** The same folders by the list without values. */
  described?: Promise<ReadonlyMap<string, Listing>>;
  /** Folders that more was wanted of than a proof that nothing has changed. */
  wanted: Set<string>;
}

/** @param declared all folders that the client reads; what lies outside is dropped as it comes */
export function createLooks(declared: readonly Folder[]): Looks {
  const looks = new Map(
    [...Map.groupBy(declared, environmentOf)].map(([environment, folders]): [string, Look] => [
      environment,
      { paths: new Set(folders.map(({ secretPath }) => secretPath)), wanted: new Set() },
    ]),
  );
  const written: Written[] = [];
  const isWritten = (place: Place) => written.some((one) => concerns(one, place));
  const sharedBy = ({ place }: Target): Look | undefined => {
    const look = looks.get(environmentOf(place));
    const isShared = look && look.paths.size > 1 && look.paths.has(place.secretPath);
    return isShared && !place.isTree && !isWritten(place) ? look : undefined;
  };
  const at = async (target: Target): Promise<Listing | undefined> => {
    const look = sharedBy(target);
    if (!look) return undefined;
    look.shown ??= lookAt(target, look.paths, { values: true });
    const shown = (await look.shown).get(target.place.secretPath);
    return isWritten(target.place) ? undefined : shown;
  };
  return {
    at,
    async proven(target) {
      const { secretPath } = target.place;
      const look = sharedBy(target);
      // Of one folder alone its own list is the smaller one.
      if (!look || look.wanted.add(secretPath).size < 2) return undefined;
      const shown = await at(target);
      if (!shown) return undefined;
      look.described ??= lookAt(target, look.paths, { values: false });
      const described = (await look.described).get(secretPath);
      return described && isSame(shown, described) && !isWritten(target.place) ? shown : undefined;
    },
    forget: (one) => void written.push(one),
  };
}

const environmentOf = ({ projectId, environment }: Folder): string =>
  JSON.stringify([projectId, environment]);

function concerns({ projectId, folder }: Written, place: Place): boolean {
  if (projectId !== place.projectId) return false;
  if (!folder) return true;
  const { environment, secretPath: above } = folder;
  const isBelow = above === "/" || `${place.secretPath}/`.startsWith(`${above}/`);
  return environment === place.environment && isBelow;
}

/** No secret is in one list alone, and none was written between them. */
function isSame({ secrets }: Listing, described: Listing): boolean {
  const nameOf = ({ key, id, version }: ListedSecret) => JSON.stringify([key, id, version]);
  const names = new Set(described.secrets.map(nameOf));
  return names.size === secrets.length && secrets.every((secret) => names.has(nameOf(secret)));
}

/** Nothing, where the list is refused or cannot be had: each folder's own look finds out, and tells. */
async function lookAt(
  target: Target,
  paths: ReadonlySet<string>,
  { values }: { values: boolean },
): Promise<ReadonlyMap<string, Listing>> {
  const place = { ...target.place, secretPath: commonFolder([...paths]) };
  const options = { values, expand: false, imports: values, isTree: true };
  try {
    const answer = await callEither(target, "secrets-v4", (api) => {
      const { answer: schema, ...call } = listSecrets(api, place, options);
      return { ...call, answer: schema.transform((list) => declaredIn(list, paths)) };
    });
    if (answer.kind !== "ok") return new Map();
    return new Map([...answer.value].flatMap(([path, rows]) => shown(target, path, rows, values)));
  } catch (error) {
    if (error instanceof BridgeError) return new Map();
    throw error;
  }
}

/** The rows of the folders, by their paths; none where a folder imports: which one, nobody tells. */
function declaredIn({ secrets, imports }: SecretList, paths: ReadonlySet<string>): Map<string, SecretRow[]> {
  if ((imports ?? []).length > 0) return new Map();
  const declared = secrets.filter(({ secretPath }) => secretPath != null && paths.has(secretPath));
  return Map.groupBy(declared, ({ secretPath }) => secretPath ?? "");
}

function shown(
  target: Target,
  path: string,
  rows: readonly SecretRow[],
  values: boolean,
): [string, Listing][] {
  const at = { ...target, place: { ...target.place, secretPath: path } };
  const secrets = readRows(at, rows, { values });
  if (secrets.length === 0 || (values && secrets.some(({ isHidden }) => isHidden))) return [];
  return [[path, { folderExists: true, secrets, imports: [] }]];
}

/** The deepest folder that all of the paths lie in. */
function commonFolder(paths: readonly string[]): string {
  const names = paths.map((path) => path.split("/").filter(Boolean));
  const [first = []] = names;
  const differs = first.findIndex((name, depth) => names.some((others) => others[depth] !== name));
  const common = differs === -1 ? first : first.slice(0, differs);
  return `/${common.join("/")}`;
}
