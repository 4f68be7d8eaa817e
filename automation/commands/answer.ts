/** How commands that only look end: one document, a text for people, or why there is neither. */

import { type Opened, openedPart } from "../stack/open-stack.ts";
import type { ExitCode } from "../terminal/exit-codes.ts";
import { errorPart, failureText } from "../terminal/failures.ts";
import type { Session } from "../terminal/session.ts";

interface Answer<Command extends string, Sync> {
  command: Command;
  syncs: readonly Sync[];
  exitCode: ExitCode;
  /** Why nothing could be looked at. */
  failure: { error: unknown } | undefined;
  /** The syncs as people read them. */
  text(syncs: readonly Sync[]): string;
}

/**
 * Prints an answer, redacted.
 *
 * @returns its exit code
 */
export function answer<Command extends string, Sync>(
  { command, syncs, exitCode, failure, text }: Answer<Command, Sync>,
  opened: Opened,
  { json }: { json: boolean },
  { redactor, print, warn, paintNotes }: Session,
): ExitCode {
  const error = failure && redactor.cleanAll(errorPart(failure.error));
  const clean = redactor.cleanAll([...syncs]);
  if (json) {
    const document = {
      version: 1,
      command,
      ...openedPart(opened),
      exitCode,
      syncs: clean,
      ...(error && { error }),
    };
    print(JSON.stringify(document, null, 2));
  } else if (error) {
    warn(failureText(error, paintNotes));
  } else {
    print(`\n${text(clean)}\n`);
  }
  return exitCode;
}
