/** Shows what a rollback would do, asks, pauses the syncs, and puts their destinations back. */
import type { RememberedRun } from "../../../provider/engine/record/runs.ts";
import { isInVain } from "../../../provider/engine/rollback.ts";
import { some } from "../../../provider/engine/shortened.ts";
import { BridgeError } from "../../../provider/errors.ts";
import type { Context, Properties } from "../../../provider/resources/resource.ts";
import {
  type PreparedRollback,
  prepareRollback,
  rollBack,
  withPause,
} from "../../../provider/resources/sync/engine/rollback.ts";
import type { StackHandle } from "../../engines/engine.ts";
import { changeRecords } from "../../stack/change-records.ts";
import { agree } from "../../terminal/consent.ts";
import { actOnEach, instancesOf, type Surroundings, type SyncResult } from "../on-syncs.ts";
import type { RollbackOptions } from "./options.ts";
import type { Destination } from "./request.ts";
import { previewText, ROLLBACK } from "./text.ts";

export type RollbackSurroundings = Surroundings<
  Pick<RollbackOptions, "sync" | "to" | "yes" | "preview" | "diff" | "allowHost">
> & { stack: Pick<StackHandle, "importStack"> };

export interface RollbackResult extends SyncResult {
  /** The run that it goes back to; absent for `resume`. */
  run?: RememberedRun;
  prepared?: PreparedRollback;
  sourceUrl?: string;
}

interface Planned extends Destination {
  prepared: PreparedRollback;
  /** Base URL of the source instance. */
  sourceUrl: string;
}

export async function goBack(
  destinations: readonly Destination[],
  surroundings: RollbackSurroundings,
): Promise<RollbackResult[]> {
  const { stack, options, session } = surroundings;
  const { redactor, paint } = session;
  const syncs = destinations.map(({ sync }) => sync);
  const { context } = await instancesOf(syncs, surroundings);
  session.headline(`${options.preview ? "Previewing rollback" : "Rolling back"} (${stack.name})`);
  const planned: Planned[] = [];
  for (const { sync, run } of destinations)
    planned.push({
      ...{ sync, run, sourceUrl: context.config.host },
      prepared: await prepareRollback(sync.outputs, run.id, context),
    });
  const text = planned.map((each) => previewText(each, { paint, isFull: options.diff }, redactor));
  session.print(`\n${text.join("\n\n")}\n\n`);
  // After its last run a sync is as that run has left it, and what cannot be put back stays: no reason to pause.
  const open = planned.filter(({ prepared }) => prepared.earlier.size > 0 && !isInVain(prepared));
  if (open.length > 0 && !options.preview && !options.yes)
    await agree("Do you want to put this back, and pause these syncs?", session);

  // First of all: whatever happens from here on, no deployment takes the rollback for drift and undoes it.
  const at = context.now().toISOString();
  const begun = options.preview ? [] : open;
  const paused = new Map(begun.map(({ sync, run }) => [sync, withPause(sync.outputs, { run: run.id, at })]));
  const changes = [...paused].map(([{ urn, outputs }, after]) => ({ urn, before: outputs, after }));
  if (changes.length > 0) await changeRecords(stack, changes, redactor.add);
  const perform = async (each: Planned): Promise<RollbackResult> => {
    if (options.preview && open.includes(each)) return { ...each, result: "planned" };
    const outputs = paused.get(each.sync);
    if (outputs) return carryOut(each, outputs, context, surroundings);
    return isInVain(each.prepared)
      ? { ...each, result: "failed", error: inVain(each.prepared) }
      : { ...each, result: "unchanged" };
  };
  return actOnEach(planned, perform, ROLLBACK, session);
}

function inVain({ left }: PreparedRollback): BridgeError {
  const reasons = [...Map.groupBy(left, ({ why }) => why)].map(
    ([why, keys]) => `${some(keys.map(({ label }) => label))}: ${why}`,
  );
  return new BridgeError(
    "nothing-to-restore",
    `Nothing could be put back, and nothing was written: ${reasons.join("; ")}.`,
    { hint: "The sync is not paused. Go back to another run, or put the source right and deploy." },
  );
}

async function carryOut(
  planned: Planned,
  paused: Properties,
  context: Context,
  { stack, session }: RollbackSurroundings,
): Promise<RollbackResult> {
  const { sync, prepared } = planned;
  const record = (after: Properties) =>
    changeRecords(stack, [{ urn: sync.urn, before: paused, after }], session.redactor.add);
  if (session.signal.aborted) {
    await record(sync.outputs);
    return { ...planned, result: "skipped" };
  }
  let done: Awaited<ReturnType<typeof rollBack>>;
  try {
    done = await rollBack(paused, prepared, context);
  } catch (error) {
    // Nothing was written, so nothing needs to be kept from being undone.
    await record(sync.outputs);
    return { ...planned, result: "failed", error };
  }
  const jobId = String(done.outputs["lastSyncJobId"]);
  try {
    await record(done.outputs);
  } catch (error) {
    return { ...planned, result: "failed", error: done.failure?.error ?? error };
  }
  return done.failure
    ? { ...planned, result: "failed", jobId, error: done.failure.error }
    : { ...planned, result: "succeeded", jobId };
}
