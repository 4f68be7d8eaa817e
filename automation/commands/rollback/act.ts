/** The part of `rollback` and `resume` that needs an open stack. */

import type { RememberedRun } from "../../../provider/engine/record/runs.ts";
import { isInVain } from "../../../provider/engine/rollback.ts";
import { some } from "../../../provider/engine/shortened.ts";
import { BridgeError } from "../../../provider/errors.ts";
import { ALLOWED_HOSTS, listHosts } from "../../../provider/hosts.ts";
import type { Shared } from "../../../provider/resources/process.ts";
import type { Context, Properties } from "../../../provider/resources/resource.ts";
import {
  type PreparedRollback,
  prepareRollback,
  rollBack,
  withoutPause,
  withPause,
} from "../../../provider/resources/sync/engine/rollback.ts";
import type { StackHandle } from "../../engines/engine.ts";
import { contextOf } from "../../stack/provider-context.ts";
import { checkRecordedHosts } from "../../stack/recorded-hosts.ts";
import { type RecordedSync, recordedSyncs } from "../../stack/recorded-syncs.ts";
import { agree } from "../../terminal/consent.ts";
import type { Session } from "../../terminal/session.ts";
import type { RollbackCommand, RollbackOptions } from "./options.ts";
import { type Destination, destinationsOf, historiesOf, type SyncHistory } from "./request.ts";
import { changeRecords } from "./state.ts";
import { historyText, previewText, QUESTIONS, resultLine, summaryText } from "./text.ts";

/** One sync, and what came of it. */
export interface RollbackResult {
  sync: RecordedSync;
  /** The run that it goes back to; absent for `resume`. */
  run?: RememberedRun;
  prepared?: PreparedRollback;
  /** `unchanged`: there was nothing to do. `skipped`: not tried, since the command was stopped. */
  result: "succeeded" | "failed" | "unchanged" | "skipped";
  /** Id of the run that the rollback itself was. */
  jobId?: string;
  error?: unknown;
}

export interface RolledBack {
  /** What was listed, where no run was named. */
  histories?: SyncHistory[];
  results: RollbackResult[];
}

export interface Surroundings {
  stack: Pick<StackHandle, "name" | "exportStack" | "importStack" | "getAllConfig">;
  options: Pick<RollbackOptions, "sync" | "to" | "yes" | "diff" | "allowHost">;
  session: Pick<Session, "redactor" | "paint" | "print" | "headline" | "log" | "ask" | "signal">;
  environment: Context["environment"];
  shared: Shared;
}

/** @throws EngineError or BridgeError where no sync was tried */
export async function act(command: RollbackCommand, surroundings: Surroundings): Promise<RolledBack> {
  const { stack, options, session } = surroundings;
  const syncs = recordedSyncs(await stack.exportStack(), session.redactor.add);
  const histories = historiesOf(syncs, options.sync);
  if (command === "resume") return { results: await resume(histories, surroundings) };
  if (options.to === undefined) {
    session.print(`${historyText(session.redactor.cleanAll(histories), session.paint)}\n`);
    return { histories, results: [] };
  }
  return { results: await goBack(destinationsOf(histories, options.to), surroundings) };
}

async function goBack(
  destinations: readonly Destination[],
  surroundings: Surroundings,
): Promise<RollbackResult[]> {
  const { stack, options, session, environment, shared } = surroundings;
  const { redactor, paint } = session;
  const context = await contextOf(stack, environment, session.log, shared);
  const syncs = destinations.map(({ sync }) => sync);
  checkRecordedHosts(syncs, context, listHosts(options.allowHost, environment[ALLOWED_HOSTS]));

  session.headline(`Rolling back (${stack.name})`);
  const planned: (Destination & { prepared: PreparedRollback })[] = [];
  for (const { sync, run } of destinations)
    planned.push({ sync, run, prepared: await prepareRollback(sync.outputs, run.id, context) });
  const text = planned.map(({ sync, run, prepared }) =>
    previewText(sync, run, prepared, { paint, isFull: options.diff }, redactor),
  );
  session.print(`\n${text.join("\n\n")}\n\n`);
  // After its last run a sync is as that run has left it, and what cannot be put back stays: no reason to pause.
  const open = planned.filter(({ prepared }) => prepared.earlier.size > 0 && !isInVain(prepared));
  if (open.length > 0 && !options.yes) await agree(QUESTIONS.rollback, session);

  // First of all: whatever happens from here on, no deployment takes the rollback for drift and undoes it.
  const at = context.now().toISOString();
  const paused = new Map(open.map(({ sync, run }) => [sync, withPause(sync.outputs, { run: run.id, at })]));
  if (paused.size > 0)
    await changeRecords(
      stack,
      [...paused].map(([{ urn, outputs }, after]) => ({ urn, before: outputs, after })),
      redactor.add,
    );
  const results: RollbackResult[] = [];
  for (const each of planned) {
    const outputs = paused.get(each.sync);
    const result: RollbackResult = outputs
      ? await carryOut(each, outputs, context, surroundings)
      : isInVain(each.prepared)
        ? { ...each, result: "failed", error: inVain(each.prepared) }
        : { ...each, result: "unchanged" };
    session.print(resultLine("rollback", result, paint));
    results.push(result);
  }
  session.print(`${summaryText("rollback", results, paint, redactor.clean)}\n`);
  return results;
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
  planned: Destination & { prepared: PreparedRollback },
  paused: Properties,
  context: Context,
  { stack, session }: Surroundings,
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

async function resume(
  histories: readonly SyncHistory[],
  surroundings: Surroundings,
): Promise<RollbackResult[]> {
  const { stack, options, session } = surroundings;
  const { redactor, paint } = session;
  session.headline(`Resuming (${stack.name})`);
  const isPaused = (sync: RecordedSync) => sync.outputs["paused"] !== undefined;
  const results = histories
    .map(({ sync }) => sync)
    .filter((sync) => isPaused(sync) || options.sync.length > 0)
    .map((sync): RollbackResult => ({ sync, result: isPaused(sync) ? "succeeded" : "unchanged" }));
  const open = results.filter(({ result }) => result === "succeeded");
  if (open.length > 0 && !options.yes) await agree(QUESTIONS.resume, session);
  if (open.length > 0)
    await changeRecords(
      stack,
      open.map(({ sync: { urn, outputs } }) => ({ urn, before: outputs, after: withoutPause(outputs) })),
      redactor.add,
    );
  for (const result of results) session.print(resultLine("resume", result, paint));
  session.print(`${summaryText("resume", results, paint, redactor.clean)}\n`);
  return results;
}
