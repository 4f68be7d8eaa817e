/** Terraform's own rules of planning: what of a planned object follows from configuration and prior state. */
import { lookUp } from "../look-up.ts";
import { isEqual } from "../resources/properties.ts";
import { type Attributes, isNested, objectIn } from "./schema.ts";
import { type ObjectValue, UNKNOWN, type Value } from "./value.ts";

/**
 * The planned object before any resource has its say: the configuration; where that is silent the prior state, then
 * "not known yet". A default is not written down, or each sync would list them all; where an earlier version has done so,
 * it stands.
 */
export function plannedFrom(
  attributes: Attributes,
  prior: ObjectValue | undefined,
  config: ObjectValue,
): ObjectValue {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, use, standard, isWriteOnly }]): [string, Value] => {
      const value = lookUp(config, name) ?? null;
      if (isWriteOnly) return [name, null];
      if (value === null && use === "computed")
        return [name, prior ? (lookUp(prior, name) ?? null) : UNKNOWN];
      if (value === null)
        return [name, standard !== undefined && lookUp(prior, name) === standard ? standard : null];
      const inner = objectIn(value);
      if (!isNested(type) || !inner) return [name, value];
      return [name, plannedFrom(type.attributes, objectIn(lookUp(prior, name)), inner)];
    }),
  );
}

/** The names of attributes whose values differ. */
export function changedNames(names: Iterable<string>, a: ObjectValue, b: ObjectValue): string[] {
  return [...names].filter((name) => !isEqual(lookUp(a, name), lookUp(b, name)));
}
