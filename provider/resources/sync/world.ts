import { createHmac, hkdfSync } from "node:crypto";
import { filteredDestination, filteredSource } from "../../engine/filter.ts";
import { flattened } from "../../engine/flatten.ts";
import type { Ownership } from "../../engine/ownership/ownership.ts";
import { copying } from "../../engine/parts.ts";
import type { Fingerprint } from "../../engine/revision.ts";
import type { Place, SecretStore } from "../../engine/store.ts";
import { flattensFolders } from "../../engine/tree-key.ts";
import { BridgeError } from "../../errors.ts";
import type { Login } from "../../infisical/auth/login.ts";
import { createStore } from "../../infisical/secrets/store.ts";
import type { Target } from "../../infisical/secrets/target.ts";
import { createTreeStore } from "../../infisical/secrets/tree.ts";
import { openConnection, sourceClient } from "../clients.ts";
import { refuseFilter } from "../filters.ts";
import { identityOf } from "../logins.ts";
import { describePlace, refusePlaces } from "../places.ts";
import type { Context } from "../resource.ts";
import { placesOf, type SecretSyncInputs } from "./inputs.ts";
import { ownershipOf } from "./ownership.ts";

/** Both sides of a sync, ready to be read, and what names its values. */
export interface World {
  source: SecretStore;
  destination: SecretStore;
  fingerprint: Fingerprint;
  ownership: Ownership;
}

/**
 * @param former owners that the sync was before
 * @throws BridgeError `missing-credentials`, `same-place`, `invalid-arguments`; nothing is sent yet
 */
export function openWorld(inputs: SecretSyncInputs, context: Context, former: readonly string[] = []): World {
  const places = placesOf(inputs, context.config);
  refusePlaces(places.source, places.destination, inputs.syncOptions);
  refuseFilter(inputs.syncOptions);
  const source = openSource(inputs, context);
  const { destination, login } = openDestination(inputs, context);
  const key = context.config.fingerprintKey ?? derivedKey(login);
  return {
    source,
    destination,
    fingerprint: fingerprintAt(places.destination, key),
    ownership: ownershipOf(inputs, former, context.config.host),
  };
}

/** The source alone. @throws BridgeError `missing-credentials` */
export function openSource(inputs: SecretSyncInputs, context: Context): SecretStore {
  const tree = openSourceTree(inputs, context);
  const source = flattensFolders(inputs.syncOptions) ? flattened(tree) : tree;
  return copyingAt(sourceTarget(inputs, context), source, inputs);
}

/** The same with the folders that its keys are in, whatever becomes of them. */
export const openSourceTree = (inputs: SecretSyncInputs, context: Context): SecretStore =>
  filteredSource(storeOf(sourceTarget(inputs, context), context), inputs.syncOptions);

/** The destination alone, for removals. @throws BridgeError `missing-credentials` */
export function openDestination(inputs: SecretSyncInputs, context: Context) {
  const { target, login } = destinationTarget(inputs, context);
  const store = storeOf(target, context, identityOf(inputs) ?? "");
  const destination = filteredDestination(store, inputs.syncOptions);
  return { destination: copyingAt(target, destination, inputs), login };
}

/** No text that is copied is shown: an instance may quote it, as it may a value. */
const copyingAt = ({ client }: Target, store: SecretStore, { syncOptions }: SecretSyncInputs): SecretStore =>
  copying(store, syncOptions.copy, ({ comment, reminder, metadata = [] }) => {
    const texts = [comment?.reveal(), reminder?.note.reveal(), ...metadata.map(({ value }) => value)];
    for (const text of texts) if (text) client.redactor.add(text);
  });

/** @param clientId or another name of the connection's identity; none for the source */
function storeOf(target: Target, { shared }: Context, clientId?: string): SecretStore {
  const { client, place, argumentNames } = target;
  if (place.isTree) return createTreeStore(client, place, argumentNames);
  return createStore(client, place, argumentNames, shared.looksOf(client, clientId));
}

/** Where requests to the source go. @throws BridgeError `missing-credentials` */
export const sourceTarget = (inputs: SecretSyncInputs, context: Context): Target => ({
  client: sourceClient(context),
  place: placesOf(inputs, context.config).source,
  argumentNames: { projectId: "projectId", environment: "environment", secretPath: "secretPath" },
});

/** Where requests to the destination go. @throws BridgeError `missing-credentials` */
export function destinationTarget(inputs: SecretSyncInputs, context: Context) {
  const { client, login } = openConnection({ ...inputs, name: inputs.connectionName }, context);
  const target: Target = {
    client,
    place: placesOf(inputs, context.config).destination,
    argumentNames: {
      projectId: "destinationConfig.projectId",
      environment: "destinationConfig.environment",
      secretPath: "destinationConfig.secretPath",
    },
  };
  return { target, login };
}

/** Only a client secret stays the same from run to run: no other login has anything to derive a key from. */
const derivedKey = (login: Login): Buffer | undefined =>
  login.method === "universal"
    ? Buffer.from(hkdfSync("sha256", login.clientSecret.reveal(), "", "external-infisical fingerprint", 32))
    : undefined;

/** Keyed by a secret, and by place and key, so that equal values elsewhere look different. */
function fingerprintAt(destination: Place, key: string | Buffer | undefined): Fingerprint {
  const place = describePlace(destination);
  return (name, value) =>
    createHmac("sha256", key ?? noKey())
      .update(`${place}\0${name}\0`)
      .update(value.reveal())
      .digest("hex")
      .slice(0, 8);
}

function noKey(): never {
  throw new BridgeError(
    "missing-credentials",
    "A value with references or from an import is known by a keyed fingerprint, and there is no key: the connection logs in without a client secret, from which one would be derived.",
    {
      path: "fingerprintKey",
      hint: "Set the secret configuration fingerprintKey, or EXTERNAL_INFISICAL_FINGERPRINT_KEY, to 16 random characters or more, and keep it: with another one, such values are pushed again.",
    },
  );
}
