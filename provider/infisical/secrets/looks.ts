/** One look for many: syncs whose folders lie in one environment are told by one list what has become of them. */
import type { Listing, Place } from "../../engine/store.ts";
import type { Written } from "../http/listing-cache.ts";
import { createLook, type Look, type Seen } from "./look.ts";
import type { Target } from "./target.ts";
import { createTurns } from "./turns.ts";

type Folder = Pick<Place, "projectId" | "environment" | "secretPath">;

/** What a client's looks show. */
export interface Looks {
  /**
   * What was shown of a folder, unless something was written there since; undefined where that proves nothing, or where nobody
   * shares the look.
   */
  at(target: Target): Promise<Listing | undefined>;
  /** What its own list would have told then; undefined where only that list can tell. */
  proven(target: Target): Promise<Listing | undefined>;
  /** What its own list tells now. @param alone asks for that list, where no look is shared that tells it */
  now(target: Target, alone: () => Promise<Listing>): Promise<Listing>;
  /** Something was written: what was shown of the folder and of those around it may no longer be so. */
  forget(written: Written): void;
}

/** Of one environment. */
interface Shared {
  paths: ReadonlySet<string>;
  /** A look that is believed for a while, which is all that most previews need. */
  kept?: { look: Look; until: number };
  /** Folders that more was wanted of than a proof that nothing has changed. */
  wanted: Set<string>;
  seen: Seen;
  now?: ReturnType<typeof createTurns<Listing>>;
}

/** Lists that a look may take: as many as that it has to spare. */
const LISTS = 3;
/** Within it, a run finds that a preview of the same process was right; a deployment may take far longer. */
const BELIEVED_MS = 60_000;
/** Secrets beyond which a list for few of many folders is more work than a list of each. */
const MOST_SECRETS = 10_000;

/** What a client has seen before, by environment. */
export type Earlier = Map<string, Seen>;

/**
 * @param declared all folders that the client reads; what lies outside is dropped as it comes
 * @param before what earlier looks of the client have seen; added to
 */
export function createLooks(declared: readonly Folder[], before: Earlier = new Map()): Looks {
  const environments = new Map(
    [...Map.groupBy(declared, environmentOf)].map(([environment, folders]): [string, Shared] => {
      const seen = before.get(environment) ?? {};
      before.set(environment, seen);
      const paths = new Set(folders.map(({ secretPath }) => secretPath));
      return [environment, { paths, wanted: new Set(), seen }];
    }),
  );
  const written: Written[] = [];
  const isWritten = (place: Place) => written.some((one) => concerns(one, place));
  const sharedBy = ({ place }: Target): Shared | undefined => {
    const shared = environments.get(environmentOf(place));
    const isShared = shared && shared.paths.size > 1 && shared.paths.has(place.secretPath);
    return isShared && !place.isTree ? shared : undefined;
  };
  const earlier = async (target: Target, ask: (look: Look, path: string) => Promise<Listing | undefined>) => {
    const shared = sharedBy(target);
    if (!shared || isWritten(target.place)) return undefined;
    const { paths, seen } = shared;
    if (!shared.kept || shared.kept.until < Date.now())
      shared.kept = { look: createLook(target, paths, seen), until: Date.now() + BELIEVED_MS };
    const listing = await ask(shared.kept.look, target.place.secretPath);
    return isWritten(target.place) ? undefined : listing;
  };
  return {
    at: (target) => earlier(target, ({ shown }, path) => shown(path)),
    async proven(target) {
      // Of one folder alone its own list is the smaller one.
      const isFirst = (sharedBy(target)?.wanted.add(target.place.secretPath).size ?? 0) < 2;
      return isFirst ? undefined : earlier(target, ({ proven }, path) => proven(path));
    },
    async now(target, alone) {
      const shared = sharedBy(target);
      if (!shared) return alone();
      const { paths, seen } = shared;
      shared.now ??= createTurns(() => {
        const look = createLook(target, paths, seen);
        return { tell: look.proven, isWorth: (told) => told >= LISTS && look.size() <= MOST_SECRETS };
      }, target.client.settled);
      return shared.now(target.place.secretPath, alone);
    },
    forget: (one) => void written.push(one),
  };
}

const environmentOf = ({ projectId, environment }: Folder): string =>
  JSON.stringify([projectId, environment]);

/** The place, one above, which makes and removes those beneath, or one beneath, which is made with those above. */
function concerns({ projectId, folder }: Written, place: Place): boolean {
  if (projectId !== place.projectId) return false;
  if (!folder) return true;
  const [written, own] = [`${folder.secretPath}/`, `${place.secretPath}/`];
  const isNear = folder.secretPath === "/" || own.startsWith(written) || written.startsWith(own);
  return folder.environment === place.environment && isNear;
}
