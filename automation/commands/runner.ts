/** Runs commands: opens the session, lets the command act, makes its document, prints, writes reports, and answers the exit code. */
import { createShared, type Shared } from "../../provider/resources/process.ts";
import type { ConfigMap } from "../engines/engine.ts";
import type { ReportDocument } from "../report/json.ts";
import type { Environment, Opened } from "../stack/open-stack.ts";
import { detailedExitCode, EXIT, type ExitCode, resultOf } from "../terminal/exit-codes.ts";
import { errorPart, exitCodeOfFailure, type Failure, failureText } from "../terminal/failures.ts";
import { exitCodeOfStop, nameStop } from "../terminal/interruption.ts";
import { type Hooks, openSession, type Session, silentSession } from "../terminal/session.ts";
import { type OptionsReader, readOptions, tellingOptions } from "./read-options.ts";
import { type ReportTarget, STDOUT } from "./targets.ts";
import { prepareReports, writeReports } from "./write-reports.ts";

/** What a command acts in. */
export interface Run<Options> {
  /** The argument of the command line. */
  place: string | undefined;
  options: Options;
  session: Session;
  /** Filled in on the way, so that a failure can be told with what was found. */
  opened: Opened;
  /** What is asked of the instances meanwhile. */
  shared: Shared;
  /** As it was when the command began: what the process sets later, or for another run, is none of its own. */
  environment: Environment;
}

/** What is known of a run that has ended, also where its options were refused. */
type Ended = Pick<Run<RunOptions>, "options" | "session" | "opened">;

/** A failure as people read it. */
type Told = Pick<Failure, "message" | "hint">;

/** What a command came to. Of one that failed there may be anything or nothing. */
export type Found<Acted> = Partial<Acted> & { error?: unknown };

/** What the documents of all commands have. */
export interface AnyDocument {
  command: string;
  error?: Failure | undefined;
}

/** What a JSON document says of the stack it is about. */
const openedPart = ({ engine, project, handle }: Opened) => ({
  ...(engine && { engine: { kind: engine.kind, version: engine.version } }),
  ...(project !== undefined && { project }),
  ...(handle && { stack: handle.name }),
});

/** What stands in them in the same way. */
export interface Envelope<Document extends AnyDocument> extends ReturnType<typeof openedPart> {
  version: 1;
  command: Document["command"];
  result: "succeeded" | "failed" | "cancelled";
  exitCode: ExitCode;
  /** Why what was asked for was not done. */
  error?: Failure;
}

/** What a command does, and how it is told. */
export interface Action<Options, Acted, Document extends AnyDocument> {
  name: Document["command"];
  options: OptionsReader<Options>;
  /** With --json it prints a log, a JSON line for each thing: a failure is one more, and no document follows what went well. */
  isLog?: boolean;
  /**
   * Does what was asked. What it prints is for people: nothing of it appears where a document takes its place.
   * A command that goes on gives one after the other what it came to. What it throws is its `error`.
   */
  act(run: Run<Options>): Promise<Found<Acted>> | AsyncIterable<Found<Acted>>;
  document(found: Found<Acted>, envelope: Envelope<Document>, ended: Ended): Document;
  /** What people read at the end, made from the redacted document. */
  text?(document: Document, ended: Ended): string;
  /** What people read of a failure, where that is not the document's error. */
  failure?(found: Found<Acted>, document: Document): Told | undefined;
  /** Of one that has no error; else done. */
  exitCode?(found: Found<Acted>, session: Session): ExitCode;
  exitCodeOfError?(error: unknown): ExitCode;
  /** For --detailed-exitcode. */
  hasChanges?(found: Found<Acted>): boolean;
  /** What reports are made from. */
  report?(document: Document): ReportDocument;
}

/** Options that mean the same to all commands that have them. */
export interface RunOptions {
  cwd?: string | undefined;
  json: boolean;
  color: "auto" | "always" | "never";
  quiet?: boolean;
  /** Milliseconds. */
  timeout?: number | undefined;
  report?: readonly ReportTarget[];
  detailedExitcode?: boolean;
  watchInterval?: number | undefined;
}

/** What was asked for was done, whatever was found. */
const DONE: ReadonlySet<ExitCode> = new Set([EXIT.done, EXIT.unexpectedChanges, EXIT.deploymentDue]);

interface Ending<Document> {
  document: Document;
  /** For people. */
  failure: Told | undefined;
  exitCode: ExitCode;
}

/**
 * Runs a command on the command line.
 *
 * @param raw the flags as they were written
 */
export async function runCommand<Options extends RunOptions, Acted, Document extends AnyDocument>(
  action: Action<Options, Acted, Document>,
  place: string | undefined,
  raw: unknown,
): Promise<ExitCode> {
  let options: Options;
  try {
    options = readOptions(action.options, raw);
  } catch (error) {
    return await refuse(action, tellingOptions(raw), error);
  }
  using session = openSession({ ...options, isLog: action.isLog });
  await using shared = createShared();
  const environment = { ...process.env };
  const run: Run<Options> = { place, options, session, opened: {}, shared, environment };
  return await tellAll(action, endingsOf(action, run), run);
}

