/** What Terraform's core demands of a provider; breaking one of these is "a bug in the provider". */

import { isEqual } from "../../../provider/resources/properties.ts";
import type { Message } from "../../../provider/terraform/protocol.ts";
import {
  isUnknownIn,
  type ObjectValue,
  type Type,
  UNKNOWN,
  type Value,
} from "../../../provider/terraform/value.ts";

type Attributes = readonly Message<"Attribute">[];

const asObject = (value: Value | undefined) =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as ObjectValue) : undefined;

/** The type of an object by the schema that the provider announced. */
export function typeOf(attributes: Attributes = []): Type {
  return ["object", Object.fromEntries(attributes.map((one) => [one.name ?? "", attributeType(one)]))];
}

const LIST = 2;

function attributeType({ type, nested_type: nested }: Message<"Attribute">): Type {
  if (!nested) return JSON.parse(Buffer.from(type ?? []).toString()) as Type;
  const object = typeOf(nested.attributes);
  return nested.nesting === LIST ? ["list", object] : object;
}

/** The core's first guess: the configuration, and the prior value where a computed attribute is not set. */
export function proposed(
  attributes: Attributes,
  prior: ObjectValue | undefined,
  config: ObjectValue,
): ObjectValue {
  return Object.fromEntries(
    attributes.map(({ name = "", computed, nested_type: nested, write_only }): [string, Value] => {
      const value = config[name] ?? null;
      if (write_only) return [name, null];
      const inner = nested && asObject(value);
      if (inner) return [name, proposed(nested.attributes ?? [], asObject(prior?.[name]), inner)];
      return [name, value === null && computed ? (prior?.[name] ?? null) : value];
    }),
  );
}

/** A plan says what is configured; only computed attributes that are not configured are the provider's. */
export function checkPlan(
  attributes: Attributes,
  config: ObjectValue,
  planned: ObjectValue,
  where = "",
): void {
  for (const { name = "", computed, write_only, nested_type: nested } of attributes) {
    const at = `${where}${name}`;
    const wanted: Value = config[name] ?? null;
    const got: Value = planned[name] ?? null;
    if (write_only) {
      if (got !== null) throw new Error(`${at}: a write-only value is in the plan`);
    } else if (wanted === null) {
      if (!computed && got !== null) throw new Error(`${at}: planned, although not configured`);
    } else {
      const inner = nested && asObject(wanted);
      const gotten = asObject(got);
      if (inner && gotten) checkPlan(nested.attributes ?? [], inner, gotten, `${at}.`);
      else if (!isEqual(wanted, got)) throw new Error(`${at}: the plan is not what is configured`);
    }
  }
}

/** What was known must stay as it was; only unknown values may be filled in. */
export function checkAgrees(before: Value | undefined, after: Value | undefined, at: string): void {
  if (before === UNKNOWN) return;
  const [left, right] = [asObject(before), asObject(after)];
  if (!left || !right) {
    if (!isEqual(before ?? null, after ?? null)) throw new Error(`${at}: inconsistent`);
    return;
  }
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)]))
    checkAgrees(left[name] ?? null, right[name] ?? null, `${at}.${name}`);
}

export function checkApplied(planned: ObjectValue, state: ObjectValue, at: string): void {
  if (isUnknownIn(state)) throw new Error(`${at}: unknown values after apply`);
  checkAgrees(planned, state, at);
}

/** The object as the core shows it. */
export function shown(attributes: Attributes, object: ObjectValue): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ name = "", sensitive, nested_type: nested }) => {
      const value = object[name] ?? null;
      const inner = nested && asObject(value);
      if (sensitive && value !== null) return [name, "(sensitive value)"];
      if (inner) return [name, shown(nested.attributes ?? [], inner)];
      return [name, value === UNKNOWN ? "(known after apply)" : value];
    }),
  );
}
