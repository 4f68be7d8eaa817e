/** What an operation does to the secrets of one sync, read from the inputs that the engine shows. */
import { z } from "zod";
import { type GoneFolder, goneFolders } from "../../provider/engine/gone-folders.ts";
import { fromLabel } from "../../provider/engine/label.ts";
import { type Effect, isSettled, parseEffect, pendingEffects } from "../../provider/engine/record/effects.ts";
import { parseRemembered } from "../../provider/engine/record/memory.ts";
import { keepsFolders, locatorAt } from "../../provider/engine/tree-key.ts";
import { lookUp } from "../../provider/look-up.ts";
import { normalPath, normalProjectId } from "../../provider/normal-place.ts";
import { executionOf } from "../../provider/resources/execution.ts";
import { isEqual } from "../../provider/resources/properties.ts";
import { isSkipped, SKIPPED } from "../../provider/resources/skipped.ts";
import { type Paused, pauseIn, treeOptionsIn } from "../../provider/resources/sync/inputs.ts";
import { HIDDEN, isHidden } from "./hidden.ts";

/** A key at the destination; revisions name values without telling them. */
export interface KeyChange {
  /** The key's name, with harmful characters as `%XX`. */
  key: string;
  action: "create" | "update" | "delete";
  before?: string;
  after?: string;
  /** The destination's own revision, where the last run left one on record. */
  destination?: string;
  /** `before` is all that is on record, a text of another version: what becomes of the key is not known. */
  isUnreadable?: true;
}

/** What a run does that a comparison of `keys` does not show. */
export interface KeyEffect extends Effect {
  key: string;
  /** The source's revision, where the source has the key. */
  source?: string;
}

/** What an operation does to the secrets of one sync. */
export interface SyncReview {
  source?: Place & { instanceUrl?: string | undefined };
  destination?: Place & { instanceUrl: string };
  changes: KeyChange[];
  effects: KeyEffect[];
  /** The plan cannot be made yet: what it depends on is known only during the deployment. */
  isUnknown: boolean;
  /** The source instance deletes every key that the source has by then, whoever wrote it; `changes` are on record. */
  isBlind?: true;
  /** The destination is unreachable: nothing is, or was, done by this operation. */
  skipped?: "unreachable";
  /** Nothing is pushed since it was rolled back to this run at that time. */
  paused?: Paused;
  /** Of a run that failed: whether it is on record which of the keys it was done with. */
  outcome?: Outcome;
  /** The keys that a run which failed half-way was not done with. */
  notDone?: readonly string[];
  /** Folders that the source has no more, or nothing in them. */
  goneFolders?: readonly GoneFolder[];
  /** How many keys stay as they are. */
  unchanged: number;
  /** How many keys of others stay at the destination, where a run that changes something was planned. */
  kept?: number;
  /** Keys that are gone from both sides: the run writes nothing of them, and the sync remembers them no more. */
  forgotten?: number;
  /** What the run has done, where there was one. */
  counts?: Record<string, number>;
}

/** `none`: nothing was written. `half-way`: each key is known to be done or not. `unknown`: keys are as planned. */
export type Outcome = (typeof OUTCOMES)[number];
export const OUTCOMES = ["none", "half-way", "unknown"] as const;

export interface Place {
  projectId: string;
  /** Where it was looked up. */
  projectName?: string | undefined;
  environment: string;
  secretPath: string;
  /** With all folders beneath: the keys there are named with theirs. */
  isTree?: true | undefined;
}

/** A resource's inputs or outputs, as events have them. */
type Properties = Readonly<Record<string, unknown>>;

const part = (normal: (text: string) => string) =>
  z
    .unknown()
    .transform((value) => (isHidden(value) ? HIDDEN : typeof value === "string" ? normal(value) : value))
    .pipe(z.string());
const asItIs = (text: string) => text;
const place = z.object({
  projectId: part(normalProjectId),
  environment: part(asItIs),
  secretPath: part(normalPath),
});
const HIDDEN_PLACE = { projectId: HIDDEN, environment: HIDDEN, secretPath: HIDDEN };
/** The place of a destination in its normal form. */
export const destinationConfig = z.preprocess((value) => (isHidden(value) ? HIDDEN_PLACE : value), place);
const destination = z.object({ instanceUrl: part(asItIs), destinationConfig });
const counts = z.record(z.string(), z.number());

