/** Runs `status`: reads the state, asks the instances unless told not to, and prints one table. */
import { createShared, type Shared } from "../../../provider/resources/process.ts";
import type { StackHandle } from "../../engines/engine.ts";
import { type Opened, openStack } from "../../stack/open-stack.ts";
import { contextOf } from "../../stack/provider-context.ts";
import { recordedSyncs, syncsNamed } from "../../stack/recorded-syncs.ts";
import { EXIT, type ExitCode } from "../../terminal/exit-codes.ts";
import { exitCodeOfErrors, exitCodeOfFailure } from "../../terminal/failures.ts";
import { exitCodeOfStop, nameStop } from "../../terminal/interruption.ts";
import { openSession, type Session } from "../../terminal/session.ts";
import { answer } from "../answer.ts";
import { lookAtStack } from "../drift/look-at-stack.ts";
import { statusPart } from "./document.ts";
import { type StatusOptions as Options, statusOptions } from "./options.ts";
import { currentStatus, recordedStatus, type SyncStatus } from "./status-of.ts";
import { statusText } from "./table.ts";

/** @returns the exit code */
export async function runStatus(place: string | undefined, raw: unknown): Promise<ExitCode> {
  const options = statusOptions.parse(raw);
  using session = openSession(options);
  await using shared = createShared();
  session.signal.addEventListener("abort", shared.cancel);
  const opened: Opened = {};
  let statuses: SyncStatus[] = [];
  let failure: { error: unknown } | undefined;
  try {
    const stack = await openStack(place, options, session, opened, "look");
    statuses = await (options.offline
      ? recorded(stack, options, session)
      : current(stack, options, session, shared));
  } catch (error) {
    failure = { error: nameStop(error, session.signal) };
  }
  return conclude(statuses, failure, opened, options, session);
}

async function recorded(stack: StackHandle, { sync }: Options, { redactor }: Session): Promise<SyncStatus[]> {
  const syncs = recordedSyncs(await stack.exportStack(), redactor.add);
  return (sync.length === 0 ? syncs : syncsNamed(syncs, sync)).map(recordedStatus);
}

async function current(
  stack: StackHandle,
  options: Options,
  session: Session,
  shared: Shared,
): Promise<SyncStatus[]> {
  const looks = await lookAtStack(stack, options, session, shared);
  const context = await contextOf(stack, process.env, () => {}, shared);
  return Promise.all(looks.map((look) => currentStatus(look, context)));
}

function conclude(
  statuses: readonly SyncStatus[],
  failure: { error: unknown } | undefined,
  opened: Opened,
  options: Options,
  session: Session,
): ExitCode {
  const { paint, signal } = session;
  const errors = statuses.flatMap(({ look }) => (look?.error === undefined ? [] : [look.error]));
  const code = failure
    ? exitCodeOfFailure(failure.error)
    : errors.length > 0
      ? exitCodeOfErrors(errors)
      : EXIT.done;
  const exitCode = exitCodeOfStop(code, signal);
  const text = (syncs: Parameters<typeof statusText>[0]) => statusText(syncs, paint);
  return answer(
    { command: "status", syncs: statuses.map(statusPart), exitCode, failure, text },
    opened,
    options,
    session,
  );
}
