import { randomUUID } from "node:crypto";
import { leftEmpty, type MadeFolders } from "../../../engine/empty-folders.ts";
import { leftAlone } from "../../../engine/left-alone.ts";
import { type Change, type Counts, count } from "../../../engine/plan.ts";
import { pendingEffects } from "../../../engine/record/effects.ts";
import { pushedKeys } from "../../../engine/record/memory.ts";
import { addRun, changesOf } from "../../../engine/record/runs.ts";
import { firstLines } from "../../../engine/shortened.ts";
import { type RunResult, run } from "../../../engine/sync.ts";
import { BridgeError, describeError } from "../../../errors.ts";
import { lookUp } from "../../../look-up.ts";
import { byName } from "../../../natural.ts";
import { describePlace } from "../../places.ts";
import { omit, pick } from "../../properties.ts";
import { type Context, PartialRunError, type Properties } from "../../resource.ts";
import { isSkipped } from "../../skipped.ts";
import { INPUTS, type PlannedInputs, placesOf, type SecretSyncInputs, secretSyncInputs } from "../inputs.ts";
import { afterRun, announcedKeys, type Recorded, withoutRun } from "../outputs.ts";
import { formerOwners, withFormerOwners } from "../ownership.ts";
import { progress, summary } from "../progress.ts";
import { type Start, startOf } from "../start.ts";
import { untouched } from "../untouched.ts";
import { openWorld } from "../world.ts";
import { foldersOf } from "./made-folders.ts";
import { removeCreated } from "./remove.ts";

export async function create(
  inputs: Properties,
  context: Context,
): Promise<{ id: string; outputs: Properties }> {
  const id = randomUUID();
  return { id, outputs: await reconcile(id, undefined, inputs, context) };
}

/** Create and update are one flow: look, plan, compare with what was announced, write, record. */
export async function reconcile(
  id: string,
  olds: Properties | undefined,
  declared: Properties,
  context: Context,
): Promise<Properties> {
  // A tool that finishes what failed half-way asks for this whatever the check said.
  if (olds && isSkipped(declared)) return olds;
  const news = withFormerOwners(olds, declared);
  const inputs = secretSyncInputs.parse(news);
  const { destination } = placesOf(inputs, context.config);
  const start = startOf(olds, news);
  const { recorded, before } = start;
  const createdAt = recorded ? new Date(recorded.createdAt) : context.now();

  if (isSkipped(news)) return withoutRun(id, omit(news, ["keys", "effects"]), createdAt, context.now());
  const isUnfinished = before?.intendedKeys !== undefined;
  if (!start.isRunAsked && (!isUnfinished || start.isPaused)) {
    const outputs = withoutRun(id, news, createdAt, context.now());
    return before ? { ...omit(olds ?? {}, INPUTS), ...outputs } : outputs;
  }

  const former = formerOwners(olds, news);
  const result = await context.shared
    .withDestination(destination, () => runAnnounced(inputs, former, start, context))
    .catch((error: unknown) => {
      throw untouched(error);
    });
  const outputs = record(id, news, result, start, createdAt, context);
  const left = olds && recorded && !before ? leftBehind(olds, recorded, inputs, context) : undefined;
  if (result.failure) throw failed(id, inputs, outputs, result, { left, isFirst: !before });
  context.log(`${inputs.name}: ${summary(result.plan.counts)}`);
  for (const text of leftAlone(result.plan)) context.log(`${inputs.name}: ${text}`);
  if (left) await leave(left, inputs, context);
  return outputs;
}

interface RunAndFolders extends RunResult {
  /** The folders there that this sync has made. */
  madeFolders: MadeFolders;
}

async function runAnnounced(
  inputs: SecretSyncInputs,
  former: readonly string[],
  { announced, recorded, before, memory, isRunAsked }: Start,
  context: Context,
): Promise<RunAndFolders> {
  const { keys, effects = {} } = announced;
  const known = before && announcedKeys(before);
  const announcedAfter = ({ effects: old = {} }: Pick<PlannedInputs, "effects">) =>
    keys && {
      keys,
      // A run that only finishes an earlier one was announced then, effects included.
      effects: isRunAsked ? pendingEffects(old, effects) : undefined,
    };
  const earlier = before?.earlierPlan;
  const world = openWorld(inputs, context, former);
  const folders = foldersOf(inputs, world.destination, context);
  const result = await run({
    ...world,
    destination: folders.destination,
    options: inputs.syncOptions,
    known: new Map(Object.entries(known ?? {})),
    isFirstRun: known === undefined,
    acceptCached: false,
    memory,
    announced: announcedAfter(recorded ?? {}),
    earlier: earlier && {
      known: new Map(Object.entries(earlier.keys ?? {})),
      isFirstRun: earlier.keys === undefined,
      announced: announcedAfter(earlier),
    },
    onProgress: progress(inputs.name, context),
  });
  const earlierFolders = before?.madeFolders ?? {};
  const made = await folders.recorded(earlierFolders);
  if (!result.failure)
    return { ...result, madeFolders: await folders.remove(made, leftEmpty(made, result.plan)) };
  // Where there may be nothing to record, nobody would know of them.
  const isInVain = result.written !== "destination" || result.done.size === 0;
  const own = isInVain
    ? Object.keys(made).filter((label) => lookUp(made, label) !== lookUp(earlierFolders, label))
    : [];
  return { ...result, madeFolders: await folders.remove(made, own) };
}

