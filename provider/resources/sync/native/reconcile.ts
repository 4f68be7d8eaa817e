import type { Plan } from "../../../engine/plan.ts";
import { effectsOf, pendingEffects } from "../../../engine/record/effects.ts";
import { preview, refuseUnannounced } from "../../../engine/sync.ts";
import { hasCode, isRefusal } from "../../../errors.ts";
import type { ControlPlane, SyncRow } from "../../../infisical/control-plane/index.ts";
import { lookUp } from "../../../look-up.ts";
import { isEqual } from "../../properties.ts";
import type { Context, Properties } from "../../resource.ts";
import { type PlannedInputs, placesOf, type SecretSyncInputs, type SyncProperties } from "../inputs.ts";
import { announcedKeys } from "../outputs.ts";
import { type Start, startOf } from "../start.ts";
import { untouched } from "../untouched.ts";
import type { World } from "../world.ts";
import { declare } from "./declare.ts";
import { whenIdle } from "./follow.ts";
import { meet } from "./holding.ts";
import { nativeSyncInputs, withConnection } from "./inputs.ts";
import { isUnsuccessful } from "./jobs.ts";
import { planeOf } from "./plane.ts";
import { alreadyThere, nativeRun, notThere, openPlannable, takenOver } from "./predict.ts";
import { type Deployment, settle } from "./settle.ts";
import { refuseUnknownSubfolders } from "./subfolders.ts";

export async function create(news: Properties, context: Context) {
  return reconcile(undefined, news, context, async (plane, inputs) => {
    const row = await plane.findSync(inputs.name, inputs.projectId);
    if (row && !inputs.adopt) throw alreadyThere(row);
    meet("Infisical Sync", row, news, context);
    return row;
  });
}

export async function update(
  id: string,
  olds: SyncProperties,
  news: Properties,
  context: Context,
): Promise<Properties> {
  const { outputs } = await reconcile(olds, news, context, async (plane) => {
    const row = await plane.readSync(id);
    if (row) return row;
    throw notThere(String(olds.name));
  });
  return outputs;
}

/** Create and update are one flow: look, plan, compare with what was announced, declare, follow, record. */
async function reconcile(
  olds: Properties | undefined,
  news: Properties,
  context: Context,
  find: (plane: ControlPlane, inputs: SecretSyncInputs) => Promise<SyncRow | undefined>,
): Promise<{ id: string; outputs: Properties }> {
  const plane = planeOf(context);
  const inputs = await withConnection(nativeSyncInputs.parse(news), plane);
  const { source, destination } = placesOf(inputs, context.config);
  const start = startOf(olds, news);
  const isAsked = start.isRunAsked || start.before?.intendedKeys !== undefined;

  return context.shared
    .withDestination(destination, async () => {
      const there = await find(plane, inputs);
      await refuseUnknownSubfolders(plane, inputs, there);
      const world = isAsked ? openPlannable(inputs, there, context) : undefined;
      const plan = world && (await announcedPlan(world, inputs, there, start));
      // The instance would fail where there is no folder; this package can make it.
      if (plan?.createsFolder) await world?.destination.createFolder();

      const { row, isQueued } = await declare(plane, inputs, there).catch((error: unknown) => {
        throw isRefusal(error) ? untouched(error) : error;
      });
      const deployment: Deployment = { ...start, plane, inputs, news, context, world, plan };
      // A sync that is taken over is not run for nothing but that its keys are not known.
      const isOpen = plan ? plan.changes.length > 0 : olds !== undefined || !there;
      const isNeeded = isAsked && (isOpen || isDue(olds, news, row));
      const isRunning = isQueued || isNeeded;
      if (isNeeded && !isQueued) {
        const wait = { name: row.name, timeoutSeconds: inputs.waitTimeoutSeconds };
        await whenIdle(() => plane.trigger(row, { kind: "sync" }), wait, context);
      }
      return { id: row.id, outputs: await settle(deployment, { row, before: there, isRunning }) };
    })
    .finally(() => {
      // The instance has written, and not through a client of this process.
      for (const { projectId } of [source, destination]) context.shared.forgetListings(projectId);
    });
}

/** A run is asked for although nothing is to be written: by `triggers`, or to clear a failure. */
const isDue = (olds: SyncProperties | undefined, news: SyncProperties, row: SyncRow) =>
  isUnsuccessful(row.syncStatus) || (olds !== undefined && !isEqual(olds.triggers, news.triggers));

/** @throws BridgeError `plan-changed` where the run would do something that was not announced */
async function announcedPlan(
  world: World,
  inputs: SecretSyncInputs,
  row: SyncRow | undefined,
  start: Start,
): Promise<Plan> {
  const { recorded, before } = start;
  const now = { keys: before && announcedKeys(before), effects: recorded?.effects };
  const earlier = before?.earlierPlan;
  const planFrom = async ({ keys = {}, effects = {} }: PlannedInputs) => {
    const known = new Map(Object.entries(keys));
    const planned = await preview({ ...nativeRun(world, inputs, row, known), acceptCached: false });
    const plan = recorded || !row ? planned : takenOver(planned);
    refuseOther(plan, effects, start);
    return plan;
  };
  if (!earlier) return planFrom(now);
  // After a run that failed half-way, Pulumi has kept what was on record before it, and has planned from there.
  return planFrom(earlier).catch((error: unknown) => {
    if (hasCode(error, "plan-changed")) return planFrom(now);
    throw error;
  });
}

function refuseOther(
  plan: Plan,
  oldEffects: Readonly<Record<string, string>>,
  { announced, isRunAsked }: Start,
): void {
  if (!announced.keys) return;
  const pending = pendingEffects(oldEffects, announced.effects ?? {});
  const now = effectsOf({ changes: plan.changes });
  // With auto-sync the instance may have been faster than this deployment: what is done already is no change.
  const open = Object.fromEntries(
    Object.entries(pending).filter(([label]) => lookUp(now, label) !== undefined),
  );
  refuseUnannounced(plan, { keys: announced.keys, effects: isRunAsked ? open : undefined });
}
