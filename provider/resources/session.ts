/**
 * What a provider process shares between the resources of one deployment: one client per identity, with its
 * login and lists, one gate per host, what is known of secrets, which instances do not answer, what has been told, and who writes which destination. This is the only module-level state; a
 * process lives for one phase of a deployment.
 */
import type { Place } from "../engine/store.ts";
import { BridgeError } from "../errors.ts";
import {
  type ClientOptions,
  type Credentials,
  createClient,
  type InfisicalClient,
} from "../infisical/http/client.ts";
import type { Gate } from "../infisical/http/gate.ts";
import type { SharedListings } from "../infisical/http/listing-cache.ts";
import { createRedactor } from "../redaction/redactor.ts";
import { SecretValue } from "../secret-value.ts";
import { requireAllowedHost } from "./allowed-hosts.ts";
import { type Claims, createClaims } from "./claims.ts";
import { createHolders } from "./holders.ts";
import { describePlace } from "./places.ts";
import type { Context } from "./resource.ts";

const clients: KnownClient[] = [];
const gates = new Map<string, Gate>();
const listings: SharedListings = new Set();
const claims = createClaims();
/** Which objects of the source instance the resources of this deployment stand for. */
export const objects = createHolders();
const queues = new Map<string, Promise<unknown>>();
const outages = new Map<string, BridgeError>();
const told = new Set<string>();
const TOLD_PAUSE_MS = 2000;
let redactor = createRedactor();
let isCancelled = false;
let makeClient = createClient;

/** What errors of a connection's instance are said to be about. */
export const connectionUrl = "instanceUrl";

type KnownClient = { options: ClientOptions; client: InfisicalClient };
/** The log is told of long waits. */
type Settings = Pick<Context, "config" | "environment"> & Partial<Pick<Context, "log">>;

/** The client of the source instance. @throws BridgeError `missing-credentials`, `host-not-allowed` */
export function sourceClient({ config, environment, log }: Settings): InfisicalClient {
  const { host, clientId, clientSecret, token, allowInsecureHttp } = config;
  requireAllowedHost(host, "host", environment);
  const argumentNames = { url: "host", credentials: token === undefined ? "clientSecret" : "token" };
  if (token !== undefined)
    return client(
      host,
      { kind: "token", token: new SecretValue(token) },
      allowInsecureHttp,
      argumentNames,
      log,
    );
  if (clientId !== undefined && clientSecret !== undefined) {
    const credentials: Credentials = {
      kind: "universal-auth",
      clientId,
      clientSecret: new SecretValue(clientSecret),
    };
    return client(host, credentials, allowInsecureHttp, argumentNames, log);
  }
  throw new BridgeError("missing-credentials", `No credentials for the source instance ${host}.`, {
    hint: "Set clientId and clientSecret in the configuration external-infisical, or INFISICAL_UNIVERSAL_AUTH_CLIENT_ID and INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET, or INFISICAL_TOKEN.",
  });
}

/** The client of a connection. @throws BridgeError `host-not-allowed` */
export function connectionClient(
  connection: {
    instanceUrl: string;
    machineIdentityClientId: string;
    clientSecret: string;
    allowInsecureHttp: boolean;
  },
  { environment, log }: Omit<Settings, "config">,
): InfisicalClient {
  requireAllowedHost(connection.instanceUrl, connectionUrl, environment);
  const credentials: Credentials = {
    kind: "universal-auth",
    clientId: connection.machineIdentityClientId,
    clientSecret: new SecretValue(connection.clientSecret),
  };
  const argumentNames = { url: connectionUrl, credentials: "machineIdentityClientSecret" };
  return client(connection.instanceUrl, credentials, connection.allowInsecureHttp, argumentNames, log);
}

function client(
  origin: string,
  credentials: Credentials,
  allowInsecureHttp: boolean,
  argumentNames: { url: string; credentials: string },
  log: Settings["log"],
): InfisicalClient {
  const options = { origin, credentials, allowInsecureHttp, argumentNames };
  const known = clients.find((one) => isSameClient(one.options, options));
  if (known) return known.client;
  const onPause = (ms: number) => {
    if (ms >= TOLD_PAUSE_MS)
      log?.(`${origin} takes no more requests for now: waiting ${Math.ceil(ms / 1000)} s for its rate limit`);
  };
  const made = makeClient({ ...options, gates, listings, redactor, onPause });
  const stoppable: InfisicalClient = {
    ...made,
    async call(request) {
      if (isCancelled)
        throw new BridgeError("cancelled", `Cannot ${request.what}: the deployment was stopped.`);
      return made.call(request);
    },
  };
  clients.push({ options, client: stoppable });
  return stoppable;
}

function isSameClient(a: ClientOptions, b: ClientOptions): boolean {
  return (
    a.origin === b.origin &&
    a.allowInsecureHttp === b.allowInsecureHttp &&
    a.argumentNames.url === b.argumentNames.url &&
    isSameIdentity(a.credentials, b.credentials)
  );
}

function isSameIdentity(a: Credentials, b: Credentials): boolean {
  if (a.kind === "token") return b.kind === "token" && a.token.equals(b.token);
  return b.kind === "universal-auth" && a.clientId === b.clientId && a.clientSecret.equals(b.clientSecret);
}

/** Has clients made in another way from the next one on: for tests of failures, which must not wait. */
export function makeClientsBy(make: typeof createClient): void {
  makeClient = make;
}

/** Lets the requests in flight end and refuses further ones, so that what was written is on record. */
export function cancelSession(): void {
  isCancelled = true;
  for (const gate of gates.values()) gate.close();
}

/**
 * Notes that a sync of this deployment writes a destination.
 *
 * @throws BridgeError `shared-destination` if another one does already
 */
export const claimDestination: Claims["claim"] = claims.claim;

/** The name of the sync of this deployment that writes a destination, if any. */
export const writerOf = claims.writerOf;

/** Notes that an instance writes by itself, so that what was listed of a project is stale. */
export function forgetListings(projectId: string): void {
  for (const forget of listings) forget(projectId);
}

/** Notes that an instance does not answer, for those that skip what is unreachable. */
export function noteOutage(origin: string, error: BridgeError): void {
  outages.set(origin, error);
}

/** Why an instance did not answer earlier in this phase, if so. */
export const outageAt = (origin: string): BridgeError | undefined => outages.get(origin);

/** True the first time in a phase: for what is told once, however often it is come upon. */
export function isToldFirst(what: string): boolean {
  const isFirst = !told.has(what);
  told.add(what);
  return isFirst;
}

/** Runs one task at a time on a destination, in the order of the calls. */
export async function withDestination<T>(place: Place, task: () => Promise<T>): Promise<T> {
  const key = describePlace(place);
  const before = queues.get(key) ?? Promise.resolve();
  const result = before.then(task, task);
  queues.set(
    key,
    result.catch(() => {}),
  );
  return result;
}

/** Forgets everything and closes the connections; for programs that outlive a deployment. */
export async function endSession(): Promise<void> {
  const open = clients.splice(0);
  for (const gate of gates.values()) gate.close();
  for (const state of [gates, claims, objects, queues, outages, told]) state.clear();
  redactor = createRedactor();
  isCancelled = false;
  await Promise.all(open.map(({ client }) => client[Symbol.asyncDispose]()));
}
