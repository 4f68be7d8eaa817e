/**
 * One look for many: syncs whose folders lie in one environment are shown by one recursive list what has become of them.
 *
 * Such a list leaves out what the identity may not read, without notice, and what a folder imports (data-plane §20). So it may
 * prove that all is as it was, and never that something is gone: whatever else it shows is looked at folder by folder.
 */
import type { Listing, Place } from "../../engine/store.ts";
import { BridgeError } from "../../errors.ts";
import type { Written } from "../http/listing-cache.ts";
import { listSecrets } from "./endpoints.ts";
import { readRows } from "./list.ts";
import type { SecretRow } from "./rows.ts";
import { callEither, type Target } from "./target.ts";

type Folder = Pick<Place, "projectId" | "environment" | "secretPath">;

/** What a client's looks have shown, until something is written there. */
export interface Looks {
  /** What is shown of a folder; undefined where that proves nothing, or where nobody shares the look. */
  at(target: Target): Promise<Listing | undefined>;
  /** Something was written: what was shown of the folder and of those beneath is no longer so, and is not looked at again. */
  forget(written: Written): void;
}

/** @param declared all folders that the client reads; what lies outside is dropped as it comes */
export function createLooks(declared: readonly Folder[]): Looks {
  const pathsOf = new Map<string, Set<string>>();
  for (const place of declared) {
    const paths = pathsOf.get(environmentOf(place)) ?? new Set();
    pathsOf.set(environmentOf(place), paths.add(place.secretPath));
  }
  const looks = new Map<string, Promise<ReadonlyMap<string, Listing>>>();
  const written: Written[] = [];
  return {
    async at(target) {
      const { place } = target;
      const environment = environmentOf(place);
      const paths = pathsOf.get(environment);
      if (!paths || place.isTree || paths.size < 2 || !paths.has(place.secretPath)) return undefined;
      if (written.some((one) => concerns(one, place))) return undefined;
      const look = looks.get(environment) ?? lookAt(target, paths);
      looks.set(environment, look);
      const shown = (await look).get(place.secretPath);
      return written.some((one) => concerns(one, place)) ? undefined : shown;
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

/** Nothing, where the list is refused or cannot be had: each folder's own look finds out, and tells. */
async function lookAt(target: Target, paths: ReadonlySet<string>): Promise<ReadonlyMap<string, Listing>> {
  const root = commonFolder([...paths]);
  const place = { ...target.place, secretPath: root };
  const options = { values: true, expand: false, imports: true, isTree: true };
  try {
    const answer = await callEither(target, "secrets-v4", (api) => listSecrets(api, place, options));
    if (answer.kind !== "ok" || (answer.value.imports ?? []).length > 0) return new Map();
    const rows = Map.groupBy(answer.value.secrets, ({ secretPath }) => secretPath ?? "");
    return new Map([...paths].flatMap((path) => shown(target, path, rows.get(path))));
  } catch (error) {
    if (error instanceof BridgeError) return new Map();
    throw error;
  }
}

function shown(target: Target, path: string, rows: readonly SecretRow[] | undefined): [string, Listing][] {
  if (!rows) return [];
  const at = { ...target, place: { ...target.place, secretPath: path } };
  const secrets = readRows(at, rows, { values: true });
  if (secrets.length === 0 || secrets.some(({ isHidden }) => isHidden)) return [];
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
