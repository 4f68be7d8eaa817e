/**
 * What a provider process shares between the resources of one deployment: one client per identity, with its
 * login and lists, and who writes which destination. This is the only module-level state; a process lives for
 * one phase of a deployment.
 */
import type { Place } from "../engine/store.ts";
import { BridgeError } from "../errors.ts";
import { type Credentials, createClient, type InfisicalClient } from "../infisical/client.ts";
import type { ProviderConfig } from "../schema.ts";
import { SecretValue } from "../secret-value.ts";
import { describePlace } from "./places.ts";

const clients = new Map<string, InfisicalClient>();
const writers = new Map<string, string>();
const queues = new Map<string, Promise<unknown>>();
let isCancelled = false;
let makeClient = createClient;

/** The client of the source instance. @throws BridgeError `missing-credentials` */
export function sourceClient(config: ProviderConfig): InfisicalClient {
  const { host, clientId, clientSecret, token, allowInsecureHttp } = config;
  const argumentNames = { url: "host", credentials: token === undefined ? "clientSecret" : "token" };
  if (token !== undefined)
    return client(host, { kind: "token", token: new SecretValue(token) }, allowInsecureHttp, argumentNames);
  if (clientId !== undefined && clientSecret !== undefined) {
    const credentials: Credentials = {
      kind: "universal-auth",
      clientId,
      clientSecret: new SecretValue(clientSecret),
    };
    return client(host, credentials, allowInsecureHttp, argumentNames);
  }
  throw new BridgeError("missing-credentials", `No credentials for the source instance ${host}.`, {
    hint: "Set clientId and clientSecret in the configuration external-infisical, or INFISICAL_UNIVERSAL_AUTH_CLIENT_ID and INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET, or INFISICAL_TOKEN.",
  });
}

/** The client of a connection. */
export function connectionClient(connection: {
  instanceUrl: string;
  machineIdentityClientId: string;
  clientSecret: string;
  allowInsecureHttp: boolean;
}): InfisicalClient {
  const credentials: Credentials = {
    kind: "universal-auth",
    clientId: connection.machineIdentityClientId,
    clientSecret: new SecretValue(connection.clientSecret),
  };
  return client(connection.instanceUrl, credentials, connection.allowInsecureHttp, {
    url: "instanceUrl",
    credentials: "machineIdentityClientSecret",
  });
}

function client(
  origin: string,
  credentials: Credentials,
  allowInsecureHttp: boolean,
  argumentNames: { url: string; credentials: string },
): InfisicalClient {
  const identity =
    credentials.kind === "token"
      ? credentials.token.reveal()
      : `${credentials.clientId}\n${credentials.clientSecret.reveal()}`;
  const key = `${origin}\n${allowInsecureHttp}\n${argumentNames.url}\n${identity}`;
  const known = clients.get(key);
  if (known) return known;
  const made = makeClient({ origin, credentials, allowInsecureHttp, argumentNames });
  const stoppable: InfisicalClient = {
    ...made,
    async call(request) {
      if (isCancelled)
        throw new BridgeError("cancelled", `Cannot ${request.what}: the deployment was stopped.`);
      return made.call(request);
    },
  };
  clients.set(key, stoppable);
  return stoppable;
}

/** Has clients made in another way from the next one on: for tests of failures, which must not wait. */
export function makeClientsBy(make: typeof createClient): void {
  makeClient = make;
}

/** Lets the requests in flight end and refuses further ones, so that what was written is on record. */
export function cancelSession(): void {
  isCancelled = true;
}

/**
 * Notes that a sync of this deployment writes a destination.
 *
 * @throws BridgeError `shared-destination` if another one does already
 */
export function claimDestination(place: Place, syncName: string): void {
  const key = describePlace(place);
  const other = writers.get(key);
  if (other !== undefined && other !== syncName)
    throw new BridgeError(
      "shared-destination",
      `The syncs "${other}" and "${syncName}" both write ${key}; each would delete the other's keys.`,
      { path: "destinationConfig", hint: "Give each sync a folder of its own." },
    );
  writers.set(key, syncName);
}

/** The sync of this deployment that writes a destination, if any. */
export function writerOf(place: Place): string | undefined {
  return writers.get(describePlace(place));
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
  const open = [...clients.values()];
  for (const state of [clients, writers, queues]) state.clear();
  isCancelled = false;
  await Promise.all(open.map((client) => client[Symbol.asyncDispose]()));
}
