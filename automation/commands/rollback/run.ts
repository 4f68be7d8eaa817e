/** `rollback` and `resume` show what would be done, ask, act, and tell what came of it. */
import { canGoBackTo } from "../../../provider/engine/record/runs.ts";
import { withoutPause } from "../../../provider/resources/sync/engine/rollback.ts";
import { pauseIn } from "../../../provider/resources/sync/inputs.ts";
import { EngineError } from "../../engines/engine.ts";
import { syncPart } from "../../report/json.ts";
import { changeRecords } from "../../stack/change-records.ts";
import { type RecordedSync, recordedSyncs } from "../../stack/recorded-syncs.ts";
import { agree } from "../../terminal/consent.ts";
import {
  actOnEach,
  endingOnSyncs,
  namesPart,
  resultPart,
  type SyncResult,
  surroundingsOf,
} from "../on-syncs.ts";
import type { Action, Found } from "../runner.ts";
import type { RollbackDocument } from "./document.ts";
import { goBack, type RollbackResult, type RollbackSurroundings } from "./go-back.ts";
import { type RollbackCommand, type RollbackOptions, rollbackOptions } from "./options.ts";
import { destinationsOf, historiesOf, type SyncHistory } from "./request.ts";
import { reviewRollback } from "./review.ts";
import { historyText, RESUME } from "./text.ts";

interface RolledBack {
  /** What was listed, where no run was named. */
  histories?: SyncHistory[];
  results: RollbackResult[];
}

export const going = (name: RollbackCommand): Action<RollbackOptions, RolledBack, RollbackDocument> => ({
  ...endingOnSyncs("the same command goes on"),
  name,
  options: rollbackOptions,
  async act(run) {
    const { to, preview } = run.options;
    const isChanging = name === "resume" || (to !== undefined && !preview);
    return act(name, await surroundingsOf(name, run, isChanging ? "change" : "look", isChanging));
  },
  document: ({ histories, results = [] }, envelope) => ({
    ...envelope,
    ...(histories && { history: histories.map(historyPart) }),
    syncs: results.map(rollbackPart),
  }),
});

function rollbackPart(result: RollbackResult): RollbackDocument["syncs"][number] {
  const { sync, run, prepared, sourceUrl } = result;
  return {
    ...resultPart(result),
    ...(run && { to: run.id }),
    ...(prepared && {
      plan: syncPart(reviewRollback(sync, prepared, sourceUrl), {
        operation: "update",
        command: "preview",
      }),
      left: prepared.left.map(({ label, why }) => ({ key: label, why })),
      ...(prepared.untold.length > 0 && {
        untold: prepared.untold.map(({ label, parts }) => ({ key: label, parts: [...parts] })),
      }),
    }),
  };
}

function historyPart({ sync, runs }: SyncHistory): NonNullable<RollbackDocument["history"]>[number] {
  const paused = pauseIn(sync.outputs);
  return {
    ...namesPart(sync),
    ...(paused && { paused }),
    runs: runs.map(({ changes: _, isPartial = false, rollbackTo, ...run }) => ({
      ...run,
      isPartial,
      ...(rollbackTo !== undefined && { rollbackTo }),
      canGoBackTo: canGoBackTo(runs, run.id),
    })),
  };
}

/** The part that needs an open stack. @throws EngineError or BridgeError where no sync was tried */
export async function act(
  command: RollbackCommand,
  surroundings: RollbackSurroundings,
): Promise<Found<RolledBack> & RolledBack> {
  const { stack, options, session } = surroundings;
  const syncs = recordedSyncs(await stack.exportStack(), session.redactor.add);
  const histories = historiesOf(syncs, options.sync);
  if (command === "resume") return { results: await resume(histories, surroundings) };
  if (options.to !== undefined) {
    const results = await goBack(destinationsOf(histories, options.to), surroundings);
    const isDone = results.some(({ result }) => result !== "unchanged");
    return { results, ...(!isDone && { error: nothingSince(options.to) }) };
  }
  session.print(`${historyText(session.redactor.cleanAll(histories), session.paint)}\n`);
  // A yes is to something that is to be done.
  return { histories, results: [], ...(options.yes && { error: needsRun() }) };
}

const needsRun = () =>
  new EngineError(
    "invalid-config",
    "Nothing was rolled back: --to is missing, which names the run to go back to.",
  );

const nothingSince = (to: string) =>
  new EngineError("invalid-config", `There is nothing to undo: no run has changed anything since ${to}.`, {
    hint: "`external-infisical rollback` without --to lists the runs.",
  });

async function resume(
  histories: readonly SyncHistory[],
  { stack, options, session }: RollbackSurroundings,
): Promise<SyncResult[]> {
  session.headline(`Resuming (${stack.name})`);
  const isPaused = (sync: RecordedSync) => pauseIn(sync.outputs) !== undefined;
  const syncs = histories.map(({ sync }) => sync).filter((sync) => isPaused(sync) || options.sync.length > 0);
  const paused = syncs.filter(isPaused);
  if (paused.length > 0) {
    if (!options.yes) await agree("Do you want deployments to push these syncs again?", session);
    const changes = paused.map(({ urn, outputs }) => ({
      urn,
      before: outputs,
      after: withoutPause(outputs),
    }));
    await changeRecords(stack, changes, session.redactor.add);
  }
  const perform = async (sync: RecordedSync): Promise<SyncResult> => ({
    sync,
    result: isPaused(sync) ? "succeeded" : "unchanged",
  });
  return actOnEach(syncs, perform, RESUME, session);
}
