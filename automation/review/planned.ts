/** What an operation is about to do, without identities and secrets: what plan files hold and policies judge. */

import { parseUnforeseen } from "../../provider/engine/record/progress.ts";
import { withoutFingerprint } from "../../provider/engine/revision.ts";
import { UNKNOWN } from "../../provider/marked-values.ts";
import { oneLine } from "../../provider/printable.ts";
import { isEqual, omit } from "../../provider/resources/properties.ts";
import { isSkipped } from "../../provider/resources/skipped.ts";
import type { RecordedResource } from "../engines/recorded-resources.ts";
import { resourceName, typeOf } from "../engines/urn.ts";
import { operationOf } from "./adoption.ts";
import { HIDDEN, isHidden } from "./hidden.ts";
import { type NamedProjects, named } from "./named-projects.ts";
import {
  isOurType,
  isSyncType,
  type Place,
  placesIn,
  reviewSync,
  type SyncReview,
  spared,
} from "./sync-review.ts";
import { isOfReplaced, nameOf, type StepMetadata, type Writers } from "./writers.ts";

export type Properties = Readonly<Record<string, unknown>>;

/** One resource and what happens to it. */
export interface PlannedResource {
  urn: string;
  type: string;
  name: string;
  /** `create`, `update`, `delete`, `replace` or `same`. A change of identities alone is `same`. */
  operation: string;
  /** The inputs as the engine shows them, of our own resources without identities, `keys` and `effects`. */
  inputs: Properties;
  sync?: PlannedSync;
}

/** What happens to the secrets of one sync. */
export interface PlannedSync
  extends Pick<SyncReview, "source" | "destination" | "changes" | "effects" | "isUnknown" | "goneFolders"> {
  /** What the destination will hold. Absent where nobody can tell yet. */
  keys?: Readonly<Record<string, string>>;
  /** Why nobody can tell from here what the run will write: `keys` are those on record then. */
  unforeseen?: string;
  /** How many keys the destination is known to hold now. */
  present: number;
  /** The source instance removes whatever keys the source has by then. */
  isBlind: boolean;
  /** What is removed at the destination that it turns away from, or by the deletion of what it replaces. */
  left?: Pick<SyncReview, "destination" | "changes" | "isUnknown" | "isBlind">;
}

/** True where a value with references is named by a keyed fingerprint. */
export const hasFingerprints = ({ keys = {}, effects }: PlannedSync): boolean =>
  [...Object.values(keys), ...effects.map(({ over }) => over)].some(
    (revision) => revision !== undefined && withoutFingerprint(revision) !== undefined,
  );

/** A name that is secret may be any. */
const isAbout =
  ({ name: own }: Properties) =>
  ({ name }: { name: string }): boolean =>
    isHidden(own) || oneLine(String(own)) === name;

/** What a step does not tell of itself. */
interface Circumstances {
  /** The deletion leaves the destination as it is. */
  isSpared?: boolean;
  /** What the deletion of the former self takes away, where there is one. */
  former?: PlannedSync | undefined;
  unforeseen?: string | undefined;
}
interface States {
  before: { inputs: Properties; outputs: Properties } | undefined;
  after: { inputs: Properties; outputs: Properties } | undefined;
}

/**
 * @param steps the last one of each resource and of each former self, by name
 * @param told what was told meanwhile
 */
