/** Terraform's values: JavaScript data with `null` and "not known yet", as msgpack or JSON on the wire. */
import { decode, ExtensionCodec, encode } from "@msgpack/msgpack";
import { BridgeError } from "../errors.ts";
import { lookUp } from "../look-up.ts";
import { exactNumber, parseExactly } from "./number.ts";

/** Stands for a value that is not known yet. */
export const UNKNOWN: unique symbol = Symbol("unknown");

export type Value =
  /** Also a number that JavaScript's numbers cannot hold, as decimal text. */
  string | number | boolean | null | typeof UNKNOWN | readonly Value[] | { readonly [name: string]: Value };

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
  if (wire?.msgpack?.length)
    return conform(type, decode(wire.msgpack, { extensionCodec: codec, useBigInt64: true }));
  if (wire?.json?.length) return conform(type, parseExactly(Buffer.from(wire.json).toString("utf8")));
  return null;
}

export function encodeValue(type: Type, value: Value): DynamicValue {
  return { msgpack: encode(conform(type, value), { extensionCodec: codec }) };
}

/**
 * The value in the shape of its type: missing attributes are null, superfluous ones are dropped, as state of
 * another version has them.
 *
 * @throws BridgeError `unreadable-state` where a value is of another type: only a state can bring one
 */
export function conform(type: Type, value: unknown, path = ""): Value {
  if (value === null || value === undefined) return null;
  if (value === UNKNOWN) return UNKNOWN;
  switch (type) {
    case "string":
      return typeof value === "object" ? misfit(path, "text") : String(value);
    case "bool":
      if (value === true || value === "true") return true;
      return value === false || value === "false" ? false : misfit(path, "true or false");
    case "number":
      return exactNumber(value) ?? misfit(path, "a number");
  }
  const [kind, inner] = type;
  switch (kind) {
    case "list":
      if (!Array.isArray(value)) return misfit(path, "a list");
      return value.map((element, index) => conform(inner, element, `${path}[${index}]`));
    case "map":
      return mapValues(objectAt(value, path), (element) => conform(inner, element, path));
    case "object": {
      const object = objectAt(value, path);
      return mapValues(inner, (of, name) =>
        conform(of, lookUp(object, name), path === "" ? name : `${path}.${name}`),
      );
    }
    default:
      return kind satisfies never;
  }
}

const objectAt = (value: unknown, path: string): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : misfit(path, "an object");

/** The value itself is not repeated: it may be a secret. */
function misfit(path: string, wanted: string): never {
  throw new BridgeError("unreadable-state", `${path || "The value"} is not ${wanted}, as it has to be.`, {
    hint: "If the state was edited by hand, put that right; a backup has what stood there before.",
  });
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
