/** The end of a command: its reports, what is told of a failure, and the exit code. */
import { EngineError } from "../../engines/engine.ts";
import { type ReportDocument, reviewPart, syncsOf } from "../../report/json.ts";
import { counted, keyNumbers } from "../../report/summary.ts";
import { hasChanges, type Review } from "../../review/model.ts";
import type { Command } from "../../review/operations.ts";
import type { Opened } from "../../stack/open-stack.ts";
import { detailedExitCode, EXIT, type ExitCode, exitCodeOf } from "../../terminal/exit-codes.ts";
import { errorPart, failureText } from "../../terminal/failures.ts";
import { nameStop } from "../../terminal/interruption.ts";
import type { Session } from "../../terminal/session.ts";
import { writeReports } from "../write-reports.ts";
import type { Outcome } from "./operate.ts";
import type { DeployOptions } from "./options.ts";

/** Writes the reports of a finished command, tells its failure, and answers the exit code. */
export async function conclude(
  command: Command,
  ended: Outcome,
  opened: Opened,
  options: DeployOptions,
  session: Session,
): Promise<ExitCode> {
  const { review } = ended;
  const error = nameStop(ended.error, session.signal);
  const outcome = { ...ended, error };
  const failed = error !== undefined;
  const exitCode = options.detailedExitcode
    ? detailedExitCode({ failed, hasChanges: hasChanges(review?.changes ?? {}) })
    : failed
      ? exitCodeOf(error)
      : EXIT.done;
  if (failed && !options.json) tellFailure(command, outcome, session);
  if (options.report.length === 0) return exitCode;
  const document = session.redactor.cleanAll(documentOf(command, outcome, opened, exitCode));
  return writeReports(document, options.report, exitCode, { folder: options.cwd ?? process.cwd(), session });
}

function documentOf(
  command: Command,
  { review, error, policies = [] }: Outcome,
  { engine, project, stack }: Opened,
  exitCode: number,
): ReportDocument {
  const failed = error !== undefined;
  return {
    version: 1,
    command,
    madeAt: new Date().toISOString(),
    ...(engine && { engine: { kind: engine.kind, version: engine.version } }),
    ...(project !== undefined && { project }),
    ...(stack !== undefined && { stack }),
    result: !failed ? "succeeded" : isStopped(error) ? "cancelled" : "failed",
    exitCode,
    hasChanges: hasChanges(review?.changes ?? {}),
    policies: [...policies, ...(review?.policies ?? [])],
    ...reviewPart(review),
    ...(failed && { error: errorPart(error) }),
  };
}

function tellFailure(command: Command, { review, error }: Outcome, session: Session): void {
  const { message, hint } = session.redactor.cleanAll(errorPart(error));
  // The diagnostics have told it, with the resource that it is about.
  const isTold =
    review?.result === "failed" && review.diagnostics.some(({ message: told }) => message.includes(told));
  const left = isStopped(error) && review && !review.isPreview ? leftText(review) : "";
  const told = { message: isTold ? `${command} failed` : `${message}${left}`, hint };
  session.warn(failureText(told, session.paintNotes));
}

/** What a stopped operation had begun and has not done; what else it was to do, it has not begun. */
function leftText(review: Review): string {
  const { notDone, notKnown } = keyNumbers(syncsOf(reviewPart(review)));
  const texts = [
    ...(notDone > 0 ? [`${counted(notDone, "key")} not done`] : []),
    ...(notKnown > 0 ? [`of ${counted(notKnown, "key")} it is not known`] : []),
  ];
  const left = texts.length > 0 ? ` Left of what had begun: ${texts.join(", ")}.` : "";
  return `${left} What had not begun is as it was; the same command goes on.`;
}

const isStopped = (error: unknown) =>
  error instanceof EngineError && (error.code === "cancelled" || error.code === "timed-out");
