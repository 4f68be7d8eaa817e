import { BridgeError } from "../errors.ts";
import { byName } from "../natural.ts";
import { type Applied, apply } from "./apply.ts";
import { cautionsFor } from "./cautions.ts";
import { emptiedTexts } from "./empty-folders.ts";
import { guard } from "./guard/guard.ts";
import { rotatedIn } from "./guard/instance.ts";
import { importsMetadata, writesMetadata } from "./guard/metadata.ts";
import { guardHiddenFolders, guardPartialRead } from "./guard/partial-read.ts";
import { guardReadable } from "./guard/readable.ts";
import { guardRights } from "./guard/rights.ts";
import { isLower } from "./key-names.ts";
import { glance, type Observed, type ObserveInput, observe } from "./observe.ts";
import { type Ownership, UNMARKED } from "./ownership/ownership.ts";
import { type Change, type Plan, plan } from "./plan.ts";
import { effectsOf, isSettled } from "./record/effects.ts";
import type { Memory } from "./record/memory.ts";
import { restore } from "./restore.ts";
import { firstLines, some } from "./shortened.ts";
import type { ProjectFacts, SecretParts, SecretStore } from "./store.ts";
import { verify } from "./verify.ts";

/** Both sides of a sync, and what it is to do. */
export interface SyncInput extends ObserveInput {
  /** Label → revision of what is on record as pushed; a label in it counts as this sync's own. */
  known: ReadonlyMap<string, string>;
  /** No run is on record yet for this pair of source and destination. */
  isFirstRun: boolean;
  /** Left out, the sync marks nothing and every mark is another's. */
  ownership?: Ownership;
}

/** Reads both sides and decides what a run would do; refuses unsafe runs. Writes nothing. */
export async function preview(input: SyncInput): Promise<Plan> {
  const { planned, facts } = await guardedPlan(input);
  const cautions = await cautionsFor(planned, facts, input.destination);
  return { ...planned, cautions: [...cautions, ...emptiedTexts(input.options, planned)] };
}

/** The plan of a preview by looking alone: without what the destination may refuse, which is found out by a try. */
export async function guardedPlan(input: SyncInput): Promise<{ planned: Plan; facts: ProjectFacts }> {
  const looked = await look(input);
  const planned = planOf(looked.observed, input);
  return { planned, facts: await guardPlan(planned, looked, input) };
}

interface Looked {
  observed: Observed;
  /** Of the destination's project, where they were asked for at once. */
  early: ProjectFacts | undefined;
}

async function look(input: SyncInput): Promise<Looked> {
  const { destination, isFirstRun } = input;
  const shared = input.acceptCached && !isFirstRun ? await glance(input) : undefined;
  if (shared && isAsOnRecord(planOf(shared, input), input)) return { observed: shared, early: undefined };
  // A first run needs the facts in any case.
  const [observed, early] = await Promise.all([observe(input), isFirstRun ? destination.facts() : undefined]);
  guardReadable(observed.source, observed.destination.secrets);
  return { observed, early };
}

async function guardPlan(
  planned: Plan,
  { early, observed }: Looked,
  input: SyncInput,
): Promise<ProjectFacts> {
  const [facts, takes] = await Promise.all([
    early ?? (needsFacts(planned, input.destination) ? input.destination.facts() : {}),
    takesMetadata(planned, input),
  ]);
  guard({
    plan: planned,
    options: input.options,
    facts,
    takesMetadata: takes,
    encodedBytes: encodedBytesAt(input.destination),
    // Imports are written at the source, where the place may have a longer name.
    limitBytes: Math.min(input.source.limits.itemBytes, input.destination.limits.itemBytes),
    rotated: {
      source: rotatedIn(observed.sourceSecrets),
      destination: rotatedIn(observed.destination.secrets),
    },
  });
  await guardHiddenFolders(planned, input);
  if (!input.options.allowPartialRead) {
    const imports = input.options.references === "expand";
    await guardPartialRead(planned, input.source, imports);
  }
  return facts;
}

/** False where a side that metadata is written to has none; undefined where none is written. */
async function takesMetadata(
  { changes }: Plan,
  { source, destination }: Pick<SyncInput, "source" | "destination">,
): Promise<boolean | undefined> {
  const takes = await Promise.all([
    ...(changes.some(writesMetadata) ? [destination.takesMetadata()] : []),
    ...(changes.some(importsMetadata) ? [source.takesMetadata()] : []),
  ]);
  return takes.length === 0 ? undefined : takes.every((does) => does);
}

/** Nothing is to be done, and every key is there as it was pushed. */
const isAsOnRecord = ({ changes, keys }: Plan, { known }: Pick<SyncInput, "known">): boolean => {
  const labels = Object.entries(keys);
  return (
    changes.length === 0 &&
    labels.length === known.size &&
    labels.every(([label, revision]) => known.get(label) === revision)
  );
};

/** What a run would do about what was observed, whether or not it would be refused. Pure. */
export const planOf = (
  { source, destination, leftOut }: Observed,
  {
    known,
    isFirstRun,
    options,
    ownership = UNMARKED,
  }: Pick<SyncInput, "known" | "isFirstRun" | "options" | "ownership">,
): Plan =>
  plan({
    source,
    destination: destination.secrets,
    destinationFolderExists: destination.folderExists,
    leftOut,
    known,
    isFirstRun,
    options,
    ownership,
  });

/** What was announced to the user before the run: the plan's keys and effects. */
interface Announcement {
  keys: Readonly<Record<string, string>>;
  /** Left out where effects were announced earlier and are not known any more. */
  effects: Readonly<Record<string, string>> | undefined;
}

