/** Terraform's own rules of planning: what of a planned object follows from configuration and prior state. */
import { lookUp } from "../look-up.ts";
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

/** Equality of values; numbers may have come in different encodings. */
export function isSameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  const left = a as Readonly<Record<string, Value>>;
  const right = b as Readonly<Record<string, Value>>;
  return [...names].every((name) => isSameValue(lookUp(left, name), lookUp(right, name)));
}

/** The names of attributes whose values differ. */
export function changedNames(names: Iterable<string>, a: ObjectValue, b: ObjectValue): string[] {
  return [...names].filter((name) => !isSameValue(lookUp(a, name), lookUp(b, name)));
}
