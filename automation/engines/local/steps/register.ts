/** One registration of the program: what is to be done about the resource, and the doing of it. */

import { isEqual } from "../../../../provider/resources/properties.ts";
import { childUrn, parseUrn } from "../../urn.ts";
import { dependenciesOf, type ResourceState } from "../state/deployment.ts";
import type { Entry } from "../state/snapshot.ts";
import { aliasUrns } from "./aliases.ts";
import { create, keep, update } from "./apply.ts";
import { type Asked, askAhead, checkInputs } from "./check.ts";
import { defaultProvider } from "./default-provider.ts";
import { planDiff } from "./diff-resource.ts";
import type { Goal } from "./goal.ts";
import { createReplacement, deleteForReplacement } from "./replace.ts";
import { failStep, type Run, StepError, throwIfStopped } from "./run.ts";
import { isTarget, passOver, requireNeeded } from "./targets.ts";

/** Registers a resource; resolves with its state when all that it needs is done. */
export async function register(run: Run, goal: Goal): Promise<ResourceState> {
  throwIfStopped(run);
  const urn = urnOf(run, goal);
  // At once, without waiting: the second of two equal registrations may come while the first is under way.
  if (run.news.has(urn)) {
    throw failStep(run, urn, new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`));
  }
  const entry: Entry = { state: goalState(goal, urn) };
  run.news.set(urn, entry);
  run.declared.push({ urn, needs: dependenciesOf(entry.state) });
  const old = findOld(run, goal, urn);
  try {
    requireMade(run, entry.state);
    await carryOut(run, goal, entry, old);
  } catch (error) {
    run.failed.add(urn);
    throw error;
  }
  return entry.state;
}

async function carryOut(run: Run, goal: Goal, entry: Entry, old: Entry | undefined): Promise<void> {
  const { urn } = entry.state;
  const ahead =
    goal.custom && isTarget(run, urn) ? askAhead(run, goal, urn, oldToCheck(run, urn, old)) : undefined;
  const work = await run.planning(async () => {
    throwIfStopped(run);
    if (goal.custom) entry.state = { ...entry.state, provider: defaultProvider(run, goal.type) };
    if (!isTarget(run, urn)) return passOver(run, entry, old);
    requireNeeded(run, entry.state);
    try {
      return ahead ? await planCustom(run, goal, entry, old, ahead) : planComponent(run, entry, old);
    } catch (error) {
      throw failStep(run, urn, error);
    }
  });
  await run.doing(async () => {
    throwIfStopped(run);
    await work();
  });
}

/** What depends on something that failed stays as it is. */
function requireMade(run: Run, state: ResourceState): void {
  if (run.isPreview) return;
  const missing = dependenciesOf(state).find((urn) => run.failed.has(urn));
  if (missing === undefined) return;
  const message = `"${parseUrn(state.urn).name}" was not tried: it depends on "${parseUrn(missing).name}".`;
  run.events.diagnose("warning", message, state.urn);
  throw new StepError(message);
}

export const urnOf = (run: Run, { parent, type, name }: Goal): string =>
  childUrn(run.stack, run.project, parent, type, name);

/** The steps of a resource that was decided on. */
type Work = () => Promise<void>;

/** What the resource is compared with; what was deleted to be made anew is new. */
const oldToCheck = (run: Run, urn: string, old: Entry | undefined): ResourceState | undefined =>
  run.deleted.has(urn) ? undefined : old?.state;

async function planCustom(
  run: Run,
  goal: Goal,
  entry: Entry,
  old: Entry | undefined,
  ahead: Asked,
): Promise<Work> {
  const { urn } = entry.state;
  const inputs = await checkInputs(run, goal, urn, oldToCheck(run, urn, old), ahead);
  entry.state = { ...entry.state, inputs };
  if (!old) return () => create(run, entry);
  const keys = run.deleted.get(urn);
  if (keys) {
    return () => createReplacement(run, entry, old, { keys, diffs: [], detailedDiff: undefined }, false);
  }
  const plan = await planDiff(run, goal, entry.state, old.state);
  if (plan.action === "keep") return () => keep(run, entry, old);
  if (plan.action === "update") return () => update(run, entry, old, plan);
  run.replaced.add(urn);
  refuseIfProtected(run, entry.state, old.state);
  entry.state = { ...entry.state, inputs: await checkInputs(run, goal, urn, undefined, ahead) };
  if (!plan.deleteBeforeReplace && !old.state.pendingReplacement)
    return () => createReplacement(run, entry, old, plan, true);
  const deletions = await deleteForReplacement(run, old);
  return async () => {
    await deletions();
    await createReplacement(run, entry, old, plan, false);
  };
}

function planComponent(run: Run, entry: Entry, old: Entry | undefined): Work {
  if (!old) return () => create(run, entry);
  const isSame = isEqual(old.state.inputs ?? {}, entry.state.inputs ?? {});
  return () =>
    isSame ? keep(run, entry, old) : update(run, entry, old, { diffs: [], detailedDiff: undefined });
}

/** The old state of the resource, under this URN or an earlier one. */
function findOld(run: Run, goal: Goal, urn: string): Entry | undefined {
  const exact = run.olds.get(urn);
  if (exact) return exact;
  for (const alias of aliasUrns(run, goal)) {
    const old = run.olds.get(alias);
    if (!old) continue;
    if (run.news.has(alias) || run.renamed.has(alias)) {
      throw failStep(
        run,
        urn,
        new Error(`Duplicate resource alias '${alias}' applied to resource with URN '${urn}'; it is in use`),
      );
    }
    run.renamed.set(alias, urn);
    return old;
  }
  return undefined;
}

function goalState(goal: Goal, urn: string): ResourceState {
  return {
    urn,
    custom: goal.custom,
    type: goal.type,
    ...((goal.custom || Object.keys(goal.inputs).length > 0) && { inputs: goal.inputs }),
    ...(goal.parent !== "" && { parent: goal.parent }),
    ...(goal.protect && { protect: true }),
    ...(goal.dependencies.length > 0 && { dependencies: goal.dependencies }),
    ...(goal.custom && { propertyDependencies: goal.propertyDependencies }),
    ...(goal.additionalSecretOutputs.length > 0 && { additionalSecretOutputs: goal.additionalSecretOutputs }),
    ...(goal.retainOnDelete && { retainOnDelete: true }),
    ...(goal.deletedWith !== "" && { deletedWith: goal.deletedWith }),
    ...(goal.sourcePosition !== undefined && { sourcePosition: goal.sourcePosition }),
    ...(goal.ignoreChanges.length > 0 && { ignoreChanges: goal.ignoreChanges }),
    ...(goal.replaceOnChanges.length > 0 && { replaceOnChanges: goal.replaceOnChanges }),
  };
}

function refuseIfProtected(run: Run, next: ResourceState, old: ResourceState): void {
  if (!next.protect || !old.protect) return;
  const message =
    `unable to replace resource "${next.urn}"\nas it is currently marked for protection. To unprotect the ` +
    "resource, remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`";
  throw failStep(run, next.urn, new Error(message));
}
