/** Replacing a resource: before its old self is deleted, or after. */

import { UNKNOWN } from "../../../../provider/marked-values.ts";
import type { Entry } from "../state/snapshot.ts";
import { make } from "./apply.ts";
import { deleteResource } from "./delete.ts";
import { diffResource, needsReplacement, type Replacement } from "./diff-resource.ts";
import { beginStep, failStep, type Run } from "./run.ts";
import { isTarget } from "./targets.ts";

/** Makes the new one. `keepsOld`: the old one is still there, and is deleted at the end of the operation. */
export async function createReplacement(
  run: Run,
  entry: Entry,
  old: Entry,
  plan: Replacement,
  keepsOld: boolean,
): Promise<void> {
  const shared = { keys: plan.keys, diffs: plan.diffs, detailedDiff: plan.detailedDiff };
  const replace = (keys: readonly string[]) => {
    const step = { op: "replace", ...shared, keys, old: old.state, new: entry.state } as const;
    beginStep(run, step);
    run.events.end(step);
  };
  if (!keepsOld) replace(run.deleted.has(entry.state.urn) ? [] : plan.keys);
  const step = () => ({ op: "create-replacement", ...shared, old: old.state, isPartial: true }) as const;
  await make(run, entry, step, () => {
    if (!keepsOld) return run.snapshot.replace(old, entry);
    old.state = { ...old.state, delete: true };
    run.snapshot.add(entry);
  });
  if (keepsOld) replace(plan.keys);
}

/**
 * Condemns a resource that has to go before its new self comes, and those that cannot stay without it. Gives the
 * deletions.
 */
export async function deleteForReplacement(run: Run, root: Entry): Promise<() => Promise<void>> {
  const dependants = await dependantsToReplace(run, root);
  const condemned = new Set([root, ...dependants.map(({ entry }) => entry)].map(({ state }) => state.urn));
  for (const { entry } of dependants) {
    const { urn, protect } = entry.state;
    if (!protect && isTarget(run, urn)) continue;
    const why = protect ? "as it is currently marked for protection" : "as it is no target";
    const message = `unable to replace resource "${urn}" as part of replacing "${root.state.urn}" ${why}`;
    throw failStep(run, root.state.urn, new Error(message));
  }
  for (const { entry, keys } of dependants) run.deleted.set(entry.state.urn, keys);
  return async () => {
    for (const entry of [...dependants.map(({ entry }) => entry).reverse(), root]) {
      if (entry.state.pendingReplacement) continue;
      // It stays in the state until its new self is there: a creation that fails is tried again by the next run.
      await deleteResource(run, entry, "delete-replaced", condemned, () => {
        entry.state = { ...entry.state, pendingReplacement: true };
      });
    }
  };
}

/** A resource that is replaced because of another, and the inputs that ask for it. */
interface Dependant {
  entry: Entry;
  keys: readonly string[];
}

/** In the order of their dependencies. */
async function dependantsToReplace(run: Run, root: Entry): Promise<Dependant[]> {
  const found: Dependant[] = [];
  const replaced = new Set([root.state.urn]);
  for (const entry of run.snapshot.olds) {
    const { state } = entry;
    const isOpen = !state.delete && !run.news.has(state.urn) && !run.deleted.has(state.urn);
    if (!isOpen || !state.custom) continue;
    const keys = await keysToReplace(run, entry, replaced);
    if (!keys) continue;
    found.push({ entry, keys });
    replaced.add(state.urn);
  }
  return found;
}

/** The inputs for which a resource must be replaced if what they come from is; undefined if it need not be. */
async function keysToReplace(
  run: Run,
  { state }: Entry,
  replaced: ReadonlySet<string>,
): Promise<readonly string[] | undefined> {
  if (state.deletedWith !== undefined && replaced.has(state.deletedWith)) return [];
  const open = new Set(
    Object.entries(state.propertyDependencies ?? {})
      .filter(([, urns]) => urns?.some((urn) => replaced.has(urn)))
      .map(([key]) => key),
  );
  const inputs = state.inputs ?? {};
  if (!Object.keys(inputs).some((key) => open.has(key))) return undefined;
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
  return needsReplacement(diff.replaceKeys, diff.detailedDiff) ? diff.replaceKeys : undefined;
}
