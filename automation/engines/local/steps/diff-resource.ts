/** Whether a resource is kept, updated or replaced. */

import { type PropertyMap, unwrapAll } from "../../values.ts";
import type { ResourceState } from "../state/deployment.ts";
import { ignoreChanges } from "./check.ts";
import { asReplacing, type DetailedDiff, diffProperties } from "./diff.ts";
import type { Goal } from "./goal.ts";
import { contains, parsePath } from "./property-path.ts";
import type { Run } from "./run.ts";

export interface ResourceDiff {
  hasChanges: boolean;
  replaceKeys: readonly string[];
  deleteBeforeReplace: boolean;
  changedKeys: readonly string[];
  detailedDiff: DetailedDiff | undefined;
}
export interface Change {
  diffs: readonly string[];
  detailedDiff: DetailedDiff | undefined;
}
export interface Replacement extends Change {
  keys: readonly string[];
}
export type Plan =
  | { action: "keep" }
  | ({ action: "update" } & Change)
  | ({ action: "replace"; deleteBeforeReplace: boolean } & Replacement);

/** Stands for "the last creation did not end well" in `replaceOnChanges`. */
const INIT_ERROR = "#initerror";

export async function planDiff(run: Run, goal: Goal, next: ResourceState, old: ResourceState): Promise<Plan> {
  const hasInitErrors = (old.initErrors?.length ?? 0) > 0;
  const deletedWithReplaced = next.deletedWith !== undefined && run.replaced.has(next.deletedWith);
  const diff = deletedWithReplaced
    ? { ...NO_CHANGES, hasChanges: true, replaceKeys: ["deletedWith"] }
    : await diffResource(run, {
        urn: next.urn,
        id: old.id ?? "",
        oldInputs: old.inputs ?? {},
        oldOutputs: old.outputs ?? {},
        newInputs: next.inputs ?? {},
        ignored: goal.ignoreChanges,
      });
  const { hasChanges, replaceKeys, changedKeys, detailedDiff } = replaceOnChanges(diff, goal, hasInitErrors);
  const change: Change = { diffs: changedKeys, detailedDiff };
  const isReplaced = hasChanges && needsReplacement(replaceKeys, detailedDiff);
  if (isReplaced || old.pendingReplacement) {
    const deleteBeforeReplace = goal.deleteBeforeReplace ?? diff.deleteBeforeReplace;
    return { action: "replace", deleteBeforeReplace, keys: replaceKeys, ...change };
  }
  return hasChanges || hasInitErrors ? { action: "update", ...change } : { action: "keep" };
}

const NO_CHANGES: ResourceDiff = {
  hasChanges: false,
  replaceKeys: [],
  deleteBeforeReplace: false,
  changedKeys: [],
  detailedDiff: undefined,
};

export interface DiffArguments {
  urn: string;
  id: string;
  oldInputs: PropertyMap;
  oldOutputs: PropertyMap;
  newInputs: PropertyMap;
  ignored: readonly string[];
}

/** The provider's diff; where it leaves that open, the differences of the inputs. */
export async function diffResource(run: Run, request: DiffArguments): Promise<ResourceDiff> {
  const { urn, oldInputs, newInputs, ignored } = request;
  const { hasChanges, replaceKeys, deleteBeforeReplace } = await run.provider.diff({
    ...request,
    ignoreChanges: ignored,
  });
  if (hasChanges !== undefined) return { ...NO_CHANGES, hasChanges, replaceKeys, deleteBeforeReplace };
  const compared = ignoreChanges(run, urn, newInputs, oldInputs, ignored);
  const found = diffProperties(unwrapAll(oldInputs), unwrapAll(compared));
  return {
    hasChanges: found !== undefined,
    replaceKeys,
    deleteBeforeReplace,
    changedKeys: found?.changedKeys ?? [],
    detailedDiff: found?.detailed,
  };
}

export function needsReplacement(
  replaceKeys: readonly string[],
  detailedDiff: DetailedDiff | undefined,
): boolean {
  return (
    replaceKeys.length > 0 ||
    Object.values(detailedDiff ?? {}).some(({ diffKind }) => diffKind.endsWith("-replace"))
  );
}

function replaceOnChanges(diff: ResourceDiff, goal: Goal, hasInitErrors: boolean): ResourceDiff {
  if ((!diff.hasChanges && !hasInitErrors) || goal.replaceOnChanges.length === 0) return diff;
  const paths = goal.replaceOnChanges.map(parsePath).filter((path) => path !== undefined);
  const isReplacing = (text: string) => {
    const path = parsePath(text);
    return path !== undefined && paths.some((container) => contains(container, path));
  };
  const isBroken = hasInitErrors && paths.some((container) => contains(container, [INIT_ERROR]));
  return {
    ...diff,
    hasChanges: diff.hasChanges || isBroken,
    replaceKeys: [
      ...new Set([...diff.replaceKeys, ...diff.changedKeys.filter(isReplacing)]),
      ...(isBroken ? [INIT_ERROR] : []),
    ],
    detailedDiff: diff.detailedDiff && asReplacing(diff.detailedDiff, isReplacing),
  };
}
