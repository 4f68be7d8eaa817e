/** Of an operation with targets: nothing is done about all other resources. */
import { needsMoreText } from "../../engine.ts";
import { isProviderType, ROOT_TYPE, typeOf } from "../../urn.ts";
import { dependenciesOf, type ResourceState } from "../state/deployment.ts";
import type { Entry } from "../state/snapshot.ts";
import { noteFailure, type Run, StepError } from "./run.ts";

/** As with the CLI, the stack and providers are targets in any case. */
export function isTarget({ targets }: Run, urn: string): boolean {
  const type = typeOf(urn);
  return targets === undefined || targets.has(urn) || type === ROOT_TYPE || isProviderType(type);
}

/** Gives what the program is told of a resource that is no target: what is recorded, if it is. */
export function passOver(run: Run, entry: Entry, old: Entry | undefined): () => Promise<void> {
  if (old) {
    entry.state = old.state;
    return async () => tellKept(run, old.state);
  }
  run.skipped.add(entry.state.urn);
  const state = { ...entry.state, inputs: {}, outputs: {} };
  entry.state = state;
  return async () => tellKept(run, state);
}

/** Tells of one that nothing is done about. */
export function tellKept({ events }: Run, state: ResourceState): void {
  events.begin({ op: "same", old: state, new: { ...state, id: "" } });
  events.end({ op: "same", old: state, new: state });
}

/** Refuses a target that depends on something which is not made. */
export function requireNeeded(run: Run, state: ResourceState): void {
  const missing = new Set(dependenciesOf(state).filter((urn) => run.skipped.has(urn)));
  for (const urn of missing) {
    run.events.diagnose("error", needsMoreText(urn), state.urn);
    noteFailure(run, state.urn, "resource-failed");
  }
  if (missing.size > 0) throw new StepError(`${state.urn} needs more than the targets`);
}

/** What is no target keeps its place in the state, before which what it depends on may have to come. */
export function inOrder(resources: readonly ResourceState[]): ResourceState[] {
  const byUrn = new Map(resources.filter((state) => !state.delete).map((state) => [state.urn, state]));
  const ordered = new Set<ResourceState>();
  const missing = (state: ResourceState) =>
    dependenciesOf(state)
      .map((urn) => byUrn.get(urn))
      .find((needed) => needed && needed !== state && !ordered.has(needed));
  for (const state of resources) {
    // With a list of our own: a chain may be as long as the state.
    const open = [state];
    for (let next = open.at(-1); next; next = open.at(-1)) {
      const needed = ordered.has(next) ? undefined : missing(next);
      if (needed) open.push(needed);
      else ordered.add(open.pop() ?? next);
    }
  }
  return [...ordered];
}
