/** Runs `doctor`: examines both sides of every sync, and tells what is wrong with its remedy. */
import { runPool } from "../../../provider/engine/pool.ts";
import { executionOf } from "../../../provider/resources/execution.ts";
import { createShared } from "../../../provider/resources/process.ts";
import type { Context } from "../../../provider/resources/resource.ts";
import { examineDestination, examineSource } from "../../../provider/resources/sync/examine.ts";
import { placesOf } from "../../../provider/resources/sync/inputs.ts";
import { examineObjects } from "../../../provider/resources/sync/native/examine.ts";
import { warnOfWeakSecrets } from "../../stack/environment-secrets.ts";
import { type Opened, openStack } from "../../stack/open-stack.ts";
import { contextOf } from "../../stack/provider-context.ts";
import { findTarget } from "../../stack/target.ts";
import { type Route, routeProblems } from "../../syncs/fleet.ts";
import { EXIT, type ExitCode } from "../../terminal/exit-codes.ts";
import { exitCodeOfFailure } from "../../terminal/failures.ts";
import { exitCodeOfStop, nameStop } from "../../terminal/interruption.ts";
import { openSession, type Session } from "../../terminal/session.ts";
import { answer } from "../answer.ts";
import { type StackCommandOptions, stackOptions } from "../options.ts";
import { type DeclaredSync, declaredSyncs, examinable } from "./declared-syncs.ts";
import { type Finding, findingsOf } from "./findings.ts";
import { objectFindings } from "./object-findings.ts";
import { doctorText, type Examination } from "./text.ts";

/** Syncs that are examined side by side. */
const WIDTH = 8;

/** @returns the exit code */
export async function runDoctor(place: string | undefined, raw: unknown): Promise<ExitCode> {
  const options = stackOptions.parse(raw);
  using session = openSession(options);
  await using shared = createShared();
  session.signal.addEventListener("abort", shared.cancel);
  const opened: Opened = {};
  let examinations: Examination[] = [];
  let failure: { error: unknown } | undefined;
  try {
    const target = await findTarget({ file: options.file ?? place, folder: options.cwd ?? process.cwd() });
    // A file says what to examine before there is a stack.
    const use = target.kind === "syncs" ? "preview" : "look";
    warnOfWeakSecrets(process.env, session);
    const stack = await openStack(place, options, session, opened, use);
    const syncs = await declaredSyncs(target, stack, process.env, session);
    examinations = await examineAll(syncs, await contextOf(stack, process.env, () => {}, shared));
  } catch (error) {
    failure = { error: nameStop(error, session.signal) };
  }
  return conclude(examinations, failure, opened, options, session);
}

async function examineAll(syncs: readonly DeclaredSync[], context: Context): Promise<Examination[]> {
  const examinations: Examination[] = [];
  const tasks = syncs.map((sync, index) => async () => {
    examinations[index] = await examine(sync, context);
  });
  await runPool(tasks.values(), WIDTH);
  const together = togetherFindings(syncs, context);
  return examinations.map(({ name, findings }) => ({
    name,
    findings: [...findings, ...together.filter(({ of }) => of === name).map(({ finding }) => finding)],
  }));
}

/** What is wrong with the syncs taken together. */
function togetherFindings(syncs: readonly DeclaredSync[], { config }: Context) {
  const routes = syncs.flatMap((sync): Route[] => {
    const inputs = examinable(sync);
    return inputs ? [{ name: sync.name, path: [sync.name], ...placesOf(inputs, config) }] : [];
  });
  return routeProblems(routes).map(({ path: [of], message }) => {
    const finding: Finding = {
      side: "both",
      check: "places",
      status: "error",
      text: message,
      remedy: "Give each sync a destination of its own that no other sync reads back.",
    };
    return { of, finding };
  });
}

async function examine(sync: DeclaredSync, context: Context): Promise<Examination> {
  const isNative = executionOf(sync.inputs) === "native";
  const objects = isNative ? objectFindings(await examineObjects(sync.inputs, context, sync.connection)) : [];
  const inputs = examinable(sync);
  if (!inputs) {
    const text = "the connection is known by its id alone; its instance cannot be asked from here";
    return {
      name: sync.name,
      findings: [...objects, { side: "destination", check: "login", status: "not-tested", text }],
    };
  }
  const [source, destination] = await Promise.all([
    examineSource(inputs, context),
    examineDestination(inputs, context),
  ]);
  return { name: sync.name, findings: [...objects, ...findingsOf(inputs, source, destination)] };
}

function conclude(
  examinations: readonly Examination[],
  failure: { error: unknown } | undefined,
  opened: Opened,
  options: StackCommandOptions,
  session: Session,
): ExitCode {
  const { paint, signal } = session;
  const hasErrors = examinations.some(({ findings }) => findings.some(({ status }) => status === "error"));
  // What was refused since the command was stopped says nothing of the instances.
  const onErrors = signal.aborted ? EXIT.cancelled : EXIT.resource;
  const code = failure ? exitCodeOfFailure(failure.error) : hasErrors ? onErrors : EXIT.done;
  const exitCode = exitCodeOfStop(code, signal);
  const text = (syncs: Parameters<typeof doctorText>[0]) => doctorText(syncs, paint);
  return answer(
    {
      command: "doctor",
      syncs: examinations.map(({ name, findings }) => ({ name, findings: [...findings] })),
      exitCode,
      failure,
      text,
    },
    opened,
    options,
    session,
  );
}
