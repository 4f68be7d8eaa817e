/** Secrets of resources, between their open form in memory and their encrypted form in the state. */
import { SECRET, SIGNATURE } from "../../../../provider/marked-values.ts";
import { EngineError } from "../../engine.ts";
import { isMap, isSecret, mapValues, type PropertyMap, type PropertyValue, secret } from "../../values.ts";
import type { ResourceState } from "./deployment.ts";
import type { Crypter } from "./passphrase.ts";

export interface Sealer {
  open(resource: ResourceState): ResourceState;
  seal(resource: ResourceState): ResourceState;
}

/**
 * An unchanged secret keeps its ciphertext, so that saving does not rewrite every secret each time. It does so by
 * place: equal ciphertexts in two places would tell that two secrets are equal.
 */
export function createSealer(crypter: Crypter): Sealer {
  const known = new Map<string, string>();
  const openValue = (value: PropertyValue, place: string): PropertyValue => {
    if (Array.isArray(value)) return value.map((each, index) => openValue(each, `${place}/${index}`));
    if (!isMap(value)) return value;
    if (value[SIGNATURE] !== SECRET) return mapPlaces(value, place, openValue);
    const { ciphertext, plaintext } = value;
    if (typeof plaintext === "string") return secret(openValue(parseJson(plaintext), place));
    if (typeof ciphertext !== "string")
      throw new EngineError("invalid-state", "The state holds a malformed secret.");
    const text = crypter.decrypt(ciphertext);
    known.set(`${place}\0${text}`, ciphertext);
    return secret(openValue(parseJson(text), place));
  };
  const sealValue = (value: PropertyValue, place: string): PropertyValue => {
    if (Array.isArray(value)) return value.map((each, index) => sealValue(each, `${place}/${index}`));
    if (!isMap(value)) return value;
    if (!isSecret(value)) return mapPlaces(value, place, sealValue);
    const text = JSON.stringify(flatten(value.value));
    const ciphertext = known.get(`${place}\0${text}`) ?? crypter.encrypt(text);
    known.set(`${place}\0${text}`, ciphertext);
    return { [SIGNATURE]: SECRET, ciphertext };
  };
  return {
    open: (resource) => withProperties(resource, openValue),
    seal: (resource) => withProperties(resource, sealValue),
  };
}

/** The same resource with its secrets readable, as `pulumi stack export --show-secrets` gives them. */
export function reveal(resource: ResourceState): ResourceState {
  const show = (value: PropertyValue, place: string): PropertyValue => {
    if (Array.isArray(value)) return value.map((each) => show(each, place));
    if (!isMap(value)) return value;
    if (!isSecret(value)) return mapPlaces(value, place, show);
    return { [SIGNATURE]: SECRET, plaintext: JSON.stringify(flatten(value.value)) };
  };
  return withProperties(resource, show);
}

/** A secret within a secret needs no mark of its own. */
function flatten(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) return value.map(flatten);
  if (isSecret(value)) return flatten(value.value);
  if (!isMap(value)) return value;
  return mapPlaces(value, "", flatten);
}

function withProperties(
  resource: ResourceState,
  change: (value: PropertyValue, place: string) => PropertyValue,
): ResourceState {
  const place = `${resource.urn}\0${resource.id ?? ""}`;
  return {
    ...resource,
    // Undefined is left out of JSON, as the CLI leaves out what is empty.
    inputs: isEmpty(resource.inputs) ? undefined : mapPlaces(resource.inputs, `${place}\0i`, change),
    outputs: isEmpty(resource.outputs) ? undefined : mapPlaces(resource.outputs, `${place}\0o`, change),
  };
}

function isEmpty(map: PropertyMap | undefined): map is undefined {
  return map === undefined || Object.keys(map).length === 0;
}

/** Most values are texts, which no place is made up for. */
const mapPlaces = (
  map: PropertyMap,
  place: string,
  change: (value: PropertyValue, place: string) => PropertyValue,
): PropertyMap =>
  mapValues(map, (value, key) => (typeof value === "object" ? change(value, `${place}/${key}`) : value));

function parseJson(text: string): PropertyValue {
  const value: PropertyValue = JSON.parse(text);
  return value;
}
