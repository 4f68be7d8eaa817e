/** What the two identities of a sync may do, and whether its places are fit for it. Writes nothing. */
import { toLabel } from "../../engine/label.ts";
import type { Listing, Place, ProjectFacts, SecretStore } from "../../engine/store.ts";
import { BridgeError, hasCode } from "../../errors.ts";
import { probeWrites, type Right } from "../../infisical/secrets/rights.ts";
import { createStore } from "../../infisical/secrets/store.ts";
import type { Target } from "../../infisical/secrets/target.ts";
import type { Context } from "../resource.ts";
import type { SecretSyncInputs } from "./inputs.ts";
import { destinationTarget, sourceTarget } from "./world.ts";

/** One side as it was found. What could not be looked at any more, since something before it failed, is absent. */
export interface Examined {
  place: Place | undefined;
  /** Why the identity cannot log in, or cannot even see the folder's secrets. */
  failure?: BridgeError;
  /** Where a problem with reading values lies; absent where they can be read. */
  unreadable?: BridgeError;
  folderExists?: boolean;
  facts?: ProjectFacts;
  /** Labels of the keys that are there. */
  keys?: string[];
  /** Labels of the keys that may be described and not read. */
  hidden?: string[];
  /** Absent where nothing needs to be written, or the folder is not there yet. */
  writes?: { edit: Right; delete: Right };
  /** The instance lacks the v4 secrets API. */
  isOlderApi?: boolean;
  /** Requests that the instance takes in a while, where it tells. */
  rateLimit?: number;
}

export const examineSource = (inputs: SecretSyncInputs, context: Context): Promise<Examined> =>
  examine(() => sourceTarget(inputs, context), {
    // Only a first run with import writes into the source.
    probesWrites: inputs.syncOptions.initialSyncBehavior !== "overwrite-destination",
  });

export const examineDestination = (inputs: SecretSyncInputs, context: Context): Promise<Examined> =>
  examine(() => destinationTarget(inputs, context).target, { probesWrites: true });

async function examine(open: () => Target, { probesWrites }: { probesWrites: boolean }): Promise<Examined> {
  const found: Examined = { place: undefined };
  try {
    const target = open();
    const { client, place, argumentNames } = target;
    const store = createStore(client, place, argumentNames);
    found.place = place;
    await client.login();
    const described = await store.list({ values: false, expand: false, imports: false });
    Object.assign(found, { folderExists: described.folderExists, keys: labels(described.secrets) });
    found.facts = await store.facts();
    Object.assign(found, await examineValues(store));
    if (probesWrites && described.folderExists) found.writes = await probeWrites(target);
    found.isOlderApi = client.missing.has("secrets-v4");
    const rateLimit = client.rateLimit();
    if (rateLimit !== undefined) found.rateLimit = rateLimit;
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    found.failure = error;
  }
  return found;
}

/** Reading values is a right of its own, and may be lacking for single keys. */
async function examineValues(store: SecretStore): Promise<Pick<Examined, "unreadable" | "hidden">> {
  try {
    const read = await store.list({ values: true, expand: false, imports: false });
    return { hidden: labels(read.secrets.filter(({ isHidden }) => isHidden)) };
  } catch (error) {
    if (!hasCode(error, "forbidden") || !(error instanceof BridgeError)) throw error;
    return { unreadable: error };
  }
}

const labels = (secrets: Listing["secrets"]) => secrets.map(({ key }) => toLabel(key));