export interface RunInput extends SyncInput {
  memory: Memory;
  /** What the run must turn out to be, or nothing is written. */
  announced: Announcement | undefined;
  /**
   * After a run that failed half-way: what was on record before it. A deployment tool that kept its inputs of then has
   * announced a plan made from these.
   */
  earlier?: (Pick<SyncInput, "known" | "isFirstRun"> & Pick<RunInput, "announced">) | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface RunResult extends Applied {
  plan: Plan;
}

/**
 * One run: observe, plan, guard, apply, verify; and where it failed, put back, if that is wanted.
 *
 * @throws BridgeError before the first write, `plan-changed` among others; what happens after is in the result
 */
export async function run(input: RunInput): Promise<RunResult> {
  const looked = await look(input);
  const { observed } = looked;
  const basis = basisOf(observed, input);
  const planned = planOf(observed, basis);
  await guardPlan(planned, looked, input);
  if (basis.announced) refuseUnannounced(planned, basis.announced);
  refuseForeign(planned, input.memory);
  await guardRights(planned, input.destination);
  const { memory, source, destination, onProgress, ownership = UNMARKED } = input;
  const applied = await apply({ plan: planned, memory, source, destination, ownership, onProgress });
  const verified = await verify(applied, planned, memory, { destination, ownership });
  if (input.options.onFailure === "keep") return { plan: planned, ...verified };
  const before = { source: observed.sourceSecrets, destination: observed.destination.secrets, memory };
  return { plan: planned, ...(await restore(verified, planned, before, { source, destination })) };
}

/** What the announced plan was made from. */
function basisOf(observed: Observed, input: RunInput): RunInput {
  const { earlier } = input;
  if (!earlier?.announced) return input;
  const basis = { ...input, ...earlier };
  return differences(planOf(observed, basis), earlier.announced).length === 0 ? basis : input;
}

/** Later, the project is asked for only where its answer could matter. */
const needsFacts = (planned: Plan, destination: SecretStore) =>
  planned.isFirstRun ||
  planned.changes.some(
    (change) =>
      writesMetadata(change) || (change.kind === "create" && isLower(destination.locate(change.key).name)),
  );

/** Encoding is measured for large values only: JSON needs at most six bytes for a UTF-16 unit. */
function encodedBytesAt(store: SecretStore) {
  return (change: Change) => {
    if (change.kind === "delete") return 0;
    const { key, value } = change;
    // Ids of tags are not known before those are made that the project lacks.
    const { tags = [], ...parts } = change.parts ?? {};
    const ofTags = tags.length * BYTES_OF_TAG;
    const most = (value.length + key.length + lengthOf(parts)) * 6 + ofTags;
    return most < store.limits.bytes / 2 ? 0 : store.encode(key, value, false, parts).bytes + ofTags;
  };
}

const BYTES_OF_TAG = 60;
/** What stands around a part in an item. */
const AROUND_PART = 60;

const lengthOf = ({ comment, metadata = [], reminder }: SecretParts): number =>
  metadata.reduce((sum, item) => sum + item.key.length + item.value.length + AROUND_PART, 3 * AROUND_PART) +
  (comment?.length ?? 0) +
  (reminder?.note.length ?? 0);

/** @throws BridgeError `plan-changed` where the plan is not the one that was announced */
export function refuseUnannounced(planned: Plan, announced: Announcement): void {
  const found = differences(planned, announced);
  if (found.length === 0) return;
  const shown = firstLines(found);
  throw new BridgeError(
    "plan-changed",
    [
      "The source or the destination changed after the plan was made; nothing was written. Differences:",
      ...shown.map((line) => `  ${line}`),
    ],
    { hint: "Preview again; if the differences are the same then, refresh first." },
  );
}

const differences = (planned: Plan, announced: Announcement): string[] => [
  ...differing("key", announced.keys, planned.keys),
  ...(announced.effects
    ? differing("effect", announced.effects, comparable(planned, announced.effects))
    : []),
];

/**
 * The effects of a plan, for a comparison. That nothing is written of a key need not have been announced, since it may be
 * as planned by now, or on record; what was announced so must stay so.
 */
function comparable(
  planned: Plan,
  announced: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const changed = new Set(planned.changes.map(({ label }) => label));
  const unchanged = Object.entries(announced).filter(
    ([label, text]) => isSettled(text) && !changed.has(label),
  );
  return { ...effectsOf({ changes: planned.changes }), ...Object.fromEntries(unchanged) };
}

function differing(
  what: string,
  announced: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string[] {
  // As maps: plain objects seem to have a `constructor`.
  const before = new Map(Object.entries(announced));
  const after = new Map(Object.entries(now));
  const labels = [...new Set([...before.keys(), ...after.keys()])].sort(byName);
  return labels
    .filter((label) => before.get(label) !== after.get(label))
    .map(
      (label) =>
        `${what} ${label}: planned ${before.get(label) ?? "nothing"}, now ${after.get(label) ?? "nothing"}`,
    );
}

/**
 * What was announced as deleting our own key must be our own by memory too: after a run that failed
 * half-way, the announced keys also name some that were never written.
 */
function refuseForeign(planned: Plan, memory: Memory): void {
  const foreign = planned.changes.filter(
    (change) => change.kind === "delete" && change.isOwned && !memory.has(change.label),
  );
  if (foreign.length === 0) return;
  throw new BridgeError(
    "plan-changed",
    `The plan would delete ${some(foreign.map((change) => change.label))} as written by this sync, but an earlier run failed before writing ${foreign.length === 1 ? "it" : "them"}; nothing was written.`,
    { hint: "Refresh, then preview again." },
  );
}
