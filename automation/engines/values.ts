/**
 * Property values as Pulumi's protocol carries them: JSON, in which a few objects with a signature key stand for
 * something else (a secret, a reference to a resource, an output of the program).
 */

import { lookUp } from "../../provider/look-up.ts";
import { RESOURCE_REFERENCE, SECRET, SIGNATURE, UNKNOWN } from "../../provider/marked-values.ts";

export type PropertyValue = null | boolean | number | string | readonly PropertyValue[] | PropertyMap;
/** What is in one never changes: what was found of it once is true for good. */
export interface PropertyMap {
  readonly [key: string]: PropertyValue;
}
export interface Secret extends PropertyMap {
  readonly value: PropertyValue;
}

const OUTPUT_VALUE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const REFUSED: Record<string, string> = {
  c44067f5952c0a294b673a41bacd8c17: "an asset",
  "0def7320c3a5731c473e5ecbe6d01bc7": "an archive",
};

export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

export function isSecret(value: PropertyValue | undefined): value is Secret {
  return isMap(value) && value[SIGNATURE] === SECRET && "value" in value;
}

export function secret(value: PropertyValue): Secret {
  return { [SIGNATURE]: SECRET, value };
}

/**
 * A value in which what `replace` answers stands instead of what it was asked about, and is not looked into. What stays as it
 * is, is not copied: maps of tens of thousands of keys pass through here again and again.
 */
function rewrite(
  value: PropertyValue,
  replace: (value: PropertyValue) => PropertyValue | undefined,
): PropertyValue {
  if (value === null || typeof value !== "object") return value;
  const replaced = replace(value);
  if (replaced !== undefined) return replaced;
  if (Array.isArray(value)) {
    const elements = value.map((element) => rewrite(element, replace));
    return elements.every((element, index) => element === value[index]) ? value : elements;
  }
  return isMap(value) ? rewriteMap(value, replace) : value;
}

/** The same for the top of a resource's properties. */
const rewriteMap = (
  map: PropertyMap,
  replace: (value: PropertyValue) => PropertyValue | undefined,
): PropertyMap => (isFlat(map) ? map : mapValues(map, (value) => rewrite(value, replace)));

/** Maps of tens of thousands of keys pass through here again and again. */
const flat = new WeakSet<PropertyMap>();

/** Nothing in it stands for something else, and there is nothing to go into. */
function isFlat(map: PropertyMap): boolean {
  if (flat.has(map)) return true;
  const found = Object.values(map).every((value) => value === null || typeof value !== "object");
  if (found) flat.add(map);
  return found;
}

/** The map itself where no value becomes another. */
export function mapValues(
  map: PropertyMap,
  change: (value: PropertyValue, key: string) => PropertyValue,
): PropertyMap {
  const keys = Object.keys(map);
  const values = Object.values(map);
  const changed = values.map((value, index) => change(value, keys[index] ?? ""));
  if (changed.every((value, index) => value === values[index])) return map;
  return Object.fromEntries(changed.map((value, index) => [keys[index] ?? "", value]));
}

/** What a program sends, as the state can hold it: outputs become plain, secret or unknown values. */
export function fromProgram(map: PropertyMap): PropertyMap {
  return rewriteMap(map, resolveOutput);
}

function resolveOutput(value: PropertyValue): PropertyValue | undefined {
  if (!isMap(value)) return undefined;
  const signature = value[SIGNATURE];
  if (signature === OUTPUT_VALUE) {
    const inner = "value" in value ? rewrite(value["value"] ?? null, resolveOutput) : UNKNOWN;
    return value["secret"] === true ? asSecret(inner) : inner;
  }
  if (signature === SECRET) return asSecret(rewrite(value["value"] ?? null, resolveOutput));
  const refused = typeof signature === "string" ? lookUp(REFUSED, signature) : undefined;
  if (refused !== undefined) throw new UnsupportedValueError(`${refused} among the properties`);
  return undefined;
}

/** A value that the local engine does not carry. */
export class UnsupportedValueError extends Error {}

const asSecret = (value: PropertyValue): Secret => (isSecret(value) ? value : secret(value));

/** For a provider that takes neither secrets nor references, as the SDK's dynamic provider does. */
export function toProvider(map: PropertyMap): PropertyMap {
  return rewriteMap(map, lower);
}

function lower(value: PropertyValue): PropertyValue | undefined {
  if (isSecret(value)) return rewrite(value.value, lower);
  if (!isMap(value) || value[SIGNATURE] !== RESOURCE_REFERENCE) return undefined;
  if (!("id" in value)) return value["urn"] ?? null;
  return value["id"] === "" ? UNKNOWN : (value["id"] ?? null);
}

/** Secrets opened, all else as it is: what is compared. */
export function unwrapSecrets(value: PropertyValue): PropertyValue {
  return rewrite(value, (each) => (isSecret(each) ? unwrapSecrets(each.value) : undefined));
}

export const unwrapAll = (map: PropertyMap): PropertyMap => mapValues(map, unwrapSecrets);

export function containsSecret(value: PropertyValue): boolean {
  if (isSecret(value)) return true;
  if (Array.isArray(value)) return value.some(containsSecret);
  return isMap(value) && !isFlat(value) && Object.values(value).some(containsSecret);
}

/**
 * Puts back the marks that a provider has lost: where a value of `marked` holds a secret, the value of the same name
 * becomes one. Objects are gone into, lists are marked whole, for a provider may have changed their order.
 */
export function markSecrets(values: PropertyMap, marked: PropertyMap): PropertyMap {
  if (isFlat(marked)) return values;
  return mapValues(values, (value, key) => {
    const mark = lookUp(marked, key);
    if (mark === undefined || isSecret(value)) return value;
    if (isMap(value) && isMap(mark) && !isSecret(mark)) return markSecrets(value, mark);
    return containsSecret(mark) ? secret(value) : value;
  });
}

/** Marks outputs by name, and those whose input of the same name is a secret. */
export function markOutputs(
  outputs: PropertyMap,
  names: readonly string[],
  inputs: PropertyMap,
): PropertyMap {
  return mapValues(outputs, (value, key) => {
    const isMarked = names.includes(key) || isSecret(lookUp(inputs, key) ?? null);
    return isMarked && !isSecret(value) ? secret(value) : value;
  });
}

/** How events show a secret. */
export function maskSecrets(map: PropertyMap): PropertyMap {
  const masked = { [SIGNATURE]: SECRET, ciphertext: "[secret]" };
  return rewriteMap(map, (value) => (isSecret(value) ? masked : undefined));
}
