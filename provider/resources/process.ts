/**
 * What one process shares between the resources of a deployment: one client per identity, with its login and lists, one
 * gate per host, what is known of secrets, which instances do not answer, what has been told, and who writes which
 * destination. An adapter makes it once and passes it in; it serves one phase of a deployment.
 */
import type { Place } from "../engine/store.ts";
import { BridgeError } from "../errors.ts";
import { isSameLogin } from "../infisical/auth/login.ts";
import { type ClientOptions, createClient, type InfisicalClient } from "../infisical/http/client.ts";
import type { Gate } from "../infisical/http/gate.ts";
import type { SharedListings } from "../infisical/http/listing-cache.ts";
import { createLooks, type Earlier, type Looks } from "../infisical/secrets/looks.ts";
import { createRedactor } from "../redaction/redactor.ts";
import { type Claims, createClaims } from "./claims.ts";
import type { DeclaredFolder } from "./declared-folders.ts";
import { createHolders, type Holders } from "./holders.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { describePlace } from "./places.ts";

export interface Shared extends AsyncDisposable {
  /** The client of an identity at an instance: the one that there is already, if there is one. */
  client(options: ClientOptions): InfisicalClient;
  /**
   * From now on these folders, and no others, are looked at together where they lie in one environment. What such looks have
   * shown before is asked for again.
   */
  lookTogether(folders: readonly DeclaredFolder[]): void;
  /** What a client sees of many folders by one list. @param clientId of its identity; none for the source's */
  looksOf(client: InfisicalClient, clientId?: string): Looks;
  /** Notes that an instance writes by itself, so that what was listed of a project is stale. */
  forgetListings(projectId: string): void;
  /** Who writes which destination. */
  readonly claims: Claims;
  /** Which objects of the source instance the resources of this deployment stand for. */
  readonly objects: Holders;
  /** Why instances did not answer, by their URLs, for those that skip what is unreachable. */
  readonly outages: Map<string, BridgeError>;
  /** True the first time: for what is told once, however often it is come upon. */
  isToldFirst(what: string): boolean;
  /** Runs one task at a time on a destination, in the order of the calls. */
  withDestination<T>(place: Place, task: () => Promise<T>): Promise<T>;
  /** Likewise on an object of the source instance. */
  withObject<T>(id: string, task: () => Promise<T>): Promise<T>;
  /** Lets the requests in flight end and refuses further ones, so that what was written is on record. */
  cancel(): void;
}

/** @param makeClient in another way, for those who must not wait */
export function createShared(makeClient: typeof createClient = createClient): Shared {
  const looks = new Map<InfisicalClient, Looks>();
  const seen = new Map<InfisicalClient, Earlier>();
  let together: readonly DeclaredFolder[] = [];
  const clients: { options: ClientOptions; client: InfisicalClient }[] = [];
  const gates = new Map<string, Gate>();
  const listings: SharedListings = new Set();
  const redactor = createRedactor();
  const [atDestinations, onObjects] = [oneAtATime(), oneAtATime()];
  const told = new Set<string>();
  let isCancelled = false;

  const closeGates = () => {
    for (const gate of gates.values()) gate.close();
  };

  return {
    claims: createClaims(),
    objects: createHolders(),
    outages: new Map(),

    client(options) {
      const known = clients.find((one) => isSameClient(one.options, options));
      if (known) return known.client;
      const made = makeClient({ ...options, gates, listings, redactor });
      const client: InfisicalClient = {
        ...made,
        async call(request) {
          if (isCancelled)
            throw new BridgeError("cancelled", `Cannot ${request.what}: the deployment was stopped.`);
          return made.call(request);
        },
      };
      clients.push({ options, client });
      return client;
    },

    lookTogether(folders) {
      together = folders;
      for (const { forget } of looks.values()) listings.delete(forget);
      looks.clear();
    },

    looksOf(client, clientId) {
      const isIts = (one: DeclaredFolder) => one.origin === client.origin && one.clientId === clientId;
      const before: Earlier = seen.get(client) ?? new Map();
      seen.set(client, before);
      const made = looks.get(client) ?? createLooks(together.filter(isIts), before);
      if (!looks.has(client)) listings.add(made.forget);
      looks.set(client, made);
      return made;
    },

    forgetListings(projectId) {
      for (const forget of listings) forget({ projectId });
    },

    isToldFirst(what) {
      const isFirst = !told.has(what);
      told.add(what);
      return isFirst;
    },

    withDestination: (place, task) => atDestinations(describePlace(place), task),

    withObject: onObjects,

    cancel() {
      isCancelled = true;
      closeGates();
    },

    async [Symbol.asyncDispose]() {
      closeGates();
      await Promise.all(clients.map(({ client }) => client[Symbol.asyncDispose]()));
    },
  };
}

function isSameClient(a: ClientOptions, b: ClientOptions): boolean {
  return (
    a.origin === b.origin &&
    a.allowInsecureHttp === b.allowInsecureHttp &&
    a.argumentNames.url === b.argumentNames.url &&
    isSameLogin(a.login, b.login)
  );
}
