import { BridgeError } from "../errors.ts";
import type { SyncOptions } from "../schema.ts";
import { type DesiredSecret, desired, holdsReferences } from "./desired.ts";
import type { Fingerprint } from "./revision.ts";
import type { ListedSecret, Listing, SecretStore } from "./store.ts";

/** Both sides as they are. */
export interface Observed {
  source: DesiredSecret[];
  /** The source folder's own secrets, as they are written. */
  sourceSecrets: readonly ListedSecret[];
  destination: Listing;
  /** Keys that the source has and the filter leaves out; they are not in `destination` either. */
  leftOut: ReadonlySet<string>;
}

/** What is looked at, and how it is to be read. */
export interface ObserveInput {
  source: SecretStore;
  destination: SecretStore;
  options: SyncOptions;
  fingerprint: Fingerprint;
  /** Accept lists that this process has read before, where nothing was written since. */
  acceptCached: boolean;
}

/** Reads both sides at once. The expanded list is read only where a value holds a reference. */
export async function observe(input: ObserveInput): Promise<Observed> {
  const [source, destination] = await Promise.all([
    readSource(input),
    input.destination.list({ values: true, expand: false, imports: false, acceptCached: input.acceptCached }),
  ]);
  return observed({ ...source, destination }, input);
}

/**
 * Both sides as a look that others share shows them: undefined where there is none, and where values refer to others. What is
 * missing in it may be hidden, so that it proves no more than that all is as it was.
 */
export async function glance(
  input: Pick<ObserveInput, "source" | "destination" | "options" | "fingerprint">,
): Promise<Observed | undefined> {
  const [raw, destination] = await Promise.all([input.source.glance?.(), input.destination.glance?.()]);
  if (!raw || !destination) return undefined;
  const isWhole = input.options.references !== "expand" || !holdsReferences(raw);
  return isWhole ? observed({ raw, expanded: undefined, destination }, input) : undefined;
}

function observed(
  { raw, expanded, destination }: { raw: Listing; expanded: Listing | undefined; destination: Listing },
  { fingerprint }: Pick<ObserveInput, "fingerprint">,
): Observed {
  const leftOut = new Set(raw.leftOut);
  const isIn = ({ key }: ListedSecret) => !leftOut.has(key);
  const secrets = leftOut.size > 0 ? destination.secrets.filter(isIn) : destination.secrets;
  return {
    source: desired(raw, expanded, fingerprint),
    sourceSecrets: raw.secrets,
    destination: { ...destination, secrets },
    leftOut,
  };
}

async function readSource({ source, options, acceptCached }: ObserveInput) {
  const expands = options.references === "expand";
  const raw = await source.list({ values: true, expand: false, imports: expands, acceptCached });
  if (!raw.folderExists)
    throw new BridgeError(
      "folder-not-found",
      `There is no folder ${source.place.secretPath} in environment ${source.place.environment} of the source project.`,
      { path: "secretPath", hint: "Check the path; an empty source would read like everything was deleted." },
    );
  const expanded =
    expands && holdsReferences(raw)
      ? await source.list({ values: true, expand: true, imports: true, acceptCached })
      : undefined;
  return { raw, expanded };
}
