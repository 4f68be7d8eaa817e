/** Runs `drift`: opens the stack, looks at its syncs once or again and again, and repairs if asked to. */
import { setTimeout as sleep } from "node:timers/promises";
import { createShared, type Shared } from "../../../provider/resources/process.ts";
import { EngineError, type StackHandle } from "../../engines/engine.ts";
import { type Opened, openedPart, openStack } from "../../stack/open-stack.ts";
import { agree, requireConsent } from "../../terminal/consent.ts";
import { detailedExitCode, EXIT, type ExitCode } from "../../terminal/exit-codes.ts";
import { errorPart, exitCodeOfErrors, exitCodeOfFailure, failureText } from "../../terminal/failures.ts";
import { exitCodeOfStop, nameStop } from "../../terminal/interruption.ts";
import { openSession, type Session } from "../../terminal/session.ts";
import { operate } from "../deploy/operate.ts";
import { parseDeployOptions } from "../deploy/options.ts";
import { prepareReports, printedOnly, writeReports } from "../write-reports.ts";
import { type DriftDocument, lookPart } from "./document.ts";
import { hasDrifted, type Look, waitsFor } from "./look.ts";
import { lookAtStack } from "./look-at-stack.ts";
import { type DriftOptions, driftOptions } from "./options.ts";
import { driftReport } from "./report.ts";
import { driftText } from "./text.ts";

interface Task {
  place: string | undefined;
  stack: StackHandle;
  opened: Opened;
  options: DriftOptions;
  session: Session;
  shared: Shared;
}

/** What one look came to. */
interface Outcome {
  looks: readonly Look[];
  isRepaired: boolean;
  error?: unknown;
}

/** @returns the exit code, in a watch that of the last look */
export async function runDrift(place: string | undefined, raw: unknown): Promise<ExitCode> {
  const options = driftOptions.parse(raw);
  using session = openSession(options);
  await using shared = createShared();
  session.signal.addEventListener("abort", shared.cancel);
  const opened: Opened = {};
  try {
    await prepareReports(options.report, options.cwd ?? process.cwd());
  } catch (error) {
    return conclude(
      { looks: [], isRepaired: false, error },
      { opened, options: printedOnly(options), session },
    );
  }
  try {
    if (options.repair) requireConsent("up", options.yes, session);
    const stack = await openStack(place, options, session, opened, "look");
    const task = { place, stack, opened, options, session, shared };
    return options.watchInterval === undefined
      ? await lookOnce(task)
      : await watch(task, options.watchInterval);
  } catch (error) {
    return await conclude({ looks: [], isRepaired: false, error }, { opened, options, session });
  }
}

async function lookOnce(task: Task): Promise<ExitCode> {
  return conclude(await lookAndRepair(task), task);
}

/** Looks until it is stopped; what one look cannot tell, the next one may. Told is what was not told before. */
async function watch(task: Task, intervalMs: number): Promise<ExitCode> {
  const { session, options } = task;
  const { signal } = session;
  let told = "";
  const print = (text: string) => {
    if (options.json || text !== told) session.print(text);
    else session.note(session.paintNotes("dim", `${new Date().toISOString()} as before`));
    told = text;
  };
  for (;;) {
    const exitCode = await lookOnce({ ...task, session: { ...session, print } });
    if (signal.aborted) return exitCode;
    try {
      await sleep(intervalMs, undefined, { signal });
    } catch {
      return exitCode;
    }
  }
}

async function lookAndRepair(task: Task): Promise<Outcome> {
  const { place, stack, opened, options, session, shared } = task;
  let looks: readonly Look[] = [];
  try {
    looks = await lookAtStack(stack, options, session, shared);
    if (looks.length === 0) throw noSyncs(stack.name);
    show(looks, task);
    if (!options.repair || !looks.some(hasDrifted)) return { looks, isRepaired: false };
    if (!options.yes) await agree("Do you want to deploy the stack to repair this?", session);
    const { error } = await operate("up", {
      stack: await openStack(place, options, session, opened, "deploy"),
      options: { ...parseDeployOptions({}), ...options, skipPreview: true, yes: true },
      session,
      policies: opened.policies ?? [],
    });
    return { looks, isRepaired: error === undefined, ...(error !== undefined && { error }) };
  } catch (error) {
    return { looks, isRepaired: false, error };
  }
}

/** Nothing to look at is no good news: the stack may be another one than was meant. */
const noSyncs = (stack: string): EngineError =>
  new EngineError(
    "invalid-config",
    `The stack "${stack}" has no syncs in its state, so there is nothing to look at.`,
    {
      hint: "`external-infisical up` deploys what is declared. Is it the stack that you mean (--stack)?",
    },
  );

function show(looks: readonly Look[], { stack, options, session }: Task): void {
  if (options.json) return;
  const { paint, paintNotes, redactor } = session;
  session.note(paintNotes("bold", `Drift (${stack.name})`));
  // Cleaned before it is painted: cleaning takes colours away.
  const parts = redactor.cleanAll(looks.map(lookPart));
  session.print(`\n${driftText(parts, { paint, isFull: options.diff })}\n\n`);
}

/** Writes the reports, tells what failed, and answers the exit code. */
async function conclude(ended: Outcome, task: Omit<Task, "stack" | "place" | "shared">): Promise<ExitCode> {
  const { opened, options, session } = task;
  const error = nameStop(ended.error, session.signal);
  const outcome = { ...ended, error };
  const exitCode = exitCodeOfStop(exitCodeOfOutcome(outcome, options), session.signal);
  const document = session.redactor.cleanAll(documentOf(outcome, opened, exitCode));
  if (error !== undefined && !options.json && document.error)
    session.warn(failureText(document.error, session.paintNotes));
  // In a watch each look is one line.
  const indent = options.watchInterval === undefined ? 2 : undefined;
  if (options.json) session.print(JSON.stringify(document, null, indent));
  const folder = options.cwd ?? process.cwd();
  const report = driftReport(document, opened.project);
  return writeReports(report, options.report, exitCode, { folder, session });
}

function documentOf(
  { looks, isRepaired, error }: Outcome,
  opened: Opened,
  exitCode: ExitCode,
): DriftDocument {
  const drifted = looks.some((look) => isStillDrifted(look, isRepaired));
  const failed = error !== undefined || looks.some((look) => look.error !== undefined);
  return {
    version: 1,
    command: "drift",
    ...openedPart(opened),
    checkedAt: new Date().toISOString(),
    result: failed ? "failed" : drifted ? "drifted" : isRepaired ? "repaired" : "in-sync",
    exitCode,
    syncs: looks.map(lookPart),
    ...(error !== undefined && { error: errorPart(error) }),
  };
}

/** A deployment repairs what does not wait to be asked for. */
const isStillDrifted = (look: Look, isRepaired: boolean) =>
  hasDrifted(look) && (!isRepaired || waitsFor(look) !== undefined);

function exitCodeOfOutcome({ looks, isRepaired, error }: Outcome, options: DriftOptions): ExitCode {
  const errors = looks.flatMap((look) => (look.error === undefined ? [] : [look.error]));
  const isOpen = looks.some((look) => isStillDrifted(look, isRepaired));
  if (options.detailedExitcode)
    return detailedExitCode({ failed: error !== undefined || errors.length > 0, hasChanges: isOpen });
  if (error !== undefined) return exitCodeOfFailure(error);
  if (errors.length > 0) return exitCodeOfErrors(errors);
  return isOpen ? EXIT.unexpectedChanges : EXIT.done;
}
