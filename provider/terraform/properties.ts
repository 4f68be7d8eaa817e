/** Terraform objects as the properties that our resources take, and back. */
import { lookUp } from "../look-up.ts";
import type { Properties } from "../resources/index.ts";
import { toCamelCase } from "./names.ts";
import { type Attribute, type Attributes, isNested, objectIn } from "./schema.ts";
import { type ObjectValue, UNKNOWN, type Value } from "./value.ts";

/**
 * Attributes as properties. What is null, or is the default, is absent: the resources know their defaults, and
 * refuse some arguments where they are given at all. What is unknown stays so.
 *
 * @param isWritten defaults are there, too: somebody wrote them out
 */
export function toProperties(
  attributes: Attributes,
  object: ObjectValue,
  { isWritten = false } = {},
): Properties {
  const properties = new Map<string, unknown>();
  for (const [name, attribute] of Object.entries(attributes)) {
    const value = lookUp(object, name);
    if (value !== null && value !== undefined && (isWritten || value !== attribute.standard))
      properties.set(toCamelCase(name), toProperty(attribute, value, isWritten));
  }
  return Object.fromEntries(properties);
}

function toProperty({ type, isNumberOrText }: Attribute, value: Value, isWritten: boolean): unknown {
  const inner = objectIn(value);
  if (isNested(type) && inner) return toProperties(type.attributes, inner, { isWritten });
  // Of our own numbers none is that large or fine: the nearest one is refused for what it is.
  if (type === "number" && typeof value === "string") return Number(value);
  return isNumberOrText && typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
}

/** Properties as attributes; what is absent is null. */
export function fromProperties(attributes: Attributes, properties: Properties): ObjectValue {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [
      name,
      fromProperty(attribute, lookUp(properties, toCamelCase(name))),
    ]),
  );
}

function fromProperty({ type }: Attribute, value: unknown): Value {
  if (value === undefined || value === null) return null;
  if (value === UNKNOWN) return UNKNOWN;
  if (!isNested(type)) return value as Value;
  if (type.nesting === "list")
    return (value as Properties[]).map((element) => fromProperties(type.attributes, element));
  return fromProperties(type.attributes, value as Properties);
}
