import { z } from "zod";
import type { Place } from "../../engine/store.ts";
import { keepsFolders, type TreeOptions } from "../../engine/tree-key.ts";
import { connectionArgs, type ProviderConfig, secretSyncArgs, syncOptions } from "../../schema.ts";
import { ADOPTS } from "../adopts.ts";
import { executionOf } from "../execution.ts";
import { isEqual, pick } from "../properties.ts";
import type { Properties, Written } from "../resource.ts";

/** Arguments of a sync with its connection's, as adapters pass them. */
export const secretSyncInputs = secretSyncArgs.extend({
  connectionId: z.string().trim().min(1),
  connectionName: connectionArgs.shape.name,
  instanceUrl: connectionArgs.shape.instanceUrl,
  machineIdentityClientId: connectionArgs.shape.machineIdentityClientId,
  machineIdentityClientSecret: connectionArgs.shape.machineIdentityClientSecret,
  auth: connectionArgs.shape.auth,
  allowInsecureHttp: connectionArgs.shape.allowInsecureHttp,
  /** The connection's own `execution`; absent where only its id is known. */
  connectionExecution: secretSyncArgs.shape.execution,
  /** Where the sync is declared, `<project>/<stack>`; adapters give it where keys are marked. */
  stack: z.string().optional(),
});
export type SecretSyncInputs = z.output<typeof secretSyncInputs>;

/** What of them logs in at the connection's instance. */
export const loginInputs = secretSyncInputs.pick({
  connectionName: true,
  instanceUrl: true,
  machineIdentityClientId: true,
  machineIdentityClientSecret: true,
  auth: true,
  allowInsecureHttp: true,
});

/** What a plan adds to the inputs. */
export const plannedInputs = z.object({
  keys: z.record(z.string(), z.string()).optional(),
  effects: z.record(z.string(), z.string()).optional(),
  /** Owners that this sync was, by the marks it has set. */
  formerOwners: z.array(z.string()).optional(),
});

export type PlannedInputs = z.output<typeof plannedInputs>;

/** Stands in the inputs of a sync that was rolled back, until it is resumed. */
const paused = z.object({
  /** The run whose state the destination was put back to. */
  run: z.string(),
  /** Since when, ISO 8601. */
  at: z.string(),
});
export type Paused = z.output<typeof paused>;

/** What may stand in the inputs of a sync, and so in its outputs. */
export type SyncProperties = Written<keyof SecretSyncInputs | keyof PlannedInputs | "paused">;

/**
 * The input that a check adds, argument → what the update puts right, where a comparison of arguments would not show it.
 * Entries stay after their repair, as those of `effects` do.
 */
export const REPAIRS = "repairs";

/**
 * What a refresh has found, argument → what the instance has, and what was declared. It stands beside the arguments
 * of before in the outputs, and in the inputs, where the next check leaves it out: so an update follows in any case.
 */
export const CHANGED_AT_INSTANCE = "changedAtInstance";

export const ARGUMENTS = Object.keys(secretSyncInputs.shape);
export const INPUTS = [
  ...ARGUMENTS,
  ...Object.keys(plannedInputs.shape),
  "paused",
  "skipped",
  ADOPTS,
  REPAIRS,
  CHANGED_AT_INSTANCE,
];

/** The plan that inputs of the last deployment, or announced ones, carry. */
export const plannedIn = (properties: Properties) =>
  plannedInputs.parse(pick(properties, Object.keys(plannedInputs.shape)));

/** What `subFolders` is where it is left out: an instance can but flatten (control-plane §3.15). */
export const SUBFOLDERS = { engine: "keep", native: "flatten" } as const;

/** What arguments mean by folders beneath, as far as it is known: what is wrong with them is told by the check. */
export function treeOptionsIn(properties: SyncProperties): TreeOptions {
  const { subFolders = SUBFOLDERS[executionOf(properties)], ...options } = treeOptions.parse(
    properties.syncOptions,
  );
  return { ...options, subFolders };
}

const treeOptions = syncOptions
  .pick({ includeAllSubFolders: true, subFolders: true })
  .catch({ includeAllSubFolders: false });

/** @param inputs of either execution, which decides what becomes of folders where they do not say */
export function placesOf(
  inputs: Pick<
    SecretSyncInputs,
    "projectId" | "environment" | "secretPath" | "instanceUrl" | "destinationConfig"
  > & { syncOptions?: TreeOptions | undefined } & Written<"execution" | "connectionExecution">,
  config: Pick<ProviderConfig, "host">,
): { source: Place; destination: Place } {
  return {
    source: sourceOf(inputs, config),
    destination: {
      origin: inputs.instanceUrl,
      ...inputs.destinationConfig,
      ...(keepsFolders(treeOptionsIn(inputs)) && { isTree: true }),
    },
  };
}

/** The place that a sync reads. */
export const sourceOf = (
  inputs: Pick<SecretSyncInputs, "projectId" | "environment" | "secretPath"> & {
    syncOptions?: TreeOptions | undefined;
  } & Written<"execution" | "connectionExecution">,
  { host }: Pick<ProviderConfig, "host">,
): Place => ({
  origin: host,
  projectId: inputs.projectId,
  environment: inputs.environment,
  secretPath: inputs.secretPath,
  ...(treeOptionsIn(inputs).includeAllSubFolders && { isTree: true }),
});

const destinationPlace = secretSyncInputs.pick({ destinationConfig: true }).partial();
const bothPlaces = secretSyncInputs
  .pick({ projectId: true, environment: true, secretPath: true, destinationConfig: true })
  .partial();

/** True where both name the same source and destination; a changed URL alone is no other place. */
export const isSamePair = (olds: SyncProperties, news: SyncProperties) =>
  isEqual(placesIn(olds, bothPlaces), placesIn(news, bothPlaces));

/** The same of the destination alone. */
export const isSameDestination = (olds: SyncProperties, news: SyncProperties) =>
  isEqual(placesIn(olds, destinationPlace), placesIn(news, destinationPlace));

const placesIn = (properties: SyncProperties, places: typeof bothPlaces | typeof destinationPlace) => {
  const given = pick(properties, Object.keys(places.shape));
  const parsed = places.safeParse(given);
  return parsed.success ? parsed.data : given;
};

/** With `isAutoSyncEnabled: false` nothing is pushed until asked, and asking is changing `triggers`. */
export const waitsForTriggers = ({ isAutoSyncEnabled }: SyncProperties): boolean =>
  isAutoSyncEnabled === false;

export function isRunAsked(olds: SyncProperties | undefined, news: SyncProperties): boolean {
  if (pauseOf(olds, news)) return false;
  if (!waitsForTriggers(news)) return true;
  return olds !== undefined && !isEqual(olds.triggers, news.triggers);
}

/** The pause that still holds: changed `triggers` end it, and it is of one pair of places. */
export function pauseOf(olds: SyncProperties | undefined, news: SyncProperties): Paused | undefined {
  if (!olds || !isEqual(olds.triggers, news.triggers) || !isSamePair(olds, news)) return undefined;
  return pauseIn(olds);
}

/** The pause that properties on record tell of. */
export const pauseIn = (properties: SyncProperties): Paused | undefined =>
  paused.safeParse(properties.paused).data;
