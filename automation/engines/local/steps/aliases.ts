/** The other URNs that a resource may be known by in the old state. */

import { childUrn, makeUrn, parseUrn, ROOT_TYPE, typeOf } from "../../urn.ts";
import type { Alias, Goal } from "./goal.ts";
import type { Run } from "./run.ts";

/** Those of its aliases, and those that it has because its parent was renamed. */
export function aliasUrns(run: Run, goal: Goal): string[] {
  const own = goal.aliases.map((alias) => resolve(run, goal, alias));
  const oldParent = goal.parent === "" ? undefined : oldNameOf(run, goal.parent);
  if (oldParent === undefined) return own;
  const inherited = [
    { type: goal.type, name: goal.name },
    ...own.map((urn) => ({ type: typeOf(urn), name: parseUrn(urn).name })),
  ].map(({ type, name }) => inheritedUrn(run, goal.parent, oldParent, type, name));
  return [...new Set([...own, ...inherited])];
}

function resolve(run: Run, goal: Goal, alias: Alias): string {
  if ("urn" in alias) return alias.urn;
  const given = alias.parent === "" ? goal.parent : (oldNameOf(run, alias.parent) ?? alias.parent);
  const isTopLevel = alias.noParent || given === "" || parseUrn(given).qualifiedType === ROOT_TYPE;
  return childUrn(
    alias.stack || run.stack,
    alias.project || run.project,
    isTopLevel ? "" : given,
    alias.type || goal.type,
    alias.name || goal.name,
  );
}

/** A child is often named after its parent: then its old name began with the parent's old one. */
function inheritedUrn(run: Run, parent: string, oldParent: string, type: string, name: string): string {
  const [before, after] = [parseUrn(oldParent), parseUrn(parent).name];
  return makeUrn({
    stack: run.stack,
    project: run.project,
    qualifiedType: `${before.qualifiedType}$${type}`,
    name: name.startsWith(after) ? before.name + name.slice(after.length) : name,
  });
}

function oldNameOf(run: Run, urn: string): string | undefined {
  for (const [before, after] of run.renamed) if (after === urn) return before;
  return undefined;
}
