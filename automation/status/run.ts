/** Runs `status`: reads the state, asks the instances unless told not to, and prints one table. */
import { cancelSession, endSession } from "../../provider/resources/session.ts";
import { lookAtStack } from "../drift/look-at-stack.ts";
import { statusOptions } from "../drift/options.ts";
import type { StackHandle } from "../engines/engine.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { exitCodeOfStop, nameStop } from "../interruption.ts";
import { errorPart, exitCodeOfErrors, exitCodeOfFailure, failureText } from "../jobs/failures.ts";
import { type Opened, openedPart, openStack } from "../open-stack.ts";
import { contextOf } from "../recorded/context.ts";
import { recordedSyncs, syncsNamed } from "../recorded/syncs.ts";
import { openSession, type Session } from "../session.ts";
import { type StatusDocument, statusPart } from "./document.ts";
import { currentStatus, recordedStatus, type SyncStatus } from "./status-of.ts";
import { statusText } from "./table.ts";

type Options = ReturnType<typeof statusOptions.parse>;

/** @returns the exit code */
export async function runStatus(place: string | undefined, raw: unknown): Promise<ExitCode> {
  const options = statusOptions.parse(raw);
  using session = openSession(options);
  session.signal.addEventListener("abort", cancelSession);
  const opened: Opened = {};
  let statuses: SyncStatus[] = [];
  let failure: { error: unknown } | undefined;
  try {
    const stack = await openStack(place, options, session, opened);
    statuses = await (options.offline ? recorded : current)(stack, options, session);
  } catch (error) {
    failure = { error: nameStop(error, session.signal) };
  } finally {
    await endSession();
  }
  return conclude(statuses, failure, opened, options, session);
}

async function recorded(stack: StackHandle, { sync }: Options, { redactor }: Session): Promise<SyncStatus[]> {
  const syncs = recordedSyncs(await stack.exportStack(), redactor.add);
  return (sync.length === 0 ? syncs : syncsNamed(syncs, sync)).map(recordedStatus);
}

async function current(stack: StackHandle, options: Options, session: Session): Promise<SyncStatus[]> {
  const looks = await lookAtStack(stack, options, session);
  const context = await contextOf(stack, process.env, () => {});
  return Promise.all(looks.map((look) => currentStatus(look, context)));
}

function conclude(
  statuses: readonly SyncStatus[],
  failure: { error: unknown } | undefined,
  opened: Opened,
  { json }: Options,
  { redactor, print, warn, paint, paintNotes, signal }: Session,
): ExitCode {
  const errors = statuses.flatMap(({ look }) => (look?.error === undefined ? [] : [look.error]));
  const code = failure
    ? exitCodeOfFailure(failure.error)
    : errors.length > 0
      ? exitCodeOfErrors(errors)
      : EXIT.done;
  const exitCode = exitCodeOfStop(code, signal);
  const error = failure && redactor.cleanAll(errorPart(failure.error));
  const syncs = redactor.cleanAll(statuses.map(statusPart));
  if (json) {
    const document: StatusDocument = {
      version: 1,
      command: "status",
      ...openedPart(opened),
      exitCode,
      syncs,
      ...(error && { error }),
    };
    print(JSON.stringify(document, null, 2));
  } else if (error) {
    warn(failureText(error, paintNotes));
  } else {
    print(`\n${statusText(syncs, paint)}\n`);
  }
  return exitCode;
}
