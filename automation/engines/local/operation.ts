/** One operation on a stack's resources: refresh, program, deletions, and what is told of them. */
import {
  type Declared,
  EngineError,
  type EngineErrorCode,
  type OperationOptions,
  type StackSource,
} from "../engine.ts";
import { openStopLine } from "../stop-line.ts";
import { engineHandlers } from "./program/engine-service.ts";
import { createMonitor, type Monitor, recordStackOutputs } from "./program/monitor.ts";
import { type Program, ProgramError, startProgram } from "./program/program.ts";
import { messageOf } from "./protocol/provider.ts";
import { createProviderHere } from "./protocol/provider-here.ts";
import { createProviderProcess } from "./protocol/provider-process.ts";
import { loadSdk, type Sdk } from "./protocol/sdk.ts";
import type { StackConfig } from "./state/config.ts";
import type { PendingOperation, ResourceState } from "./state/deployment.ts";
import type { Project } from "./state/project.ts";
import { createSnapshot, type Persist } from "./state/snapshot.ts";
import { type Binding, PlanChangedError } from "./steps/bound-plan.ts";
import { deleteAll, deleteLeftovers } from "./steps/delete.ts";
import { createEvents, type Events } from "./steps/events.ts";
import { refresh } from "./steps/refresh.ts";
import { createLane, PARALLEL, type Run, StepError } from "./steps/run.ts";
import { inOrder } from "./steps/targets.ts";

/** Checks under way at a time. */
const CHECKS = 8;
/** What a program of this process has for the engine's address: what it asks goes straight to the handlers. */
const HERE = "this process";

export type OperationKind = "preview" | "update" | "refresh" | "destroy";

export interface OperationInput {
  kind: OperationKind;
  source: StackSource;
  project: Project;
  config: StackConfig;
  env: NodeJS.ProcessEnv;
  resources: readonly ResourceState[];
  pending: readonly PendingOperation[];
  persist: Persist;
  /** What an update is held to, or what a preview keeps for that. */
  binding: Binding | undefined;
}
export interface OperationOutcome {
  events: Events;
  resources: ResourceState[];
  /** What the program has declared. */
  declared: readonly Declared[];
  startTime: Date;
  endTime: Date;
  /** Why it failed, if it did. */
  failure: EngineError | undefined;
}

/** Runs an operation. What was done is saved, whether it ends well or not. */
export async function runOperation(
  input: OperationInput,
  options: OperationOptions,
): Promise<OperationOutcome> {
  const startTime = new Date();
  await using stopLine = await openStopLine(options.signal);
  const env = { ...input.env, ...stopLine.environment };
  const run = createRun({ ...input, env }, options, () => engineAddress());
  const finish = once(async () => {
    // A program that was refused something may have left out more than that.
    if (run.failure) return;
    run.binding?.finish();
    await deleteLeftovers(run);
  });
  const monitor = createMonitor(run, finish);
  const cancel = () => {
    run.failure ??= "cancelled";
    run.stop.abort();
  };
  if (options.signal?.aborted) cancel();
  options.signal?.addEventListener("abort", cancel);
  const handlers = { monitor: monitor.handlers, engine: engineHandlers(run) };
  // For processes of their own: where there are none, nobody connects.
  let server: ReturnType<Sdk["serve"]> | undefined;
  const engineAddress = async () => {
    server ??= run.sdk.serve(handlers);
    return (await server).address;
  };
  try {
    run.events.prelude();
    warnOfPending(run, input);
    if (input.kind === "refresh" || options.refresh) await refreshState(run, input.kind === "refresh");
    if (input.kind === "destroy") await deleteAll(run);
    else if (input.kind !== "refresh") {
      const { source, project } = input;
      const start = { source, project, env, handlers };
      const address = source.program ? HERE : await engineAddress();
      const program = () => startProgram(run, { ...start, address });
      await runProgram(run, program, monitor, finish);
    }
  } catch (error) {
    tell(run, error);
  } finally {
    options.signal?.removeEventListener("abort", cancel);
    await run.provider.stop();
    (await server?.catch(() => undefined))?.close();
  }
  recordStackOutputs(run);
  await run.snapshot.flush().catch((error: unknown) => tell(run, error));
  if (run.hasFailedStep) run.events.diagnose("error", `${run.isPreview ? "preview" : "update"} failed`);
  if (run.failure === "cancelled") run.events.diagnose("error", `${input.kind} canceled`);
  run.events.summary(run.failure ? "failed" : "succeeded", startTime);
  const { events } = run;
  const failure = failureOf(run, input.kind);
  const { declared } = run;
  return { events, resources: run.snapshot.resources(), declared, startTime, endTime: new Date(), failure };
}

