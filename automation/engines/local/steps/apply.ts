/** Creating, updating and keeping one resource. In a preview the provider is not asked: checked inputs stand in. */

import { isEqual } from "../../../../provider/resources/properties.ts";
import { markOutputs, type PropertyMap } from "../../values.ts";
import type { ApplyResult } from "../protocol/provider.ts";
import type { ResourceState } from "../state/deployment.ts";
import type { Entry } from "../state/snapshot.ts";
import type { Change } from "./diff-resource.ts";
import type { Step } from "./events.ts";
import { beginStep, failStep, now, type Run } from "./run.ts";

export async function create(run: Run, entry: Entry): Promise<void> {
  await make(
    run,
    entry,
    () => ({ op: "create" }),
    () => run.snapshot.add(entry),
  );
}

/** Makes a new resource; `record` puts it into the snapshot. */
export async function make(run: Run, entry: Entry, step: () => Step, record: () => void): Promise<void> {
  const before = entry.state;
  const shown = (): Step => ({ ...step(), new: entry.state });
  beginStep(run, shown());
  const commit = (state: ResourceState) => {
    entry.state = { ...state, created: now(), modified: now() };
    record();
  };
  if (!before.custom) commit(before);
  else if (run.isPreview) commit({ ...before, id: "", outputs: finish(before, before.inputs ?? {}) });
  else {
    const { failure } = await attempt(run, shown, () =>
      run.snapshot.during(
        "creating",
        before,
        () => run.provider.create(before.urn, before.inputs ?? {}),
        (result) => commit(applied(before, result)),
      ),
    );
    run.snapshot.save();
    if (failure)
      throw failStep(run, before.urn, new Error(failure.message), { ...shown(), status: "partial" });
  }
  if (!before.custom) run.snapshot.save();
  finishStep(run, shown());
}

export async function update(run: Run, entry: Entry, old: Entry, change: Change): Promise<void> {
  const before: ResourceState = {
    ...entry.state,
    ...(old.state.id !== undefined && { id: old.state.id }),
    ...(old.state.created !== undefined && { created: old.state.created }),
  };
  const { state: oldState } = old;
  const shown = (): Step => ({ op: "update", ...change, old: oldState, new: entry.state });
  beginStep(run, shown());
  entry.state = before;
  const commit = (state: ResourceState) => {
    entry.state = { ...state, modified: now() };
    run.snapshot.replace(old, entry);
  };
  if (!before.custom) {
    commit({ ...before, ...(oldState.outputs && { outputs: oldState.outputs }) });
    run.snapshot.save();
  } else if (run.isPreview) commit({ ...before, outputs: finish(before, before.inputs ?? {}) });
  else {
    const request = {
      urn: before.urn,
      id: oldState.id ?? "",
      oldOutputs: oldState.outputs ?? {},
      newInputs: before.inputs ?? {},
    };
    const { failure } = await attempt(run, shown, () =>
      run.snapshot.during(
        "updating",
        { ...before, outputs: request.oldOutputs },
        () => run.provider.update(request),
        // As the CLI: after a failure the inputs stay those of the last update that ended well.
        (result) => commit({ ...applied(before, result), ...(result.failure && pickInputs(oldState)) }),
      ),
    );
    run.snapshot.save();
    if (failure)
      throw failStep(run, before.urn, new Error(failure.message), { ...shown(), status: "partial" });
  }
  finishStep(run, shown());
}

const pickInputs = ({ inputs }: ResourceState): Pick<ResourceState, "inputs"> => (inputs ? { inputs } : {});

export async function keep(run: Run, entry: Entry, old: Entry): Promise<void> {
  const { state: oldState } = old;
  const shown = (): Step => ({ op: "same", old: oldState, new: entry.state });
  beginStep(run, shown());
  entry.state = {
    ...entry.state,
    ...(oldState.id !== undefined && { id: oldState.id }),
    ...(oldState.outputs && { outputs: finish(entry.state, oldState.outputs) }),
    ...(oldState.created !== undefined && { created: oldState.created }),
    ...(oldState.modified !== undefined && { modified: oldState.modified }),
  };
  run.snapshot.replace(old, entry);
  if (!isEqual(essence(oldState), essence(entry.state))) run.snapshot.save();
  finishStep(run, shown());
}

function applied(before: ResourceState, { id, outputs, failure }: ApplyResult): ResourceState {
  return {
    ...before,
    id,
    outputs: finish(before, outputs),
    ...(failure && { initErrors: failure.initErrors }),
  };
}

/** Outputs with their secrets marked. */
export function finish(state: ResourceState, outputs: PropertyMap): PropertyMap {
  return markOutputs(outputs, state.additionalSecretOutputs ?? [], state.inputs ?? {});
}

async function attempt(run: Run, step: () => Step, work: () => Promise<ApplyResult>): Promise<ApplyResult> {
  try {
    return await work();
  } catch (error) {
    const status = step().op === "update" ? "unknown" : "clean";
    throw failStep(run, step().new?.urn ?? "", error, { ...step(), status });
  }
}

/** What a component puts out comes later, and is shown then; a preview shows it twice. */
function finishStep(run: Run, step: Step): void {
  const { new: state } = step;
  if (state && !state.custom) run.steps.set(state.urn, step);
  run.events.end(step, run.isPreview || state?.custom === true);
}

/** What is worth saving if nothing else has changed; what is undefined is not saved either way. */
function essence({ sourcePosition: _, stackTrace: __, ...state }: ResourceState): PropertyMap {
  const saved = Object.entries(state).filter(([, value]) => value !== undefined);
  return Object.fromEntries(saved) as PropertyMap;
}
