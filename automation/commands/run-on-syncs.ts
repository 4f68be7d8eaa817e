/** Runs a command that acts on syncs one by one: opens a session, lets it act, and tells how it ended. */
import { createShared, type Shared } from "../../provider/resources/process.ts";
import { type Opened, openedPart } from "../stack/open-stack.ts";
import { EXIT, type ExitCode, isStop, resultOf } from "../terminal/exit-codes.ts";
import { errorPart, exitCodeOfFailure, exitCodeOfResults, failureText } from "../terminal/failures.ts";
import { exitCodeOfStop, nameStop } from "../terminal/interruption.ts";
import { openSession, type Session } from "../terminal/session.ts";
import type { StackCommandOptions } from "./options.ts";

interface Results {
  results: Parameters<typeof exitCodeOfResults>[0];
  /** Why no sync was tried, told by a command that has more to tell than that; others throw it. */
  error?: unknown;
}

interface Task<Acted extends Results> {
  command: string;
  options: StackCommandOptions;
  act: (session: Session, opened: Opened, shared: Shared) => Promise<Acted>;
  /** What the JSON document has beyond the parts of all such documents. Of a failed command there may be nothing. */
  documentOf: (acted: Partial<Acted>) => Record<string, unknown>;
  /** What becomes of a sync's work that was not done when the command was stopped. */
  afterStop: string;
}

/** The parts that stand in the JSON document of each such command. */
export type CommonPart = "version" | "command" | "stack" | "engine" | "result" | "exitCode" | "error";

export async function runOnSyncs<Acted extends Results>(task: Task<Acted>): Promise<ExitCode> {
  using session = openSession(task.options);
  await using shared = createShared();
  session.signal.addEventListener("abort", shared.cancel);
  const opened: Opened = {};
  let acted: Partial<Acted> = {};
  let thrown: unknown;
  try {
    acted = await task.act(session, opened, shared);
  } catch (cause) {
    thrown = nameStop(cause, session.signal);
  }
  const { results = [], error = thrown } = acted;
  const code = error === undefined ? exitCodeOfResults(results) : exitCodeOfFailure(error);
  const exitCode = exitCodeOfStop(code, session.signal);
  const failure = error === undefined ? undefined : session.redactor.cleanAll(errorPart(error));
  if (task.options.json) {
    const document = {
      version: 1,
      command: task.command,
      ...openedPart(opened),
      result: resultOf(exitCode),
      exitCode,
      ...task.documentOf(acted),
      ...(failure && { error: failure }),
    };
    session.print(JSON.stringify(session.redactor.cleanAll(document), null, 2));
  } else if (exitCode !== EXIT.done) {
    const told = failure ?? { message: resultsText(task, exitCode, results) };
    session.warn(failureText(told, session.paintNotes));
  }
  return exitCode;
}

/** The failures themselves have been told, each with its sync. */
function resultsText(
  { command, afterStop }: Pick<Task<Results>, "command" | "afterStop">,
  exitCode: ExitCode,
  results: Results["results"],
): string {
  const open = results.filter(({ result }) => result !== "succeeded" && result !== "unchanged").length;
  const of = `${open} of ${results.length} syncs`;
  if (!isStop(exitCode)) return `${command} of ${of} failed`;
  return `${exitCode === EXIT.timeout ? "not done in time" : "cancelled"} before the end of ${of}; ${afterStop}`;
}
