import { createHmac, hkdfSync } from "node:crypto";
import { filteredDestination, filteredSource } from "../../engine/filter.ts";
import { flattened } from "../../engine/flatten.ts";
import type { Ownership } from "../../engine/ownership/ownership.ts";
import { copying } from "../../engine/parts.ts";
import type { Fingerprint } from "../../engine/revision.ts";
import type { Place, SecretStore } from "../../engine/store.ts";
import { flattensFolders } from "../../engine/tree-key.ts";
import { createStore } from "../../infisical/secrets/store.ts";
import type { Target } from "../../infisical/secrets/target.ts";
import { createTreeStore } from "../../infisical/secrets/tree.ts";
import { openConnection, sourceClient } from "../clients.ts";
import { refuseFilter } from "../filters.ts";
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
  const { destination, clientSecret } = openDestination(inputs, context);
  const key = context.config.fingerprintKey ?? derivedKey(clientSecret);
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
  const { target, clientSecret } = destinationTarget(inputs, context);
  const store = storeOf(target, context, inputs.machineIdentityClientId);
  const destination = filteredDestination(store, inputs.syncOptions);
  return { destination: copyingAt(target, destination, inputs), clientSecret };
}

/** No text that is copied is shown: an instance may quote it, as it may a value. */
const copyingAt = ({ client }: Target, store: SecretStore, { syncOptions }: SecretSyncInputs): SecretStore =>
  copying(store, syncOptions.copy, ({ comment, reminder, metadata = [] }) => {
    const texts = [comment?.reveal(), reminder?.note.reveal(), ...metadata.map(({ value }) => value)];
    for (const text of texts) if (text) client.redactor.add(text);
  });

/** @param clientId of the connection's identity; none for the source */
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
  const { client, clientSecret } = openConnection({ ...inputs, name: inputs.connectionName }, context);
  const target: Target = {
    client,
    place: placesOf(inputs, context.config).destination,
    argumentNames: {
      projectId: "destinationConfig.projectId",
      environment: "destinationConfig.environment",
      secretPath: "destinationConfig.secretPath",
    },
  };
  return { target, clientSecret };
}

const derivedKey = (clientSecret: string) =>
  Buffer.from(hkdfSync("sha256", clientSecret, "", "external-infisical fingerprint", 32));

/** Keyed by a secret, and by place and key, so that equal values elsewhere look different. */
function fingerprintAt(destination: Place, key: string | Buffer): Fingerprint {
  const place = describePlace(destination);
  return (name, value) =>
    createHmac("sha256", key).update(`${place}\0${name}\0`).update(value.reveal()).digest("hex").slice(0, 8);
}
