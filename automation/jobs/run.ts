/** Runs `sync`, `import` and `remove`: opens the stack, tells what is about to happen, asks, acts, reports. */
import { cancelSession, endSession } from "../../provider/resources/session.ts";
import { requireConsent } from "../consent.ts";
import { EXIT, type ExitCode, isStop, resultOf } from "../exit-codes.ts";
import { errorPart, exitCodeOfFailure, exitCodeOfResults, failureText } from "../failures.ts";
import { exitCodeOfStop, nameStop } from "../interruption.ts";
import { type Opened, openedPart, openStack } from "../open-stack.ts";
import { syncPart } from "../report/json.ts";
import { openSession, type Session } from "../session.ts";
import { type Acted, act } from "./act.ts";
import type { JobCommand } from "./command.ts";
import type { JobsDocument } from "./document.ts";
import type { SyncResult } from "./perform.ts";
import { type JobOptions, parseJobOptions, requestOf } from "./request.ts";

interface Outcome extends Partial<Acted> {
  error?: unknown;
}

/** @returns the exit code */
export async function runJobs(command: JobCommand, place: string | undefined, raw: unknown): Promise<number> {
  const options = parseJobOptions(raw);
  using session = openSession(options);
  session.signal.addEventListener("abort", cancelSession);
  const opened: Opened = {};
  let outcome: Outcome;
  try {
    const request = requestOf(command, options);
    requireConsent(command, options.yes, session);
    const stack = await openStack(place, options, session, opened);
    const { policies = [] } = opened;
    outcome = await act(request, { stack, options, session, policies, environment: process.env });
  } catch (error) {
    outcome = { error: nameStop(error, session.signal) };
  } finally {
    await endSession();
  }
  return conclude(command, outcome, opened, options, session);
}

function conclude(
  command: JobCommand,
  { announcements = [], results = [], policies = [], error }: Outcome,
  opened: Opened,
  { json }: JobOptions,
  session: Session,
): number {
  const code = error === undefined ? exitCodeOfResults(results) : exitCodeOfFailure(error);
  const exitCode = exitCodeOfStop(code, session.signal);
  if (json) {
    const document: JobsDocument = {
      version: 1,
      command,
      ...openedPart(opened),
      result: resultOf(exitCode),
      exitCode,
      policies,
      syncs: results.map(({ sync, result, jobId, notes, error: failure }) => {
        const { urn, resource, name, execution } = sync;
        const announced = announcements.find((each) => each.sync === sync);
        return {
          ...{ urn, resource, name, execution, result, notes },
          ...(jobId !== undefined && { jobId }),
          warnings: announced?.warnings ?? [],
          ...(announced &&
            command === "remove" && {
              plan: syncPart(announced.review, { operation: "delete", command: "destroy" }),
            }),
          ...(failure !== undefined && { error: errorPart(failure) }),
        };
      }),
      ...(error !== undefined && { error: errorPart(error) }),
    };
    session.print(JSON.stringify(session.redactor.cleanAll(document), null, 2));
  } else if (exitCode !== EXIT.done) {
    const told =
      error === undefined
        ? { message: resultsText(command, exitCode, results) }
        : session.redactor.cleanAll(errorPart(error));
    session.warn(failureText(told, session.paintNotes));
  }
  return exitCode;
}

/** The failures themselves have been told, each with its sync. */
function resultsText(command: JobCommand, exitCode: ExitCode, results: readonly SyncResult[]): string {
  const open = results.filter(({ result }) => result !== "succeeded").length;
  const of = `${open} of ${results.length} syncs`;
  return isStop(exitCode)
    ? `${exitCode === EXIT.timeout ? "not done in time" : "cancelled"} before the end of ${of}; what the instance was asked for goes on there`
    : `${command} of ${of} failed`;
}
