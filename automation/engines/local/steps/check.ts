/** The provider's check of a resource's inputs. */
import { lookUp } from "../../../../provider/look-up.ts";
import { containsSecret, isMap, type PropertyMap, type PropertyValue } from "../../values.ts";
import type { Provider } from "../protocol/provider.ts";
import type { ResourceState } from "../state/deployment.ts";
import type { Goal } from "./goal.ts";
import { parsePath, reset } from "./property-path.ts";
import { noteFailure, type Run, StepError, throwIfStopped } from "./run.ts";

/** What a provider was asked about a resource, before its turn has come. */
export interface Asked {
  old: ResourceState | undefined;
  answer: ReturnType<Provider["check"]>;
}

/** Asks now, beside other resources: over a network, a check is waiting mostly. What it finds is told in its turn. */
export function askAhead(run: Run, goal: Goal, urn: string, old: ResourceState | undefined): Asked {
  const answer = run.checking(() => ask(run, goal, urn, old));
  answer.catch(() => {});
  return { old, answer };
}

async function ask(
  run: Run,
  goal: Goal,
  urn: string,
  old: ResourceState | undefined,
): ReturnType<Provider["check"]> {
  throwIfStopped(run);
  const news = old ? ignoreChanges(run, urn, goal.inputs, old.inputs ?? {}, goal.ignoreChanges) : goal.inputs;
  return run.provider.check(urn, old?.inputs ?? {}, news);
}

/**
 * The inputs as the provider completes them. Without an old state they are those of a new resource.
 *
 * @param ahead what it was asked before; asked anew where that was about another old state
 */
export async function checkInputs(
  run: Run,
  goal: Goal,
  urn: string,
  old: ResourceState | undefined,
  ahead: Asked,
): Promise<PropertyMap> {
  const { inputs, failures } = await (ahead.old === old ? ahead.answer : ask(run, goal, urn, old));
  if (failures.length === 0) return inputs;
  for (const { property, reason } of failures) {
    const where =
      property === "" ? "" : `: property ${property} value {${show(lookUp(goal.inputs, property))}}`;
    run.events.diagnose(
      "error",
      `${goal.type} resource '${goal.name}'${where} has a problem: ${reason}`,
      urn,
    );
  }
  noteFailure(run, urn, "resource-failed");
  throw new StepError(`resource ${urn} is invalid`);
}

/** The inputs with what is to be ignored as it was. */
export function ignoreChanges(
  run: Run,
  urn: string,
  inputs: PropertyMap,
  oldInputs: PropertyMap,
  paths: readonly string[],
): PropertyMap {
  const missing: string[] = [];
  let result = inputs;
  for (const text of paths) {
    const path = parsePath(text);
    const changed = path && reset(result, oldInputs, path);
    if (changed) result = changed;
    else if (path) missing.push(text);
  }
  if (missing.length > 0) {
    const list = missing.join(", ");
    run.events.diagnose(
      "info",
      `cannot ignore changes in added or removed elements of the path: "${list}"`,
      urn,
    );
  }
  return result;
}

/** The CLI prints the value in clear even if it is a secret; this does not. */
function show(value: PropertyValue | undefined): string {
  if (value === undefined || value === null) return "<nil>";
  if (containsSecret(value)) return "[secret]";
  return isMap(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
}
