/** Runs the commands on an open stack: preview, judgement, question, operation. */
import { resolve } from "node:path";
import { ALLOWED_HOSTS, allowingHosts, listHosts } from "../../../provider/hosts.ts";
import type { Shared } from "../../../provider/resources/process.ts";
import type { BoundPlan, Deployment, OperationOptions, StackHandle } from "../../engines/engine.ts";
import { type ApprovedPlan, openApprovedPlan, openPlanWriter } from "../../plan-files/use-plan.ts";
import { judge } from "../../policies/judge.ts";
import { namePolicyViolation, refuseViolations } from "../../policies/refuse.ts";
import type { Policies } from "../../policies/schema.ts";
import { renderReview } from "../../report/console.ts";
import { reviewed } from "../../report/json.ts";
import { policyLines } from "../../report/policy-lines.ts";
import { createProgress, NO_PROGRESS } from "../../report/progress.ts";
import { reviewDestruction } from "../../review/destroy-review.ts";
import { createReview, hasChanges, isOfTargets, type Review } from "../../review/model.ts";
import type { NamedProjects } from "../../review/named-projects.ts";
import { type Command, headline } from "../../review/operations.ts";
import type { PlannedResource } from "../../review/planned.ts";
import type { PolicyViolation } from "../../review/policy-violation.ts";
import type { Environment } from "../../stack/open-stack.ts";
import { projectNamesOf } from "../../stack/project-names.ts";
import { contextOf, providerConfigOf } from "../../stack/provider-context.ts";
import { recordedSyncs } from "../../stack/recorded-syncs.ts";
import { targetsOf } from "../../stack/targets.ts";
import { confirm } from "../../terminal/consent.ts";
import { plain } from "../../terminal/paint.ts";
import type { Session } from "../../terminal/session.ts";
import type { DeployOptions } from "./options.ts";

/** What came out; `review` is of the last step, whether it failed or not. */
export interface Outcome {
  review?: Review;
  error?: unknown;
  /** Rules that it violates. */
  policies?: PolicyViolation[];
}

/** What a command is about. */
interface Request {
  stack: StackHandle;
  options: DeployOptions;
  session: Session;
  environment: Environment;
  shared: Shared;
  policies: readonly Policies[];
}

/** What all its steps need. */
interface Task extends Request {
  /** The plan that it is to keep to. */
  approved: ApprovedPlan | undefined;
  /** URNs of the only resources that it is about; undefined for the whole stack. */
  targets: readonly string[] | undefined;
}

/** An outcome, and what a preview leaves for the operation itself. */
interface Ahead extends Outcome {
  bound?: BoundPlan | undefined;
}

/** Runs a command. Failures are part of the outcome: the review of what was done belongs to them. */
export async function operate(command: Command, request: Request): Promise<Outcome> {
  const { options, session } = request;
  let task: Task;
  try {
    task = await taskOf(request);
  } catch (error) {
    return { error };
  }
  const { bound, ...ahead } = await lookAhead(command, task);
  await using _released = bound;
  if (command === "preview" || ahead.error !== undefined) return ahead;
  const { review, policies = [] } = ahead;
  const previewed = showsPlan(task) ? review : undefined;
  if (!options.yes) {
    try {
      await confirm(command, session, previewed && (() => print(previewed, task, { isFull: true })));
    } catch (error) {
      return { ...ahead, error };
    }
  }
  const done = await run(command, task, {
    plan: bound,
    previewed,
    isBrief: previewed !== undefined && !options.diff,
  });
  return { ...done.outcome, policies };
}

/** With what is known before anything is looked at. */
async function taskOf(request: Request): Promise<Task> {
  const { stack, options, session } = request;
  const { plan, planMaxAge, sync } = options;
  const approved =
    plan === undefined ? undefined : await openApprovedPlan(plan, planMaxAge, surroundings(request));
  const targets = approved ? approved.targets : await targetsOf(stack, sync, session.signal);
  return { ...request, approved, targets };
}