/** True for the type of our sync. */
export const isSyncType = (type: string): boolean => type.endsWith(":ExternalInfisicalSecretSync");
/** True for the types of our resources, whose arguments may be shown. */
export const isOurType = (type: string): boolean => /:ExternalInfisical(?:SecretSync|Connection)$/.test(type);

/** A sync before and after an operation; what it does not have is absent. */
export interface SyncStates {
  before: { inputs: Properties; outputs: Properties } | undefined;
  after: { inputs: Properties; outputs: Properties } | undefined;
}

/** Compares a sync before and after. */
export function reviewSync({ before, after }: SyncStates): SyncReview {
  const decisive = after
    ? [after.inputs["keys"], after.inputs["effects"]]
    : isRemoving(before?.inputs) && !isBlindlyRemoved(before?.inputs)
      ? [before?.outputs["memory"]]
      : [];
  const isUnknown = decisive.some((value) => value !== undefined && mapOf(value) === undefined);
  const announced =
    isUnknown || !after
      ? []
      : Object.entries(pendingEffects(mapIn(before?.inputs, "effects"), mapIn(after.inputs, "effects")));
  const keys = mapIn(after?.inputs, "keys");
  const settled = new Set(announced.flatMap(([key, text]) => (isSettled(text) ? [key] : [])));
  const effects = announced
    .filter(([key]) => !settled.has(key))
    .map(([key, text]) => effectOf(key, text, keys))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const changes = isUnknown
    ? []
    : changesBetween(isMoved({ before, after }) ? undefined : before, after).filter(
        ({ key }) => !settled.has(key),
      );
  const forgotten = [...settled].filter((key) => !Object.hasOwn(keys, key)).length;
  const touched = new Set([...changes, ...effects].map(({ key }) => key));
  const places = placesIn((after ?? before)?.inputs ?? {});
  const gone = after && goneIn({ changes, effects }, keys, places.destination);
  const done = counts.safeParse(after?.outputs["counts"]);
  const paused = after && pauseIn(after.inputs);
  return {
    ...places,
    changes,
    effects,
    isUnknown,
    ...(after && isSkipped(after.inputs) && SKIPPED),
    ...(paused && { paused }),
    ...(!after && isBlindlyRemoved(before?.inputs) && { isBlind: true }),
    ...(gone?.length && { goneFolders: gone }),
    unchanged: Object.keys(keys).filter((key) => !touched.has(key)).length,
    ...(forgotten > 0 && { forgotten }),
    ...(done.success && { counts: done.data }),
  };
}

/** @param keys that the destination will hold */
function goneIn(
  { changes, effects }: Pick<SyncReview, "changes" | "effects">,
  keys: Readonly<Record<string, string>>,
  destination: Place | undefined,
): GoneFolder[] {
  const deleted = [
    ...changes.filter(({ action }) => action === "delete").map((change) => ({ ...change, isOwned: true })),
    ...effects.filter(({ kind }) => kind === "delete").map(({ key }) => ({ key, isOwned: false })),
  ].map(({ before, ...each }: { key: string; isOwned: boolean; before?: string }) => ({
    ...each,
    key: fromLabel(each.key),
    revision: before,
  }));
  if (deleted.length === 0) return [];
  const created = changes.flatMap(({ key, action, after }) =>
    action === "create" && after !== undefined ? [{ key: fromLabel(key), revision: after }] : [],
  );
  return goneFolders(
    { deleted, created, held: Object.keys(keys).map(fromLabel) },
    locatorAt(destination ?? {}),
  );
}

/** The places that inputs tell; a part that is secret stands there as hidden. */
export function placesIn(inputs: Properties): Pick<SyncReview, "source" | "destination"> {
  const source = place.safeParse(inputs).data;
  const target = destination.safeParse(inputs).data;
  const options = treeOptionsIn(inputs);
  const tree = (isTree: boolean) => isTree && ({ isTree } as const);
  return {
    ...(source && { source: { ...source, ...tree(options.includeAllSubFolders) } }),
    ...(target && {
      destination: {
        instanceUrl: target.instanceUrl,
        ...target.destinationConfig,
        ...tree(keepsFolders(options)),
      },
    }),
  };
}

/** With the instance that its source is read from, which its arguments do not tell. */
export const readFrom = (instanceUrl: string | undefined, { source, ...review }: SyncReview): SyncReview => ({
  ...review,
  ...(source && { source: { ...source, instanceUrl } }),
});

