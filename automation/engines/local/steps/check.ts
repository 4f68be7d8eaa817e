/** The provider's check of a resource's inputs. */
import { lookUp } from "../../../../provider/look-up.ts";
import { containsSecret, isMap, type PropertyMap, type PropertyValue } from "../../values.ts";
import type { ResourceState } from "../state/deployment.ts";
import type { Goal } from "./goal.ts";
import { parsePath, reset } from "./property-path.ts";
import { noteFailure, type Run, StepError } from "./run.ts";

/** The inputs as the provider completes them. Without an old state they are those of a new resource. */
export async function checkInputs(
  run: Run,
  goal: Goal,
  urn: string,
  old: ResourceState | undefined,
): Promise<PropertyMap> {
  const news = old ? ignoreChanges(run, urn, goal.inputs, old.inputs ?? {}, goal.ignoreChanges) : goal.inputs;
  const { inputs, failures } = await run.provider.check(urn, old?.inputs ?? {}, news);
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