/** Tells what is wrong with the options as any other failure of the command is told. */
async function refuse<Options, Acted, Document extends AnyDocument>(
  action: Action<Options, Acted, Document>,
  options: RunOptions,
  error: unknown,
): Promise<ExitCode> {
  using session = openSession({ ...options, isLog: action.isLog });
  const ended: Ended = { options, session, opened: {} };
  return await tellAll(action, [endingOf(action, { error } as Found<Acted>, ended)], ended);
}

/** Prints the endings, writes their reports, and answers the exit code of the last. */
async function tellAll<Options, Acted, Document extends AnyDocument>(
  action: Action<Options, Acted, Document>,
  given: AsyncIterable<Ending<Document>> | Ending<Document>[],
  ended: Ended,
): Promise<ExitCode> {
  const { options, session } = ended;
  const folder = options.cwd ?? process.cwd();
  let { report: targets = [] } = options;
  let endings = given;
  try {
    await prepareReports(targets, folder);
  } catch (error) {
    targets = targets.filter(isPrinted);
    // Options that are refused come before what they would lead to.
    if (!Array.isArray(given)) endings = [endingOf(action, { error } as Found<Acted>, ended)];
  }
  let exitCode: ExitCode = EXIT.done;
  for await (const ending of endings) {
    const { document } = ending;
    tell(action, ending, ended);
    // In a watch, and in a log, each document is one line.
    const indent = options.watchInterval === undefined && !action.isLog ? 2 : undefined;
    const isTold = action.isLog && document.error === undefined;
    if (options.json && !isTold && !targets.some(isPrinted))
      session.write(JSON.stringify(document, null, indent));
    exitCode = action.report
      ? await writeReports(action.report(document), targets, ending.exitCode, { folder, session })
      : ending.exitCode;
  }
  return exitCode;
}

/**
 * Runs a command for a program: it gets the document, and nothing is printed.
 *
 * @param raw the flags as they would be written
 * @param settings configuration of the stack, beside those flags
 */
export async function callCommand<Options extends RunOptions, Acted, Document extends AnyDocument>(
  action: Action<Options, Acted, Document>,
  raw: unknown,
  settings: ConfigMap | undefined,
  hooks: Hooks,
  environment: Environment,
): Promise<Document> {
  const options = { ...action.options.parse(raw), ...(settings && { settings }) };
  using session = silentSession(hooks);
  await using shared = createShared();
  const run: Run<Options> = { place: undefined, options, session, opened: {}, shared, environment };
  for await (const ending of endingsOf(action, run)) {
    tell(action, ending, run);
    return ending.document;
  }
  throw new Error(`${action.name} has come to nothing.`);
}

/** Tells people how it ended. */
function tell<Options, Acted, Document extends AnyDocument>(
  action: Action<Options, Acted, Document>,
  { document, failure }: Ending<Document>,
  ended: Ended,
): void {
  const { isPrinting, print, warn, paintNotes } = ended.session;
  if (!isPrinting) return;
  if (failure) warn(failureText(failure, paintNotes));
  else if (action.text) print(action.text(document, ended));
}

const isPrinted = ({ file }: ReportTarget) => file === STDOUT;

async function* endingsOf<Options extends RunOptions, Acted, Document extends AnyDocument>(
  action: Action<Options, Acted, Document>,
  run: Run<Options>,
): AsyncGenerator<Ending<Document>> {
  const { signal } = run.session;
  signal.addEventListener("abort", run.shared.cancel);
  try {
    run.session.signal.throwIfAborted();
    const acted = action.act(run);
    if (Symbol.asyncIterator in acted) for await (const found of acted) yield endingOf(action, found, run);
    else yield endingOf(action, await acted, run);
  } catch (error) {
    yield endingOf(action, { error } as Found<Acted>, run);
  } finally {
    signal.removeEventListener("abort", run.shared.cancel);
  }
}

function endingOf<Options, Acted, Document extends AnyDocument>(
  action: Action<Options, Acted, Document>,
  given: Found<Acted>,
  ended: Ended,
): Ending<Document> {
  const { session, options, opened } = ended;
  const found = { ...given, error: nameStop(given.error, session.signal) };
  const hasFailed = found.error !== undefined;
  const plainCode = hasFailed
    ? (action.exitCodeOfError ?? exitCodeOfFailure)(found.error)
    : (action.exitCode?.(found, session) ?? EXIT.done);
  const code = exitCodeOfStop(plainCode, session.signal);
  const failed = hasFailed || !DONE.has(code);
  const hasChanges = action.hasChanges?.(found) ?? false;
  const exitCode = options.detailedExitcode ? detailedExitCode({ failed, hasChanges }) : code;
  const envelope: Envelope<Document> = {
    version: 1,
    command: action.name,
    ...openedPart(opened),
    result: failed ? resultOf(code, session.signal) : "succeeded",
    exitCode,
    ...(hasFailed && { error: errorPart(found.error) }),
  };
  const document = session.redactor.cleanAll(action.document(found, envelope, ended));
  const failure = action.failure ? action.failure(found, document) : document.error;
  return { document, failure, exitCode };
}