function record(
  id: string,
  news: Properties,
  result: RunAndFolders,
  { before, memory, earlierPlan }: Start,
  createdAt: Date,
  context: Context,
): Properties {
  const now = context.now();
  const failure = result.failure && describeError(result.failure.error);
  const jobId = randomUUID();
  return afterRun(
    id,
    news,
    {
      jobId,
      keys: failure === undefined ? result.plan.keys : pushedKeys(result.memory),
      memory: result.memory,
      madeFolders: result.madeFolders,
      counts: failure === undefined ? result.plan.counts : doneCounts(result),
      failure,
      notDone: openChanges(result).map(({ label }) => label),
      earlierPlan,
      lastSyncedAt: failure === undefined ? now.toISOString() : before?.lastSyncedAt,
      runs: addRun(before?.runs ?? [], {
        id: jobId,
        at: now.toISOString(),
        ...(failure !== undefined && { isPartial: true }),
        ...changesOf(result.plan, result.done, memory, result.memory),
      }),
    },
    createdAt,
    now,
  );
}

/** The counts of what was done, where a run did not come to its end. */
export function doneCounts({ plan, done }: Pick<RunResult, "plan" | "done">): Counts {
  const carriedOut = plan.changes.filter((change) => done.has(change.label));
  return count(carriedOut, plan.counts.unchanged, plan.counts.kept);
}

/**
 * Before the first write to the destination nothing is worth recording: the next run starts over. After it,
 * the error carries the state, so that the next run finishes the work.
 */
function failed(
  id: string,
  inputs: SecretSyncInputs,
  outputs: Properties,
  result: RunResult,
  { left, isFirst }: { left: LeftBehind | undefined; isFirst: boolean },
): unknown {
  const cause = result.failure?.error;
  if (result.written === "nothing") return untouched(cause);
  if (result.written === "perhaps") return cause;
  const isRestored = inputs.syncOptions.onFailure === "restore" && result.done.size === 0;
  // The state then goes on telling of the old destination, so that the next run moves again, and removes there.
  const removesOld = left !== undefined && inputs.onDestinationChange === "remove";
  const done = isRestored ? "nothing is left of it" : summary(doneCounts(result));
  const reasons = [
    `The run of ${inputs.name} stopped half-way (${done}): ${describeError(cause)} Deploy again to ${isRestored ? "repeat" : "finish"} it.`,
    ...notDone(result),
    ...(left
      ? [
          `${left.keys} keys stay at the old destination ${left.place}, ${removesOld ? "until a run has moved them" : "and are not remembered any more"}`,
        ]
      : []),
  ];
  // What a first run has put back leaves a first run to do.
  if (removesOld || (isRestored && isFirst))
    return new BridgeError("partial-apply", linesOf(reasons), { cause });
  return new PartialRunError(id, outputs, reasons, cause);
}

/** Of texts that are made of errors' messages, which have no line breaks but their own. */
const linesOf = (texts: readonly string[]) => texts.flatMap((text) => text.split("\n"));

/** One line for each change that was not carried out, and how many more there are. */
export const notDone = (result: Pick<RunResult, "plan" | "done">): string[] =>
  firstLines(
    openChanges(result)
      .toSorted((a, b) => byName(a.label, b.label))
      .map((change) => `not done: ${change.kind} ${change.label}`),
  );

/** The changes that were not carried out. */
export const openChanges = ({ plan, done }: Pick<RunResult, "plan" | "done">): Change[] =>
  plan.changes.filter((change) => !done.has(change.label));

/** What a sync pushed to a destination that is no longer its own. */
interface LeftBehind {
  sync: SecretSyncInputs;
  recorded: Recorded;
  place: string;
  keys: number;
}

function leftBehind(
  olds: Properties,
  recorded: Recorded,
  inputs: SecretSyncInputs,
  context: Context,
): LeftBehind | undefined {
  const keys = Object.keys(recorded.keys ?? {}).length;
  if (keys === 0) return undefined;
  const sync = secretSyncInputs.parse(pick(olds, INPUTS));
  const place = describePlace(placesOf(sync, context.config).destination);
  const isSame = place === describePlace(placesOf(inputs, context.config).destination);
  return isSame ? undefined : { sync, recorded, place, keys };
}

async function leave(left: LeftBehind, inputs: SecretSyncInputs, context: Context): Promise<void> {
  if (inputs.onDestinationChange === "remove")
    return removeCreated(left.sync, left.recorded, inputs.name, context);
  context.log(`${inputs.name}: ${left.keys} keys stay at the old destination ${left.place}`);
}