export function plannedResources(
  steps: ReadonlyMap<string, StepMetadata>,
  writers: Pick<Writers, "spares">,
  { messages, projects }: { messages: readonly string[]; projects: NamedProjects },
): PlannedResource[] {
  const unforeseen = messages.flatMap((message) => parseUnforeseen(message) ?? []);
  const planned = (step: StepMetadata): PlannedResource => {
    const { urn, type, op, old, new: next } = step;
    const former = next ? steps.get(nameOf({ urn, op: "delete-replaced" })) : undefined;
    return plannedResource(
      { urn, type, op },
      { before: old ?? undefined, after: next ?? undefined },
      {
        isSpared: writers.spares(nameOf(step)),
        ...(former && { former: planned(former).sync }),
        // Of what stays as it is, nothing runs.
        unforeseen: next && op !== "same" ? unforeseen.find(isAbout(next.inputs))?.why : undefined,
      },
    );
  };
  // What is deleted of a former self is told with the new one.
  const isTold = (step: StepMetadata) =>
    !step.type.startsWith("pulumi:") && !(isOfReplaced(step) && steps.has(step.urn));
  return [...steps.values()]
    .filter(isTold)
    .map(planned)
    .map((resource) => ({
      ...resource,
      ...(resource.sync && { sync: withNames(resource.sync, projects) }),
    }))
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

const withNames = (sync: PlannedSync, projects: NamedProjects): PlannedSync => ({
  ...named(sync, projects),
  ...(sync.left && { left: named(sync.left, projects) }),
});

/** The deletion of what a stack's state has. */
export const plannedDeletion = ({
  urn,
  type,
  inputs,
  outputs,
}: Pick<RecordedResource, "urn" | "type" | "inputs" | "outputs">): PlannedResource =>
  plannedResource({ urn, type, op: "delete" }, { before: { inputs, outputs }, after: undefined });

/** A creation or an update, outside of a stack's operations. @param before nothing where it is new */
export const plannedChange = (
  urn: string,
  before: States["before"],
  after: NonNullable<States["after"]>,
): PlannedResource =>
  plannedResource({ urn, type: typeOf(urn), op: before ? "update" : "create" }, { before, after });

/** A run of a sync on record, without a deployment. @param after `undefined` where nobody can tell */
export function plannedRun(
  { urn, outputs }: Recorded,
  after: { keys: Properties; effects: Properties } | undefined,
): PlannedResource {
  // What earlier runs did stands there, too, and is no news.
  const inputs = omit(outputs, ["effects"]);
  const next = { ...inputs, ...(after ?? { keys: UNKNOWN, effects: UNKNOWN }) };
  const states = { before: { inputs, outputs }, after: { inputs: next, outputs } };
  return plannedResource({ urn, type: typeOf(urn), op: "update" }, states);
}

/** A removal of what a sync has at the destination. */
export function plannedRemoval({ urn, outputs }: Recorded, review: SyncReview): PlannedResource {
  const { source, destination, changes, effects, isUnknown, isBlind } = review;
  const states = { before: { inputs: outputs, outputs }, after: undefined };
  const resource = plannedResource({ urn, type: typeOf(urn), op: "delete" }, states);
  return {
    ...resource,
    sync: {
      ...(source && { source }),
      ...(destination && { destination }),
      ...{ changes, effects, isUnknown, isBlind: isBlind === true },
      present: Object.keys(keysIn(outputs) ?? {}).length,
    },
  };
}

interface Recorded {
  urn: string;
  outputs: Properties;
}

function plannedResource(
  { urn, type, op }: { urn: string; type: string; op: string },
  states: States,
  circumstances: Circumstances = {},
): PlannedResource {
  const { before, after } = states;
  const operation = operationOf({ type, op, new: after });
  const resource = { urn, type, name: resourceName(urn), operation, inputs: (after ?? before)?.inputs ?? {} };
  if (!isOurType(type)) return resource;
  const isKept = operation === "update" || operation === "same";
  const isSame =
    (operation === "same" && isSkipped(resource.inputs)) ||
    (isKept && isEqual(withoutIdentity(before?.inputs ?? {}), withoutIdentity(after?.inputs ?? {})));
  return {
    ...resource,
    operation: isSame ? "same" : isKept ? "update" : operation,
    inputs: omit(withoutIdentity(resource.inputs), ["keys", "effects"]),
    ...(isSyncType(type) && { sync: plannedSync(states, circumstances) }),
  };
}

const IDENTITY = ["__provider", "machineIdentityClientId", "machineIdentityClientSecret", "auth"];

/** The connection's id is made from its identity; alone, it is all that names the destination's instance. */
function withoutIdentity(inputs: Properties): Properties {
  const isNamed = inputs["connectionName"] !== undefined || inputs["instanceUrl"] !== undefined;
  return omit(masked(inputs), isNamed ? [...IDENTITY, "connectionId"] : IDENTITY);
}

/** Engines show a secret in different ways. */
function masked(inputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, isHidden(value) ? HIDDEN : value]),
  );
}

function plannedSync({ before, after }: States, circumstances: Circumstances): PlannedSync {
  const asDeclared = reviewSync({ before, after });
  const now = circumstances.isSpared ? spared(asDeclared) : asDeclared;
  const isMoved =
    after !== undefined && before !== undefined && !isEqual(placesOf(before.inputs), placesOf(after.inputs));
  // What was written elsewhere says nothing of what is here.
  const { changes } = isMoved
    ? reviewSync({ before: { ...before, inputs: omit(before?.inputs ?? {}, ["keys"]), outputs: {} }, after })
    : now;
  const held = isMoved ? {} : keysIn(before?.inputs);
  const found = now.effects.filter(({ destination }) => destination !== undefined).map(({ key }) => key);
  const keys = after && keysIn(after.inputs);
  const { effects, isUnknown, source, destination, goneFolders } = now;
  return {
    ...(isTold(source) && { source }),
    ...(isTold(destination) && { destination }),
    changes,
    effects,
    isUnknown,
    ...(goneFolders && { goneFolders }),
    ...(keys && { keys }),
    ...(circumstances.unforeseen !== undefined && { unforeseen: circumstances.unforeseen }),
    present: new Set([...Object.keys(held ?? {}), ...found]).size,
    isBlind: now.isBlind === true,
    ...leftBy({ before, after }, isMoved, circumstances),
  };
}

/** A former self goes by its own arguments; an update by those of now. */
function leftBy(
  { before, after }: States,
  isMoved: boolean,
  { former }: Circumstances,
): Pick<PlannedSync, "left"> {
  if (former) {
    const { destination, changes, isUnknown, isBlind } = former;
    if (changes.length === 0 && !isUnknown && !isBlind) return {};
    return {
      left: { ...(destination && { destination }), changes, isUnknown, ...(isBlind && { isBlind }) },
    };
  }
  return isMoved && after?.inputs["onDestinationChange"] === "remove" ? { left: removalOf(before) } : {};
}

function placesOf(inputs: Properties): (Place | undefined)[] {
  const { source, destination } = placesIn(inputs);
  // A changed URL alone is no other place, nor is what comes along from beneath.
  return [source, destination].map((at) => {
    if (!at) return undefined;
    const { instanceUrl: _, isTree: __, ...place } = at;
    return place;
  });
}

/** A place of which a part is secret is known to nobody who would judge it. */
const isTold = <P extends Place>(place: P | undefined): place is P =>
  place !== undefined && !Object.values(place).some(isHidden);

function removalOf(before: States["before"]): Pick<SyncReview, "destination" | "changes" | "isUnknown"> {
  const { inputs = {}, outputs = {} } = before ?? {};
  const { destination, changes, isUnknown } = reviewSync({
    before: { inputs: { ...inputs, removeSecretsOnDelete: true }, outputs },
    after: undefined,
  });
  return { ...(isTold(destination) && { destination }), changes, isUnknown };
}

function keysIn(inputs: Properties | undefined): Readonly<Record<string, string>> | undefined {
  const keys = inputs?.["keys"];
  return typeof keys === "object" && keys !== null && !isHidden(keys)
    ? (keys as Record<string, string>)
    : undefined;
}
