import { type Confirmed, confirm } from "../../../engine/confirm.ts";
import { toLabel } from "../../../engine/label.ts";
import type { Plan } from "../../../engine/plan.ts";
import { pushedKeys } from "../../../engine/record/memory.ts";
import type { Listing } from "../../../engine/store.ts";
import { preview } from "../../../engine/sync.ts";
import { BridgeError, describeError } from "../../../errors.ts";
import type { ControlPlane, SyncRow } from "../../../infisical/control-plane/index.ts";
import { pick, present } from "../../properties.ts";
import { type Context, PartialRunError, type Properties } from "../../resource.ts";
import { doneCounts, notDone, openChanges } from "../engine/reconcile.ts";
import { INPUTS, type SecretSyncInputs } from "../inputs.ts";
import { afterRun, HALF_WAY } from "../outputs.ts";
import { summary } from "../progress.ts";
import type { Start } from "../start.ts";
import type { World } from "../world.ts";
import { jobFailure } from "./failure.ts";
import { until } from "./follow.ts";
import { endOf, isUnderWay } from "./jobs.ts";
import { nativeRun } from "./predict.ts";
import { syncOutputs } from "./rows.ts";

/** What is known when the instance has been told what to do. */
export interface Deployment extends Start {
  plane: ControlPlane;
  inputs: SecretSyncInputs;
  news: Properties;
  context: Context;
  /** Undefined where the destination cannot be looked at, or no run is asked for; so is the plan. */
  world: World | undefined;
  plan: Plan | undefined;
}

interface Told {
  row: SyncRow;
  /** The sync as it was before; undefined for a new one. */
  before: SyncRow | undefined;
  /** A run is queued or under way. */
  isRunning: boolean;
}

interface Ended {
  row: SyncRow;
  confirmed: Confirmed | undefined;
  failure: BridgeError | undefined;
}

/** Follows the run to its end and makes the outputs. What went wrong is thrown with the outputs. */
export async function settle(deployment: Deployment, told: Told): Promise<Properties> {
  const { inputs, plan, context } = deployment;
  if (told.isRunning && !inputs.waitForSync) return withoutEnd(deployment, told.row);
  let ended: Ended;
  try {
    ended = told.isRunning ? await followRun(deployment, told) : await lookAt(deployment, told.row);
  } catch (error) {
    // The object exists at the instance: whatever happened, it must not get lost.
    throw new PartialRunError(
      told.row.id,
      present({ ...withoutEnd(deployment, told.row), earlierPlan: deployment.earlierPlan }),
      [`${inputs.name}: ${describeError(error)}`],
      error,
    );
  }
  const outputs = record(deployment, ended);
  if (ended.failure) {
    const open = plan && ended.confirmed ? notDone({ plan, done: ended.confirmed.done }) : [];
    const reasons = [describeError(ended.failure), ...open];
    throw new PartialRunError(ended.row.id, outputs, reasons, ended.failure);
  }
  if (plan) context.log(`${inputs.name}: ${summary(plan.counts)}, by the source instance`);
  return outputs;
}

/** Waits for the end of a run that leaves the destination as planned; one before it may have been somebody's. */
function followRun(deployment: Deployment, { row, before }: Told): Promise<Ended> {
  const { plane, inputs, context } = deployment;
  let mark = before;
  let status: string | undefined;
  const look = async (): Promise<Ended | undefined> => {
    const now = await plane.readSync(row.id);
    if (!now) throw gone(row);
    status = now.syncStatus;
    const end = endOf(mark, now, "sync");
    if (end === undefined) return undefined;
    const ended = await lookAt(deployment, now);
    if (end === "failed") return { ...ended, failure: jobFailure(now, "sync") };
    if (ended.failure === undefined || !isUnderWay(now.syncStatus)) return ended;
    mark = now;
    return undefined;
  };
  const { name, waitTimeoutSeconds: timeoutSeconds } = inputs;
  return until(look, { name, what: "the instance's run", timeoutSeconds, status: () => status }, context);
}

/** The destination beside the plan, if it can be looked at. */
async function lookAt({ world, plan, memory, inputs }: Deployment, row: SyncRow): Promise<Ended> {
  if (!world || !plan) return { row, confirmed: undefined, failure: undefined };
  const listing = await world.destination.list({ values: true, expand: false, imports: false });
  const confirmed = confirm(plan, memory, listing.secrets);
  const isDone = confirmed.done.size === plan.changes.length && holdsAll(listing, plan);
  if (isDone) return { row, confirmed, failure: undefined };
  // What a run imports can change what other values refer to, and the instance resolves those again.
  const known = new Map(Object.entries(plan.keys));
  const next = preview({ ...nativeRun(world, inputs, row, known), acceptCached: false });
  // A plan that cannot be made proves nothing; what is wrong has a reason of its own already.
  const rest = await next.catch(() => undefined);
  if (!rest || rest.changes.length > 0) return { row, confirmed, failure: unlikePlanned(row) };
  const { memory: unchanged } = confirm(rest, confirmed.memory, listing.secrets);
  const done = new Set(plan.changes.map((change) => change.label));
  return { row, confirmed: { memory: unchanged, done }, failure: undefined };
}

/** What was to stay as it is may have gone: a secret that the instance could not read looks deleted to it. */
function holdsAll({ secrets }: Listing, plan: Plan): boolean {
  const there = new Set(secrets.map(({ key }) => toLabel(key)));
  return Object.keys(plan.keys).every((label) => there.has(label));
}

/** Outputs of a sync whose next run has not ended, or was not waited for. */
const withoutEnd = ({ news, before }: Deployment, row: SyncRow): Properties => ({
  ...pick(news, INPUTS),
  ...(before && pick(before, ["memory", "keys", ...HALF_WAY])),
  ...pick(news, ["keys"]),
  ...syncOutputs(row),
});

function record(deployment: Deployment, { row, confirmed, failure }: Ended): Properties {
  const { news, plan, before, context } = deployment;
  if (!plan || !confirmed) return withoutEnd(deployment, row);
  const isFailed = failure !== undefined;
  const outputs = afterRun(
    row.id,
    news,
    {
      jobId: row.lastSyncJobId ?? "",
      keys: isFailed ? pushedKeys(confirmed.memory) : plan.keys,
      memory: confirmed.memory,
      counts: isFailed ? doneCounts({ plan, done: confirmed.done }) : plan.counts,
      failure: failure?.message,
      notDone: openChanges({ plan, done: confirmed.done }).map(({ label }) => label),
      earlierPlan: deployment.earlierPlan,
      lastSyncedAt: row.lastSyncedAt ?? before?.lastSyncedAt,
    },
    new Date(row.createdAt ?? context.now()),
    context.now(),
  );
  return { ...outputs, ...syncOutputs(row) };
}

const unlikePlanned = ({ name }: SyncRow) =>
  new BridgeError("run-failed", `The instance ran "${name}", but the destination is not as planned.`, {
    hint: "Somebody may have changed either side meanwhile, or the instance could not read or resolve a secret: it leaves such out without a word, as if they were deleted. Preview again to see what is different.",
  });

const gone = ({ name }: SyncRow) =>
  new BridgeError("not-found", `The Infisical Sync "${name}" was deleted while its run was waited for.`, {
    hint: "Refresh, then deploy again.",
  });
