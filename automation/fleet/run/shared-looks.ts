/**
 * What the runs of one worker share: clients with their logins, what they have listed with its ETags, and looks at whole
 * environments. What a run is told is never older than what it was asked for.
 */
import type { Place } from "../../../provider/engine/store.ts";
import { createClient, type InfisicalClient } from "../../../provider/infisical/http/client.ts";
import type { ListingCache, Written } from "../../../provider/infisical/http/listing-cache.ts";
import { createLook, type Look, type Seen } from "../../../provider/infisical/secrets/look.ts";
import type { Looks } from "../../../provider/infisical/secrets/looks.ts";
import type { DeclaredFolder } from "../../../provider/resources/declared-folders.ts";
import { createShared, type Shared } from "../../../provider/resources/process.ts";
import { createOutages } from "./outages.ts";
import { createTurns } from "./turns.ts";

interface RunNeeds {
  /** How long it may still write. */
  msLeft(): number;
  /** From when on a look is new enough for it. */
  notBefore: number;
}

export interface WorkerShared extends AsyncDisposable {
  /** The folders of all syncs: those in one environment are looked at together. */
  declare(folders: readonly DeclaredFolder[]): void;
  /** What one run works with. */
  forRun(run: RunNeeds): Shared;
  /** Lets the requests in flight end, and refuses further ones. */
  cancel(): void;
}

/** Much less than a deployment waits: a run that fails is made again soon. */
const TIMEOUT_MS = 15_000;

/**
 * @param now by a clock that never jumps
 * @param makeClient in another way, for those whose requests take tokens
 */
export function createWorkerShared(
  now: () => number,
  makeClient: typeof createClient = createClient,
): WorkerShared {
  const base = createShared((options) => makeClient({ ...options, timeoutMs: TIMEOUT_MS }));
  const turns = createTurns(now);
  /** When lists that are known were asked for. */
  const askedAt = new Map<string, number>();
  const outages = createOutages();
  const seen = new Map<string, Seen>();
  const ids = new WeakMap<object, number>();
  let clients = 0;
  let environments = new Map<string, ReadonlySet<string>>();

  /** Each run has a wrapper of its own around a client; what that has learnt of its instance is one object. */
  const idOf = ({ missing }: InfisicalClient): number => {
    const id = ids.get(missing) ?? clients++;
    ids.set(missing, id);
    return id;
  };

  /** What this run has listed itself is believed by it; all else is asked for again. */
  const listingsFor = (client: InfisicalClient, notBefore: number): ListingCache => {
    const own = new Set<string>();
    const { listings } = client;
    return {
      ...listings,
      async get(projectId, query, acceptCached, fetch) {
        const key = `list ${idOf(client)} ${query}`;
        const isFirst = !own.has(query);
        own.add(query);
        // What was written since is forgotten, and so asked for.
        const isKnown = (askedAt.get(key) ?? Number.NEGATIVE_INFINITY) >= notBefore;
        if (acceptCached && (isKnown || !isFirst)) return listings.get(projectId, query, true, fetch);
        // A second look is one of now.
        await turns.since(key, isFirst ? notBefore : now(), async () => {
          const at = now();
          await listings.get(projectId, query, false, fetch);
          askedAt.set(key, at);
        });
        return listings.get(projectId, query, true, fetch);
      },
      known: (query) => (own.has(query) ? listings.known(query) : undefined),
      [Symbol.dispose]: () => {},
    };
  };

  const looksFor = (client: InfisicalClient, clientId: string | undefined, notBefore: number): Looks => {
    const looks = new Map<string, Promise<Look>>();
    const written: Written[] = [];
    const isWritten = ({ projectId }: Place) => written.some((one) => one.projectId === projectId);
    return {
      async at(target) {
        const { place } = target;
        const environment = environmentOf({ ...place, ...(clientId !== undefined && { clientId }) });
        const paths = environments.get(environment);
        if (place.isTree || isWritten(place) || !paths?.has(place.secretPath) || paths.size < 2)
          return undefined;
        const key = `look ${idOf(client)} ${environment}`;
        const earlier = seen.get(key) ?? {};
        seen.set(key, earlier);
        const look =
          looks.get(key) ??
          turns.since(key, notBefore, async () => {
            const made = createLook(target, paths, earlier);
            await made.shown(place.secretPath);
            return made;
          });
        looks.set(key, look);
        return (await look).shown(place.secretPath);
      },
      proven: async () => undefined,
      now: (_target, alone) => alone(),
      forget: (one) => void written.push(one),
    };
  };

  return {
    declare(folders) {
      environments = new Map(
        [...Map.groupBy(folders, environmentOf)].map(([environment, its]) => [
          environment,
          new Set(its.map(({ secretPath }) => secretPath)),
        ]),
      );
    },
    forRun({ msLeft, notBefore }) {
      const shared = createShared((options) => {
        const client = base.client(options);
        const { call } = client;
        return {
          ...client,
          listings: listingsFor(client, notBefore),
          call: (request) =>
            outages.guard(options.origin, () =>
              call(request.method === "GET" ? request : { ...request, msLeft }),
            ),
          [Symbol.asyncDispose]: async () => {},
        };
      });
      const looks = new Map<InfisicalClient, Looks>();
      return {
        ...shared,
        looksOf(client, clientId) {
          const made = looks.get(client) ?? looksFor(client, clientId, notBefore);
          looks.set(client, made);
          return made;
        },
      };
    },
    cancel: () => base.cancel(),
    [Symbol.asyncDispose]: () => base[Symbol.asyncDispose](),
  };
}

const environmentOf = ({
  clientId,
  origin,
  projectId,
  environment,
}: Pick<DeclaredFolder, "clientId" | "origin" | "projectId" | "environment">): string =>
  JSON.stringify([clientId ?? null, origin, projectId, environment]);