function createRun(
  input: OperationInput,
  options: OperationOptions,
  engineAddress: () => Promise<string>,
): Run {
  const { kind, source, project, config, env, resources, pending, persist, binding } = input;
  const isPreview = kind === "preview";
  const folder = project.program?.folder ?? project.root;
  const sdk = sdkOf(project);
  const events = createEvents(isPreview, config, options);
  const { targets } = options;
  const write: Persist = targets ? (states, open) => persist(inOrder(states), open) : persist;
  const snapshot = createSnapshot(resources, pending, isPreview ? undefined : write);
  const onLine = (line: string, isError: boolean) => events.diagnose(isError ? "info#err" : "info", line);
  const common = { project: project.name, config, env, onLine };
  const elsewhere = createProviderProcess({ ...common, sdk, folder, engineAddress });
  const { signal } = options;
  return {
    sdk,
    stack: source.stack,
    project: project.name,
    isPreview,
    folder,
    config,
    events,
    snapshot,
    provider: source.program
      ? createProviderHere({ ...common, signal, elsewhere, folders: source.folders?.(targets) ?? [] })
      : elsewhere,
    binding,
    stop: new AbortController(),
    continueOnError: isPreview || (options.continueOnError ?? false),
    targets: targets && new Set(targets),
    declared: [],
    skipped: new Set(),
    failed: new Set(),
    failure: undefined,
    hasFailedStep: false,
    olds: new Map(
      snapshot.olds.filter(({ state }) => !state.delete).map((entry) => [entry.state.urn, entry]),
    ),
    news: new Map(),
    steps: new Map(),
    stackOutputs: undefined,
    deleted: new Map(),
    replaced: new Set(),
    renamed: new Map(),
    checking: createLane(CHECKS),
    planning: createLane(1),
    doing: createLane(PARALLEL),
  };
}

/** An inline program has the SDK that this package sees, and so must the provider of its resources. */
export const sdkOf = ({ program }: Project): Sdk => loadSdk(program?.folder);

async function refreshState(run: Run, isWhole: boolean): Promise<void> {
  try {
    await refresh(run, isWhole);
    if (isWhole && !run.targets) run.snapshot.forgetPending();
  } finally {
    run.snapshot.save();
  }
}

async function runProgram(
  run: Run,
  start: () => Program,
  monitor: Monitor,
  finish: () => Promise<void>,
): Promise<void> {
  run.provider.prepare();
  const program = start();
  const { signal } = run.stop;
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
  try {
    await Promise.race([program.ended, stopped]);
  } finally {
    // What is under way ends in order. The program may wait forever for what was refused: it is not waited for.
    await monitor.idle();
    await program.abandon();
  }
  if (signal.aborted) throw new StepError("the operation was stopped");
  await finish();
}

/** As the CLI: an interrupted operation leaves the resource in an unknown state, and a person has to look. */
function warnOfPending(run: Run, { kind, pending }: OperationInput): void {
  if (run.isPreview || pending.length === 0) return;
  const list = pending
    .map(({ resource, type }) => `  * ${resource.urn}, interrupted while ${type}`)
    .join("\n");
  const creations = pending.filter(({ type }) => type === "creating");
  if (kind !== "refresh") {
    run.events.diagnose(
      "warning",
      `Attempting to deploy or update resources with ${pending.length} pending operations from previous deployment.\n${list}\n` +
        "These resources are in an unknown state because the engine was interrupted while waiting for changes to these " +
        "resources to complete. Check whether the operations listed were completed; a refresh then reads the state anew " +
        "and clears the pending operations.",
    );
  } else if (creations.length > 0) {
    run.events.diagnose(
      "warning",
      `${creations.length} interrupted creations are dropped from the state. If one of them was completed, what it made is not managed any more:\n` +
        creations.map(({ resource }) => `  * ${resource.urn}`).join("\n"),
    );
  }
}

/** Tells an error that was not told yet. */
function tell(run: Run, error: unknown): void {
  run.stop.abort();
  if (error instanceof StepError || run.failure === "cancelled") return;
  // A program that was refused something fails of that, and a program that logged errors has told them.
  const isTold = error instanceof ProgramError && (error.isTold || run.failure !== undefined);
  run.failure ??= codeOf(error);
  if (isTold) return;
  run.events.diagnose("error", messageOf(error));
}

function codeOf(error: unknown): EngineErrorCode {
  if (error instanceof EngineError) return error.code;
  if (error instanceof PlanChangedError) return "plan-changed";
  return error instanceof ProgramError ? "program-failed" : "engine-failed";
}

function failureOf(run: Run, kind: OperationKind): EngineError | undefined {
  if (!run.failure) return undefined;
  const { diagnostics, stdout, stderr } = run.events;
  const first = diagnostics.find(({ severity }) => severity === "error")?.message ?? run.failure;
  const told = diagnostics.filter(({ severity }) => severity === "error" || severity === "warning");
  const message = run.failure === "cancelled" ? `The ${kind} was cancelled.` : `${kind} failed: ${first}`;
  return new EngineError(run.failure, message, { diagnostics: told, stdout, stderr });
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
