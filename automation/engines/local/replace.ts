/** Replacing a resource: before its old self is deleted, or after. */
import { make } from "./apply.ts";
import { deleteResource } from "./delete.ts";
import { diffResource, needsReplacement, type Replacement } from "./diff-resource.ts";
import { failStep, type Run } from "./run.ts";
import type { Entry } from "./snapshot.ts";
import { UNKNOWN } from "./values.ts";

/** Makes the new one. `keepsOld`: the old one is still there, and is deleted at the end of the operation. */
export async function createReplacement(
  run: Run,
  entry: Entry,
  old: Entry,
  plan: Replacement,
  keepsOld: boolean,
): Promise<void> {
  const { state: oldState } = old;
  const shared = { old: oldState, keys: plan.keys, diffs: plan.diffs, detailedDiff: plan.detailedDiff };
  const replace = () => {
    const step = { op: "replace", ...shared, new: entry.state } as const;
    run.events.begin(step);
    run.events.end(step);
  };
  if (!keepsOld) replace();
  await make(run, entry, { op: "create-replacement", ...shared, isPartial: true }, () => {
    if (keepsOld) old.state = { ...old.state, delete: true };
    else run.snapshot.drop(old);
  });
  if (keepsOld) replace();
}

/**
 * Condemns a resource that has to go before its new self comes, and those that cannot stay without it. Gives the
 * deletions.
 */
export async function deleteForReplacement(run: Run, root: Entry): Promise<() => Promise<void>> {
  const dependants = await dependantsToReplace(run, root);
  const condemned = new Set([root, ...dependants].map(({ state }) => state.urn));
  for (const dependant of dependants) {
    if (!dependant.state.protect) continue;
    const message = `unable to replace resource "${dependant.state.urn}" as part of replacing "${root.state.urn}" as it is currently marked for protection`;
    throw failStep(run, root.state.urn, new Error(message));
  }
  for (const urn of condemned) run.deleted.add(urn);
  return async () => {
    for (const entry of [...dependants.reverse(), root]) {
      if (entry.state.pendingReplacement) continue;
      // It stays in the state until its new self is there: a creation that fails is tried again by the next run.
      await deleteResource(run, entry, "delete-replaced", condemned, () => {
        entry.state = { ...entry.state, pendingReplacement: true };
      });
    }
  };
}

/** In the order of their dependencies. */
async function dependantsToReplace(run: Run, root: Entry): Promise<Entry[]> {
  const found: Entry[] = [];
  const replaced = new Set([root.state.urn]);
  for (const entry of run.snapshot.olds) {
    const { state } = entry;
    const isOpen = !state.delete && !run.news.has(state.urn) && !run.deleted.has(state.urn);
    if (!isOpen || !state.custom) continue;
    if (await isReplacedWith(run, entry, replaced)) {
      found.push(entry);
      replaced.add(state.urn);
    }
  }
  return found;
}

/** Whether a resource must be replaced if what some of its inputs come from is. */
async function isReplacedWith(run: Run, { state }: Entry, replaced: ReadonlySet<string>): Promise<boolean> {
  if (state.deletedWith !== undefined && replaced.has(state.deletedWith)) return true;
  const open = new Set(
    Object.entries(state.propertyDependencies ?? {})
      .filter(([, urns]) => urns?.some((urn) => replaced.has(urn)))
      .map(([key]) => key),
  );
  const inputs = state.inputs ?? {};
  if (!Object.keys(inputs).some((key) => open.has(key))) return false;
  const diff = await diffResource(run, {
    urn: state.urn,
    id: state.id ?? "",
    oldInputs: inputs,
    oldOutputs: state.outputs ?? {},
    newInputs: Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => [key, open.has(key) ? UNKNOWN : value]),
    ),
    ignored: state.ignoreChanges ?? [],
  });
  return needsReplacement(diff.replaceKeys, diff.detailedDiff);
}
