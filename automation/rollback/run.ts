/** Runs `rollback` and `resume`: opens the stack, shows what would be done, asks, acts, reports. */

import { canGoBackTo } from "../../provider/engine/runs.ts";
import { pauseIn } from "../../provider/resources/secret-sync/inputs.ts";
import { cancelSession, endSession } from "../../provider/resources/session.ts";
import { requireConsent } from "../consent.ts";
import { EXIT, type ExitCode, isStop, resultOf } from "../exit-codes.ts";
import { errorPart, exitCodeOfFailure, exitCodeOfResults, failureText } from "../failures.ts";
import { exitCodeOfStop, nameStop } from "../interruption.ts";
import { type Opened, openedPart, openStack } from "../open-stack.ts";
import { syncPart } from "../report/json.ts";
import { openSession, type Session } from "../session.ts";
import { act, type RollbackResult, type RolledBack } from "./act.ts";
import type { RollbackCommand } from "./command.ts";
import type { RollbackDocument } from "./document.ts";
import { parseRollbackOptions, type RollbackOptions, type SyncHistory } from "./request.ts";
import { reviewRollback } from "./review.ts";

type Outcome = Partial<RolledBack> & { error?: unknown };

/** @returns the exit code */
export async function runRollback(
  command: RollbackCommand,
  place: string | undefined,
  raw: unknown,
): Promise<number> {
  const options = parseRollbackOptions(raw);
  using session = openSession(options);
  session.signal.addEventListener("abort", cancelSession);
  const opened: Opened = {};
  let outcome: Outcome;
  try {
    const changesNothing = command === "rollback" && options.to === undefined;
    requireConsent(command, options.yes || changesNothing, session);
    const stack = await openStack(place, options, session, opened);
    outcome = await act(command, { stack, options, session, environment: process.env });
  } catch (error) {
    outcome = { error: nameStop(error, session.signal) };
  } finally {
    await endSession();
  }
  return conclude(command, outcome, opened, options, session);
}

function conclude(
  command: RollbackCommand,
  { histories, results = [], error }: Outcome,
  opened: Opened,
  { json }: RollbackOptions,
  session: Session,
): number {
  const code = error === undefined ? exitCodeOfResults(results) : exitCodeOfFailure(error);
  const exitCode = exitCodeOfStop(code, session.signal);
  if (json) {
    const document: RollbackDocument = {
      version: 1,
      command,
      ...openedPart(opened),
      result: resultOf(exitCode),
      exitCode,
      ...(histories && { history: histories.map(historyPart) }),
      syncs: results.map(({ sync, run, prepared, result, jobId, error: failure }) => ({
        ...{ urn: sync.urn, resource: sync.resource, name: sync.name, result },
        ...(run && { to: run.id }),
        ...(jobId !== undefined && { jobId }),
        ...(prepared && {
          plan: syncPart(reviewRollback(sync, prepared), { operation: "update", command: "preview" }),
          left: prepared.left.map(({ label, why }) => ({ key: label, why })),
        }),
        ...(failure !== undefined && { error: errorPart(failure) }),
      })),
      ...(error !== undefined && { error: errorPart(error) }),
    };
    session.print(JSON.stringify(session.redactor.cleanAll(document), null, 2));
  } else if (error !== undefined) {
    session.warn(failureText(session.redactor.cleanAll(errorPart(error)), session.paintNotes));
  } else if (exitCode !== EXIT.done) {
    session.warn(failureText({ message: resultsText(command, exitCode, results) }, session.paintNotes));
  }
  return exitCode;
}

/** The failures themselves have been told, each with its sync. */
function resultsText(
  command: RollbackCommand,
  exitCode: ExitCode,
  results: readonly RollbackResult[],
): string {
  const open = results.filter(({ result }) => result !== "succeeded" && result !== "unchanged").length;
  const of = `${open} of ${results.length} syncs`;
  return isStop(exitCode)
    ? `${exitCode === EXIT.timeout ? "not done in time" : "cancelled"} before the end of ${of}; the same command goes on`
    : `${command} of ${of} failed`;
}

function historyPart({ sync, runs }: SyncHistory): NonNullable<RollbackDocument["history"]>[number] {
  const { urn, resource, name } = sync;
  const paused = pauseIn(sync.outputs);
  return {
    ...{ urn, resource, name },
    ...(paused && { paused }),
    runs: runs.map(({ changes: _, isPartial = false, rollbackTo, ...run }) => ({
      ...run,
      isPartial,
      ...(rollbackTo !== undefined && { rollbackTo }),
      canGoBackTo: canGoBackTo(runs, run.id),
    })),
  };
}
