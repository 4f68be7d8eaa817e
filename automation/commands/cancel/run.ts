/** Runs `cancel`: tells who holds the stack, asks, and removes the locks. */
import { oneLine } from "../../../provider/printable.ts";
import { type Opened, openedPart, openUnprepared } from "../../stack/open-stack.ts";
import { agree, requireConsent } from "../../terminal/consent.ts";
import { EXIT, type ExitCode, resultOf } from "../../terminal/exit-codes.ts";
import { errorPart, exitCodeOfFailure, failureText } from "../../terminal/failures.ts";
import { nameStop } from "../../terminal/interruption.ts";
import { openSession, type Session } from "../../terminal/session.ts";
import type { CancelDocument } from "./document.ts";
import { type CancelOptions, cancelOptions } from "./options.ts";

/** @returns the exit code */
export async function runCancel(place: string | undefined, raw: unknown): Promise<ExitCode> {
  const options = cancelOptions.parse(raw);
  using session = openSession(options);
  const opened: Opened = {};
  const outcome: Outcome = {};
  try {
    await cancel(place, options, session, opened, outcome);
  } catch (error) {
    outcome.error = nameStop(error, session.signal);
  }
  return conclude(outcome, opened, options, session);
}

interface Outcome {
  locks?: readonly string[];
  error?: unknown;
}

async function cancel(
  place: string | undefined,
  options: CancelOptions,
  session: Session,
  opened: Opened,
  outcome: Outcome,
): Promise<void> {
  const stack = await openUnprepared(place, options, session, opened);
  const name = oneLine(stack.name);
  const locks = await stack.locks();
  if (locks) outcome.locks = locks;
  if (locks?.length === 0) {
    if (!options.json) session.print(`The stack ${name} is not locked.`);
    return;
  }
  if (locks) session.note(`The stack ${name} is locked:\n${locks.map(oneLine).join("\n")}`);
  requireConsent("cancel", options.yes, session, "Make sure that no process works on it, then pass --yes.");
  if (!options.yes) {
    await agree("Do you want to remove the locks? A process that still runs would go on.", session);
  }
  await stack.cancel();
  if (!options.json) session.print(`The stack ${name} is not locked any more.`);
}

function conclude(
  { locks, error }: Outcome,
  opened: Opened,
  { json }: CancelOptions,
  { redactor, print, warn, paintNotes }: Session,
): ExitCode {
  const exitCode = error === undefined ? EXIT.done : exitCodeOfFailure(error);
  const failure = error === undefined ? undefined : redactor.cleanAll(errorPart(error));
  if (json) {
    const document: CancelDocument = {
      version: 1,
      command: "cancel",
      ...openedPart(opened),
      result: resultOf(exitCode),
      exitCode,
      ...(locks && { locks: redactor.cleanAll([...locks]) }),
      ...(failure && { error: failure }),
    };
    print(JSON.stringify(document, null, 2));
  } else if (failure) warn(failureText(failure, paintNotes));
  return exitCode;
}
