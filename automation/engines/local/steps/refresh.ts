/** Reading all resources, and taking over what they are now. */

import { isEqual } from "../../../../provider/resources/properties.ts";
import { isProviderType } from "../../urn.ts";
import type { ReadResult } from "../protocol/provider.ts";
import type { ResourceState } from "../state/deployment.ts";
import type { Entry } from "../state/snapshot.ts";
import { finish } from "./apply.ts";
import { invert } from "./diff.ts";
import { diffResource } from "./diff-resource.ts";
import type { Step } from "./events.ts";
import { failStep, now, type Run, throwIfStopped } from "./run.ts";

/**
 * Refreshes the state in memory; what could be read counts even if something else could not. `isWhole`: it is the
 * operation itself, and its changes are told and counted as such.
 */
export async function refresh(run: Run, isWhole: boolean): Promise<void> {
  const looked = run.snapshot.olds.filter(({ state }) => run.targets?.has(state.urn) ?? true);
  const results = await Promise.allSettled(
    looked.map((entry) =>
      run.doing(async () => {
        throwIfStopped(run);
        return { entry, state: await refreshOne(run, entry.state, isWhole) };
      }),
    ),
  );
  const gone = new Set<Entry>();
  for (const result of results) {
    if (result.status === "rejected") continue;
    const { entry, state } = result.value;
    if (state) entry.state = state;
    else gone.add(entry);
  }
  rebase(run, gone);
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}

/** The state without what is gone, and without references to it. */
function rebase(run: Run, gone: ReadonlySet<Entry>): void {
  const rest = run.snapshot.olds.filter((entry) => !gone.has(entry));
  const there = new Set(rest.map(({ state }) => state.urn));
  const isThere = (urn: string) => there.has(urn);
  for (const entry of rest) entry.state = withoutMissing(entry.state, isThere);
  run.snapshot.rebase(rest);
  run.olds.clear();
  for (const entry of rest) if (!entry.state.delete) run.olds.set(entry.state.urn, entry);
}

function withoutMissing(state: ResourceState, isThere: (urn: string) => boolean): ResourceState {
  const { parent, deletedWith, dependencies, propertyDependencies, ...rest } = state;
  const remaining = dependencies?.filter(isThere) ?? [];
  const remainingByKey = Object.entries(propertyDependencies ?? {})
    .map(([key, urns]) => [key, urns?.filter(isThere) ?? []] as const)
    .filter(([, urns]) => urns.length > 0);
  return {
    ...rest,
    ...(parent !== undefined && isThere(parent) && { parent }),
    ...(deletedWith !== undefined && isThere(deletedWith) && { deletedWith }),
    ...(remaining.length > 0 && { dependencies: remaining }),
    // Those without any are left out here, as the CLI does.
    ...(remainingByKey.length > 0 && { propertyDependencies: Object.fromEntries(remainingByKey) }),
  };
}

/** The resource as it is now; undefined if it is gone. */
async function refreshOne(
  run: Run,
  old: ResourceState,
  isWhole: boolean,
): Promise<ResourceState | undefined> {
  const end = (op: "same" | "update" | "delete", step: Omit<Step, "op">) =>
    run.events.end({ old, isRefresh: true, op: isWhole ? op : "refresh", ...step });
  const begun: Step = { op: "refresh", old, new: old, isRefresh: true };
  run.events.begin(begun);
  if (!old.custom || isProviderType(old.type) || old.pendingReplacement) {
    end("same", { new: old });
    return old;
  }
  try {
    const read = await run.provider.read(old.urn, old.id ?? "", old.inputs ?? {}, old.outputs ?? {});
    if (read.id === "") {
      end("delete", {});
      return undefined;
    }
    const next = refreshed(old, read);
    // What a run that changes nothing would now have to do, seen from the other side.
    const diff = await diffResource(run, {
      urn: old.urn,
      id: read.id,
      oldInputs: next.inputs ?? {},
      oldOutputs: next.outputs ?? {},
      newInputs: old.inputs ?? {},
      ignored: old.ignoreChanges ?? [],
    });
    end(diff.hasChanges ? "update" : "same", {
      new: next,
      diffs: diff.changedKeys,
      detailedDiff: diff.detailedDiff && invert(diff.detailedDiff),
    });
    return next;
  } catch (error) {
    throw failStep(run, old.urn, error, begun);
  }
}

function refreshed(old: ResourceState, read: ReadResult): ResourceState {
  const { initErrors: _, ...rest } = old;
  const inputs = read.inputs ?? old.inputs ?? {};
  const next = { ...rest, id: read.id, inputs };
  const outputs = finish(next, read.outputs);
  const isSame = isEqual(inputs, old.inputs ?? {}) && isEqual(outputs, old.outputs ?? {});
  return { ...next, outputs, ...(!isSame && { modified: now() }) };
}
