/** `doctor` examines both sides of every sync, and tells what is wrong with its remedy. */
import { mapPool } from "../../../provider/engine/pool.ts";
import { executionOf } from "../../../provider/resources/execution.ts";
import type { Context } from "../../../provider/resources/resource.ts";
import { examineDestination, examineSource } from "../../../provider/resources/sync/examine.ts";
import { placesOf } from "../../../provider/resources/sync/inputs.ts";
import { examineObjects } from "../../../provider/resources/sync/native/examine.ts";
import { warnOfWeakSecrets } from "../../stack/environment-secrets.ts";
import { openStack } from "../../stack/open-stack.ts";
import { contextOf } from "../../stack/provider-context.ts";
import { findTarget } from "../../stack/target.ts";
import { type Route, routeProblems } from "../../syncs/fleet.ts";
import { EXIT } from "../../terminal/exit-codes.ts";
import { type StackCommandOptions, stackOptions } from "../options.ts";
import type { Action } from "../runner.ts";
import { type DeclaredSync, declaredSyncs, examinable } from "./declared-syncs.ts";
import { type DoctorDocument, finding } from "./document.ts";
import { findingsOf } from "./findings.ts";
import { objectFindings } from "./object-findings.ts";
import { doctorText, type Examination } from "./text.ts";

/** Syncs that are examined side by side. */
const WIDTH = 8;

export const doctor: Action<StackCommandOptions, { examinations: Examination[] }, DoctorDocument> = {
  name: "doctor",
  options: stackOptions,
  async act(run) {
    const { place, options, session, shared, environment } = run;
    const target = await findTarget({ file: options.file ?? place, folder: options.cwd ?? process.cwd() });
    // A file says what to examine before there is a stack.
    const use = target.kind === "syncs" ? "preview" : "look";
    warnOfWeakSecrets(environment, session);
    const stack = await openStack(run, use);
    const syncs = await declaredSyncs(target, stack, environment, session);
    return { examinations: await examineAll(syncs, await contextOf(stack, environment, () => {}, shared)) };
  },
  exitCode({ examinations = [] }, { signal }) {
    const hasErrors = examinations.some(({ findings }) => findings.some(({ status }) => status === "error"));
    // What was refused since the command was stopped says nothing of the instances.
    return !hasErrors ? EXIT.done : signal.aborted ? EXIT.cancelled : EXIT.resource;
  },
  document: ({ examinations = [] }, envelope) => ({
    ...envelope,
    command: "doctor",
    syncs: examinations.map(({ name, findings }) => ({ name, findings: [...findings] })),
  }),
  text: ({ syncs }, { session }) => `\n${doctorText(syncs, session.paint)}\n`,
};

async function examineAll(syncs: readonly DeclaredSync[], context: Context): Promise<Examination[]> {
  const examinations = await mapPool(syncs, WIDTH, (sync) => examine(sync, context));
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
  const remedy = "Give each sync a destination of its own that no other sync reads back.";
  return routeProblems(routes).map(({ path: [of], message }) => ({
    of,
    finding: finding("both", "places", "error", message, remedy),
  }));
}

async function examine(sync: DeclaredSync, context: Context): Promise<Examination> {
  const isNative = executionOf(sync.inputs) === "native";
  const objects = isNative ? objectFindings(await examineObjects(sync.inputs, context, sync.connection)) : [];
  const inputs = examinable(sync);
  if (!inputs) {
    const text = "the connection is known by its id alone; its instance cannot be asked from here";
    return {
      name: sync.name,
      findings: [...objects, finding("destination", "login", "not-tested", text)],
    };
  }
  const [source, destination] = await Promise.all([
    examineSource(inputs, context),
    examineDestination(inputs, context),
  ]);
  return { name: sync.name, findings: [...objects, ...findingsOf(inputs, source, destination)] };
}