/** Nobody reads a preview between the lines of a JSON document. */
const showsPlan = ({ options, session }: Task) => !options.skipPreview && session.isPrinting;

/** What is about to happen: for an update a preview, for a destruction what the state has. Judged by policies. */
async function lookAhead(command: Command, task: Task): Promise<Ahead> {
  switch (command) {
    case "preview":
      return preview(task);
    case "up":
      return previewOfUpdate(task);
    case "destroy":
      return previewOfDestruction(task);
    case "refresh":
      return {};
    default:
      return command satisfies never;
  }
}

async function preview(task: Task): Promise<Outcome> {
  const { out } = task.options;
  try {
    const writer = out === undefined ? undefined : await openPlanWriter(out, surroundings(task));
    const { outcome, planned } = await run("preview", task);
    if (outcome.error !== undefined) return outcome;
    return await judged(task, outcome, planned, () => writer?.write(planned));
  } catch (error) {
    return { error };
  }
}

/** An update that is to keep to a plan or to policies is bound to the preview that was compared with them. */
async function previewOfUpdate(task: Task): Promise<Ahead> {
  const { approved, policies } = task;
  const isBound = approved !== undefined || policies.length > 0;
  if (!isBound && !showsPlan(task)) return {};
  try {
    const { outcome, planned, bound } = await run("preview", task, { isBound, isShown: showsPlan(task) });
    if (outcome.error !== undefined) return outcome;
    return { ...(await judged(task, outcome, planned, () => approved?.require(planned))), bound };
  } catch (error) {
    return { error };
  }
}

async function previewOfDestruction(task: Task): Promise<Outcome> {
  const { stack, session, policies } = task;
  if (policies.length === 0 && !showsPlan(task)) return {};
  try {
    const deployment = await stack.exportStack();
    const { review: recorded, planned } = reviewDestruction(deployment);
    const projects = await projectsIn(deployment, task);
    const review = { ...recorded, order: stack.order, projects, sourceUrl: await sourceUrlOf(task) };
    if (showsPlan(task)) {
      session.headline(`Previewing destroy (${stack.name})`);
      print(review, task);
    }
    return await judged(task, { review }, planned);
  } catch (error) {
    return { error };
  }
}

/** Tells which policies are violated; `then` comes only if it may go on. */
async function judged(
  task: Task,
  outcome: Outcome,
  planned: readonly PlannedResource[],
  then: () => Promise<void> | undefined = () => undefined,
): Promise<Outcome> {
  const { stack, session, environment } = task;
  const configOf = () => providerConfigOf(stack, environment);
  let policies: PolicyViolation[] = [];
  try {
    policies = session.redactor.cleanAll(await judge(planned, task.policies, configOf));
    const lines = policyLines(policies, session.paint);
    if (lines.length > 0) session.print(`${lines.join("\n")}\n`);
    refuseViolations(policies);
    await then();
    return { ...outcome, policies };
  } catch (error) {
    return { ...outcome, policies, error };
  }
}

/** Undefined where the configuration does not tell: what is wrong with it has another place to be told. */
const sourceUrlOf = ({ stack, environment }: Task): Promise<string | undefined> =>
  providerConfigOf(stack, environment).then(
    ({ host }) => host,
    () => undefined,
  );

/** The names of the projects, for which nothing fails. */
async function projectsIn(
  deployment: Deployment,
  { stack, options, session, environment, shared }: Task,
): Promise<NamedProjects> {
  const hosts = listHosts(options.allowHost, environment[ALLOWED_HOSTS]);
  try {
    const syncs = recordedSyncs(deployment, session.redactor.add);
    const allowed = { ...environment, ...allowingHosts(hosts) };
    return await projectNamesOf(syncs, await contextOf(stack, allowed, () => {}, shared));
  } catch {
    return []; // what is wrong with the configuration has another place to be told
  }
}

const folderOf = ({ options }: Request) => options.cwd ?? process.cwd();

const surroundings = (task: Request & Partial<Task>) => ({
  stack: task.stack,
  session: task.session,
  environment: task.environment,
  folder: folderOf(task),
  targets: task.targets,
});

