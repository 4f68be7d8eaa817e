/** Deleting: what the program no longer names, what was replaced, or everything. */
import { isProviderType } from "../../urn.ts";
import { dependenciesOf, type ResourceState } from "../state/deployment.ts";
import type { Entry } from "../state/snapshot.ts";
import type { Step, StepOp } from "./events.ts";
import { beginStep, failStep, PARALLEL, type Run, StepError, throwIfStopped } from "./run.ts";
import { tellKept } from "./targets.ts";

/** After the program: what is left over goes, dependants first. Of targets that is only what they have replaced. */
export async function deleteLeftovers(run: Run): Promise<void> {
  const replaced = run.snapshot.olds.filter(({ state }) => state.delete === true);
  const leftOut = [...run.olds.values()].filter(({ state }) => !isRegistered(run, state.urn));
  if (run.targets) {
    for (const { state } of leftOut) tellKept(run, state);
    await deleteInOrder(
      run,
      replaced.filter(({ state }) => run.targets?.has(state.urn)),
    );
  } else {
    const leftovers = new Set([...replaced, ...leftOut]);
    await deleteInOrder(
      run,
      run.snapshot.olds.filter((entry) => leftovers.has(entry)),
    );
  }
}

/** Everything goes, dependants first. */
export async function deleteAll(run: Run): Promise<void> {
  await deleteInOrder(run, run.snapshot.olds);
}

function isRegistered(run: Run, urn: string): boolean {
  return run.news.has(urn) || run.renamed.has(urn);
}

async function deleteInOrder(run: Run, entries: readonly Entry[]): Promise<void> {
  const condemned = new Set(entries.map(({ state }) => state.urn));
  // What is still there needs what it depends on.
  const needed = new Set<string>();
  const stays = ({ state }: Entry) => {
    for (const urn of dependenciesOf(state)) needed.add(urn);
  };
  for (const layer of layersOf(entries)) {
    throwIfStopped(run);
    layer.filter(({ state }) => needed.has(state.urn)).forEach(stays);
    const deletable = layer.filter(({ state }) => !needed.has(state.urn));
    const results = await Promise.allSettled(
      deletable.map((entry, index) =>
        run.doing(async () => {
          // What can begin together does, even if one of them fails at once.
          if (index >= PARALLEL) throwIfStopped(run);
          await deleteOne(run, entry, condemned);
        }),
      ),
    );
    for (const result of results) {
      if (result.status === "fulfilled") continue;
      if (run.stop.signal.aborted || !(result.reason instanceof StepError)) throw result.reason;
    }
    deletable.filter((_, index) => results[index]?.status === "rejected").forEach(stays);
  }
}

/** Layer by layer, such that nothing goes before what depends on it. */
function layersOf(entries: readonly Entry[]): Entry[][] {
  const depths = new Map<string, number>();
  const layers: Entry[][] = [];
  // The state lists dependencies before what depends on them.
  for (const entry of entries) {
    const depth = Math.max(-1, ...dependenciesOf(entry.state).map((urn) => depths.get(urn) ?? -1)) + 1;
    depths.set(entry.state.urn, Math.max(depth, depths.get(entry.state.urn) ?? 0));
    layers[depth] = [...(layers[depth] ?? []), entry];
  }
  return layers.reverse();
}

function deleteOne(run: Run, entry: Entry, condemned: ReadonlySet<string>): Promise<void> {
  const { state } = entry;
  if (state.delete) return deleteResource(run, entry, "delete-replaced", condemned);
  if (!state.pendingReplacement) return deleteResource(run, entry, "delete", condemned);
  const step: Step = { op: "remove-pending-replace", old: state, isPartial: true };
  beginStep(run, step);
  run.snapshot.drop(entry);
  run.snapshot.save();
  run.events.end(step);
  return Promise.resolve();
}

export async function deleteResource(
  run: Run,
  entry: Entry,
  op: Extract<StepOp, "delete" | "delete-replaced">,
  condemned: ReadonlySet<string>,
  record: () => void = () => run.snapshot.drop(entry),
): Promise<void> {
  const { state } = entry;
  const step: Step = { op, old: state, ...(op === "delete-replaced" && { isPartial: true }) };
  beginStep(run, step);
  if (state.protect && op === "delete") throw failStep(run, state.urn, new Error(protectedText(state)), step);
  if (run.isPreview || !isInProvider(state, condemned)) record();
  else {
    try {
      await run.snapshot.during(
        "deleting",
        state,
        () => run.provider.delete(state.urn, state.id ?? "", state.inputs ?? {}, state.outputs ?? {}),
        record,
      );
    } catch (error) {
      throw failStep(run, state.urn, error, { ...step, status: "unknown" });
    }
  }
  run.snapshot.save();
  run.events.end(step);
}

/** Whether something outside has to be deleted. */
function isInProvider(state: ResourceState, condemned: ReadonlySet<string>): boolean {
  if (!state.custom || isProviderType(state.type) || state.retainOnDelete) return false;
  return state.deletedWith === undefined || !condemned.has(state.deletedWith);
}

function protectedText({ urn }: ResourceState): string {
  return (
    `resource "${urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, either remove the ` +
    "`protect` flag from the resource in your Pulumi program and run `pulumi up`, or use the command:\n" +
    `\`pulumi state unprotect '${urn}'\``
  );
}
