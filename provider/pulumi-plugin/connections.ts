/**
 * The connections that a deployment declares. A sync refers to its connection, and the engine sends but the name of that
 * resource: what it is like has been seen when it was checked or read, which comes before its syncs.
 */

import { lookUp } from "../look-up.ts";
import { UNKNOWN } from "../marked-values.ts";
import { pick } from "../resources/properties.ts";
import type { Properties } from "../resources/resource.ts";
import { secretSyncArgs } from "../schema.ts";
import { type Reference, referenceIn } from "./values.ts";

/** Property of a connection → input of its syncs. */
const INPUTS: readonly (readonly [string, string])[] = [
  ["name", "connectionName"],
  ["instanceUrl", "instanceUrl"],
  ["machineIdentityClientId", "machineIdentityClientId"],
  ["machineIdentityClientSecret", "machineIdentityClientSecret"],
  ["auth", "auth"],
  ["allowInsecureHttp", "allowInsecureHttp"],
  ["execution", "connectionExecution"],
];
/** All that a sync has of its connection. */
const ITS = ["connectionId", ...INPUTS.map(([, input]) => input)];
/** What syncs may say differently. */
const SHARED = ["onUnreachable"].filter((name) => Object.hasOwn(secretSyncArgs.shape, name));

export interface Connections {
  /** Notes what a connection is declared to be. */
  declare(urn: string, properties: Properties): void;
  /** Notes what a connection was found to be, which counts where it is not declared. */
  find(urn: string, properties: Properties): void;
  /**
   * The inputs of a sync with those that its connection gives, in place of the reference.
   *
   * @param olds of the sync: a deployment of some resources only does not check the connection
   */
  resolve(news: Properties, olds?: Properties): { inputs: Properties } | { failures: string[] };
}

export function createConnections(): Connections {
  const [declared, found] = [new Map<string, Properties>(), new Map<string, Properties>()];
  return {
    declare: (urn, properties) => void declared.set(urn, properties),
    find: (urn, properties) => void found.set(urn, properties),

    resolve({ connection, ...news }, olds = {}) {
      if (connection === undefined || connection === null) return { inputs: news };
      // It is what Pulumi makes of a resource that is not there yet, in SDKs that wait for its id.
      if (connection === UNKNOWN) return { inputs: { ...news, connectionId: UNKNOWN, ...unknownInputs } };
      const reference = referenceIn(connection);
      if (!reference)
        return { failures: ["connection: must be a Connection of this package, assigned whole"] };
      const beside = ITS.filter((name) => lookUp(news, name) !== undefined);
      if (beside.length > 0)
        return {
          failures: beside.map((name) => `${name}: cannot be given beside connection, which has its own`),
        };
      const known = declared.get(reference.urn) ?? found.get(reference.urn);
      if (known)
        return { inputs: { ...inputsFrom(known, news), connectionId: reference.id || UNKNOWN, ...news } };
      const recorded = recordedOf(reference, olds);
      if (recorded) return { inputs: { ...recorded, ...news } };
      return {
        failures: [
          `connection: ${nameIn(reference)} is not declared with the provider of this sync: give both the same provider, or in native execution connectionId instead`,
        ],
      };
    },
  };
}

const unknownInputs = Object.fromEntries(INPUTS.map(([, input]) => [input, UNKNOWN]));

function inputsFrom(connection: Properties, news: Properties): Properties {
  const own = INPUTS.map(([property, input]) => [input, lookUp(connection, property)] as const);
  const shared = SHARED.filter((name) => lookUp(news, name) === undefined).map(
    (name) => [name, lookUp(connection, name)] as const,
  );
  return Object.fromEntries([...own, ...shared].filter(([, value]) => value !== undefined && value !== null));
}

/** What is on record of the same connection. */
function recordedOf({ urn }: Reference, olds: Properties): Properties | undefined {
  if (referenceIn(olds["connection"])?.urn !== urn) return undefined;
  return pick(olds, ITS);
}

const nameIn = ({ urn }: Reference) => JSON.stringify(urn.split("::").at(-1));