interface RunOptions {
  /** What the operation is held to. */
  plan?: BoundPlan | undefined;
  /** Keep what a preview finds, to hold an update to it. */
  isBound?: boolean;
  isShown?: boolean;
  isBrief?: boolean;
  /** What was shown of it before. */
  previewed?: Review | undefined;
}

interface Ran {
  outcome: Outcome;
  planned: PlannedResource[];
  bound?: BoundPlan | undefined;
}

/** Runs one operation and shows it. */
async function run(
  command: Command,
  task: Task,
  { plan, isBound = false, isShown = true, isBrief = false, previewed }: RunOptions = {},
): Promise<Ran> {
  const { stack, options, session, targets } = task;
  const title = headline(command, stack.name);
  if (isShown) session.headline(title);
  // The first operation has waited for the start of the command, the others for it and maybe for an answer.
  const isFirst = previewed === undefined && plan === undefined && (command === "preview" || options.yes);
  const builder = createReview(
    command,
    session.redactor.clean,
    targets,
    isFirst ? session.startedAt : undefined,
  );
  const progress = session.progress
    ? createProgress(title, session.progress, session.paintNotes, session.redactor.clean)
    : NO_PROGRESS;
  const lookedAt = targets && new Set(targets);
  const operation: OperationOptions = {
    signal: session.signal,
    refresh: options.refresh,
    expectNoChanges: options.expectNoChanges,
    continueOnError: options.continueOnError,
    ...(options.message !== undefined && { message: options.message }),
    ...(targets && { targets }),
    ...(plan !== undefined && { plan }),
    ...(isBound && { bind: true }),
    ...(options.policyPack.length > 0 && {
      policyPacks: options.policyPack.map((folder) => resolve(folderOf(task), folder)),
    }),
    onEvent(event) {
      if (!isOfTargets(event, lookedAt)) return;
      builder.add(event);
      progress.show(event, builder.current);
    },
  };
  let failure: { error: unknown } | undefined;
  let bound: BoundPlan | undefined;
  try {
    if (command === "preview") bound = (await stack.preview(operation)).plan;
    else await stack[command](operation);
  } catch (error) {
    failure = { error };
  } finally {
    progress.end();
  }
  const review: Review = {
    ...builder.finish(),
    order: stack.order,
    ...(failure && { result: "failed" }),
    sourceUrl: await sourceUrlOf(task),
  };
  // A destruction looks nothing up by itself.
  if (command === "destroy" && previewed?.projects) review.projects = previewed.projects;
  if (failure) failure = { error: namePolicyViolation(failure.error, review) };
  // With neither it failed before it began. A program that failed of its own has told so, and may have made nothing.
  const isWorthShowing = failure ? review.resources.length + review.diagnostics.length > 0 : isShown;
  if (!failure && previewed && saysNothingNew(review, previewed)) session.note("Nothing has changed.");
  else if (session.isPrinting && isWorthShowing) print(review, task, { isBrief: isBrief && !failure });
  return { outcome: { review, ...failure }, planned: builder.planned(), bound };
}

/** Of an operation that changed nothing, and of which the preview before it has told all there is to tell. */
function saysNothingNew(done: Review, previewed: Review): boolean {
  const text = (review: Review) =>
    renderReview(
      { ...reviewed(review), durationSeconds: 0 },
      { paint: plain, isFull: false, isBrief: true, tellsInfo: true },
    );
  return !hasChanges(done.changes) && text(done) === text(previewed);
}

function print(
  review: Review,
  { options, session }: Task,
  { isFull = options.diff, isBrief = false }: { isFull?: boolean; isBrief?: boolean } = {},
): void {
  const { paint, redactor, columns } = session;
  const tellsInfo = session.progress?.isTTY === true;
  session.print(
    `\n${renderReview(reviewed(redactor.cleanAll(review)), { paint, isFull, isBrief, tellsInfo, columns })}\n`,
  );
}