/** True where a sync turns to another destination: what it wrote elsewhere says nothing of what is here. */
function isMoved({ before, after }: SyncStates): boolean {
  // A changed URL alone is no other place.
  const [from, to] = [before, after].map(
    (state) => destinationConfig.safeParse(state?.inputs["destinationConfig"]).data,
  );
  return from !== undefined && to !== undefined && !isEqual(from, to);
}

const halfWay = z.object({ lastSyncJobId: z.string(), notDone: z.array(z.string()) });

/**
 * What a run that failed has done of its plan.
 *
 * @param planned as it was announced when the run began: after a failure, some engines show the inputs of before it
 */
export function reviewFailure(planned: SyncReview, { before, after }: SyncStates): SyncReview {
  const left = halfWay.safeParse(after?.outputs).data;
  // One that an earlier run had left says nothing of this one.
  if (!left || left.lastSyncJobId === before?.outputs["lastSyncJobId"])
    return { ...planned, outcome: "unknown" };
  const done = counts.safeParse(after?.outputs["counts"]).data;
  return { ...planned, outcome: "half-way", notDone: left.notDone, ...(done && { counts: done }) };
}

function changesBetween(before: SyncStates["before"], after: SyncStates["after"]): KeyChange[] {
  if (!after) return removed(before?.inputs, before?.outputs);
  const left = mapIn(before?.outputs, "memory");
  return compare(mapIn(before?.inputs, "keys"), mapIn(after.inputs, "keys")).map((change) => {
    const destination = parseRemembered(lookUp(left, change.key) ?? "")?.destination;
    return destination === undefined ? change : { ...change, destination };
  });
}

/** A deletion that leaves the destination as it is, since a sync of the same deployment writes there. */
export function spared({ isBlind: _no, ...review }: SyncReview): SyncReview {
  return { ...review, changes: [], isUnknown: false };
}

function mapIn(properties: Properties | undefined, name: string): Readonly<Record<string, string>> {
  return mapOf(lookUp(properties, name)) ?? {};
}

/** Undefined for what is not known, and for what is of another version. */
const mapOf = (value: unknown) => (!isHidden(value) && isTexts(value) ? value : undefined);

/** Of tens of thousands of keys, which are looked at again and again: nothing is copied, and what events have never changes. */
const texts = new WeakSet<object>();

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  if (texts.has(value)) return true;
  const found = Object.values(value).every((text) => typeof text === "string");
  if (found) texts.add(value);
  return found;
}

function compare(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): KeyChange[] {
  if (before === after) return [];
  const names = [...Object.keys(before), ...Object.keys(after).filter((key) => !Object.hasOwn(before, key))];
  const changed = names.filter((key) => lookUp(before, key) !== lookUp(after, key)).sort();
  return changed.map((key): KeyChange => {
    const [from, to] = [lookUp(before, key), lookUp(after, key)];
    if (from === undefined) return { key, action: "create", after: to ?? "" };
    if (to === undefined) return { key, action: "delete", before: from };
    return { key, action: "update", before: from, after: to };
  });
}

/** With the sync go secrets, if it is told so: those that it created, unless the instance does the removing. */
function removed(inputs: Properties | undefined, outputs: Properties | undefined): KeyChange[] {
  if (!isRemoving(inputs)) return [];
  if (isBlindlyRemoved(inputs)) {
    const keys = { ...mapIn(outputs, "intendedKeys"), ...mapIn(outputs, "keys") };
    return compare(keys, {});
  }
  return Object.entries(mapIn(outputs, "memory")).flatMap(([key, text]): KeyChange[] => {
    const remembered = parseRemembered(text);
    if (!remembered) return [{ key, action: "delete", before: text, isUnreadable: true }];
    const { origin, destination } = remembered;
    return origin === "created" ? [{ key, action: "delete", before: destination, destination }] : [];
  });
}

const isRemoving = (inputs: Properties | undefined): inputs is Properties =>
  inputs?.["removeSecretsOnDelete"] === true;

const isBlindlyRemoved = (inputs: Properties | undefined): boolean =>
  isRemoving(inputs) && executionOf(inputs) === "native";

function effectOf(key: string, text: string, keys: Readonly<Record<string, string>>): KeyEffect {
  const source = lookUp(keys, key);
  return { key, ...parseEffect(text), ...(source !== undefined && { source }) };
}
