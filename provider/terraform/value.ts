/** Terraform's values: JavaScript data with `null` and "not known yet", as msgpack or JSON on the wire. */
import { decode, ExtensionCodec, encode } from "@msgpack/msgpack";
import { lookUp } from "../look-up.ts";

/** Stands for a value that is not known yet. */
export const UNKNOWN: unique symbol = Symbol("unknown");

export type Value =
  | string
  | number
  | boolean
  | null
  | typeof UNKNOWN
  | readonly Value[]
  | { readonly [name: string]: Value };

/** Attribute name → value; every attribute of the type is there. */
export type ObjectValue = Readonly<Record<string, Value>>;

/** A type as Terraform spells it in JSON. */
export type Type =
  | "string"
  | "number"
  | "bool"
  | readonly ["list" | "map", Type]
  | readonly ["object", Readonly<Record<string, Type>>];

/** A value on the wire, in either encoding. */
export interface DynamicValue {
  msgpack?: Uint8Array | undefined;
  json?: Uint8Array | undefined;
}

const REFINED = 12;
const codec = new ExtensionCodec();
codec.register({
  type: 0,
  encode: (value) => (value === UNKNOWN ? new Uint8Array([0]) : null),
  decode: () => UNKNOWN,
});
// What is known about an unknown value (not null, a prefix) changes nothing for us.
codec.register({ type: REFINED, encode: () => null, decode: () => UNKNOWN });

/** The value in a message; an absent one is null. */
export function decodeValue(type: Type, wire: DynamicValue | undefined): Value {
  if (wire?.msgpack?.length) return conform(type, decode(wire.msgpack, { extensionCodec: codec }));
  if (wire?.json?.length) return conform(type, JSON.parse(Buffer.from(wire.json).toString("utf8")));
  return null;
}

export function encodeValue(type: Type, value: Value): DynamicValue {
  return { msgpack: encode(conform(type, value), { extensionCodec: codec }) };
}

/**
 * The value in the shape of its type: missing attributes are null, superfluous ones are dropped, as state of
 * another version has them.
 */
export function conform(type: Type, value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (value === UNKNOWN) return UNKNOWN;
  switch (type) {
    case "string":
      return String(value);
    case "bool":
      return value === true || value === "true";
    case "number":
      // Numbers that msgpack cannot carry come as decimal text.
      return Number(value);
  }
  const [kind, inner] = type;
  switch (kind) {
    case "list":
      return (value as unknown[]).map((element) => conform(inner, element));
    case "map":
      return mapValues(value as Record<string, unknown>, (element) => conform(inner, element));
    case "object":
      return mapValues(inner, (of, name) => conform(of, lookUp(value as Record<string, unknown>, name)));
    default:
      return kind satisfies never;
  }
}

function mapValues<T>(object: Readonly<Record<string, T>>, change: (value: T, name: string) => Value): Value {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value, name)]));
}

/** True where the value, or anything in it, is not known yet. */
export function isUnknownIn(value: Value | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(isUnknownIn);
}
