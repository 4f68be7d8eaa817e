/** Which resources are meant by names on the command line. */
import { orMeant } from "../../provider/did-you-mean.ts";
import { type Declared, EngineError, type StackHandle } from "../engines/engine.ts";
import { ROOT_TYPE, resourceName, typeOf } from "../engines/urn.ts";
import { isSyncType } from "../review/sync-review.ts";

/**
 * URNs of the named resources of a stack's program and of all that they need; undefined where none is named.
 *
 * @throws EngineError `invalid-config` for a name that the program does not declare
 */
export async function targetsOf(
  stack: Pick<StackHandle, "declared">,
  names: readonly string[],
  signal: AbortSignal,
): Promise<string[] | undefined> {
  return names.length === 0 ? undefined : targetsAmong(await stack.declared({ signal }), names);
}

export function targetsAmong(declared: readonly Declared[], names: readonly string[]): string[] {
  const byName = Map.groupBy(declared, ({ urn }) => resourceName(urn));
  const unknown = names.filter((name) => !byName.has(name));
  if (unknown.length > 0) throw noSuchSync(unknown, declared);
  const open = names.flatMap((name) => meant(byName.get(name) ?? []));
  const needs = new Map(declared.map((each) => [each.urn, each.needs]));
  const found = new Set<string>();
  for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
    if (found.has(urn) || typeOf(urn) === ROOT_TYPE) continue;
    found.add(urn);
    open.push(...(needs.get(urn) ?? []));
  }
  return [...found].sort();
}

/** Of resources with one name, syncs are meant if there are any: a connection may be called as one of its syncs. */
function meant(resources: readonly Declared[]): string[] {
  const urns = resources.map(({ urn }) => urn);
  const syncs = urns.filter((urn) => isSyncType(typeOf(urn)));
  return syncs.length > 0 ? syncs : urns;
}

function noSuchSync(names: readonly string[], declared: readonly Declared[]): EngineError {
  const known = declared.filter(({ urn }) => typeOf(urn) !== ROOT_TYPE).map(({ urn }) => resourceName(urn));
  const told = names.map((name) => orMeant(`There is no sync "${name}"`, name, known));
  const text = told.map((each) => (each.endsWith("?") ? each : `${each}.`)).join(" ");
  return new EngineError("invalid-config", text, {
    hint: `\`external-infisical validate\` lists the syncs of a syncs.yaml; of a program they are resources, by the names that it gives them.`,
  });
}
