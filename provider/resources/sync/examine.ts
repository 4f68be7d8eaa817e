/** What the two identities of a sync may do, and whether its places are fit for it. Writes nothing. */
import { toLabel } from "../../engine/label.ts";
import { mapPool } from "../../engine/pool.ts";
import type { Listing, Place, ProjectFacts, SecretStore } from "../../engine/store.ts";
import { BridgeError, hasCode } from "../../errors.ts";
import { probeWrites, type Right } from "../../infisical/secrets/rights.ts";
import type { Target } from "../../infisical/secrets/target.ts";
import { atFolder } from "../../infisical/secrets/target.ts";
import type { Context } from "../resource.ts";
import type { SecretSyncInputs } from "./inputs.ts";
import { destinationTarget, openDestination, openSource, sourceTarget } from "./world.ts";

/** One side as it was found. What could not be looked at any more, since something before it failed, is absent. */
export interface Examined {
  place: Place | undefined;
  /** Why the identity cannot log in, or cannot even see the folder's secrets. */
  failure?: BridgeError;
  /** Where a problem with reading values lies; absent where they can be read. */
  unreadable?: BridgeError;
  /** How the login was made, where that is more than a client ID and its secret. */
  login?: string;
  folderExists?: boolean;
  facts?: ProjectFacts;
  /** Labels of the keys that are there. */
  keys?: string[];
  /** Labels of the keys that may be described and not read. */
  hidden?: string[];
  /** Folders beneath whose secrets may not even be described. */
  hiddenFolders?: string[];
  /** Absent where nothing needs to be written, or the folder is not there yet; of folders beneath what one of them lacks. */
  writes?: { edit: Right; delete: Right };
  /** The instance lacks the v4 secrets API. */
  isOlderApi?: boolean;
  /** Requests that the instance takes in a while, where it tells. */
  rateLimit?: number;
}

export const examineSource = (inputs: SecretSyncInputs, context: Context): Promise<Examined> =>
  examine(() => [sourceTarget(inputs, context), openSource(inputs, context)], {
    // Only a first run with import writes into the source.
    probesWrites: inputs.syncOptions.initialSyncBehavior !== "overwrite-destination",
  });

export const examineDestination = (inputs: SecretSyncInputs, context: Context): Promise<Examined> =>
  examine(() => [destinationTarget(inputs, context).target, openDestination(inputs, context).destination], {
    probesWrites: true,
  });

async function examine(
  open: () => [Target, SecretStore],
  { probesWrites }: { probesWrites: boolean },
): Promise<Examined> {
  const found: Examined = { place: undefined };
  try {
    const [target, store] = open();
    const { client, place } = target;
    found.place = place;
    await client.login();
    const login = client.loginText();
    if (login !== undefined) found.login = login;
    const described = await store.list({ values: false, expand: false, imports: false });
    Object.assign(found, { folderExists: described.folderExists, keys: labels(described.secrets) });
    found.facts = await store.facts();
    Object.assign(found, await examineValues(store));
    if (described.folderExists) found.hiddenFolders = await store.hiddenFolders();
    if (probesWrites && described.folderExists)
      found.writes = await probeFolders(target, foldersOf(described, store));
    found.isOlderApi = client.missing.has("secrets-v4");
    const rateLimit = client.rateLimit();
    if (rateLimit !== undefined) found.rateLimit = rateLimit;
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    found.failure = error;
  }
  return found;
}

/** Folders in which rights to write are tried: each costs two requests. */
const MOST_FOLDERS = 20;

/** The place itself, and folders beneath that have secrets: rights may be of one folder alone. */
const foldersOf = ({ secrets }: Listing, { locate }: SecretStore): string[] =>
  [...new Set(["", ...secrets.map(({ key }) => locate(key).folder)])].slice(0, MOST_FOLDERS);

async function probeFolders(target: Target, folders: readonly string[]) {
  const probed = await mapPool(folders, WIDTH, (folder) => probeWrites(atFolder(target, folder)));
  const weakest = (right: "edit" | "delete"): Right =>
    WEAKEST_FIRST.flatMap(
      (kind) => probed.map((each) => each[right]).find((one) => one.kind === kind) ?? [],
    )[0] ?? { kind: "unknown" };
  return { edit: weakest("edit"), delete: weakest("delete") };
}

const WIDTH = 4;
const WEAKEST_FIRST = ["missing", "unknown", "not-refused"] as const;

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
