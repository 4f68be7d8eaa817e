/** The differences of two sets of properties, as the engine's events tell them: one entry per path. */

import { lookUp } from "../../../../provider/look-up.ts";
import { isEqual } from "../../../../provider/resources/properties.ts";
import { isMap, type PropertyMap, type PropertyValue } from "../../values.ts";

type DiffKind = "add" | "delete" | "update" | "add-replace" | "delete-replace" | "update-replace";
interface PropertyDiff {
  diffKind: DiffKind;
  inputDiff: boolean;
}
export type DetailedDiff = Record<string, PropertyDiff>;
export interface PropertyDiffs {
  /** Top-level names. */
  changedKeys: string[];
  detailed: DetailedDiff;
}

/** What changes from `before` to `after`, both without secret marks; undefined if nothing does. */
export function diffProperties(before: PropertyMap, after: PropertyMap): PropertyDiffs | undefined {
  const found = new Map<string, PropertyDiff>();
  const changedKeys: string[] = [];
  for (const key of unionOfKeys(before, after)) {
    const count = found.size;
    compare(valueIn(before, key), valueIn(after, key), pathOf("", key), found);
    if (found.size > count) changedKeys.push(key);
  }
  return found.size === 0
    ? undefined
    : { changedKeys: changedKeys.sort(), detailed: Object.fromEntries(found) };
}

function compare(
  before: PropertyValue,
  after: PropertyValue,
  path: string,
  found: Map<string, PropertyDiff>,
): void {
  if (isMap(before) && isMap(after)) {
    for (const key of unionOfKeys(before, after)) {
      compare(valueIn(before, key), valueIn(after, key), pathOf(path, key), found);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    for (let index = 0; index < length; index++) {
      const element = `${path}[${index}]`;
      if (index >= before.length) put(found, element, "add");
      else if (index >= after.length) put(found, element, "delete");
      else compare(before[index] ?? null, after[index] ?? null, element, found);
    }
  } else if (!isEqual(before, after)) {
    put(found, path, before === null ? "add" : after === null ? "delete" : "update");
  }
}

function put(found: Map<string, PropertyDiff>, path: string, diffKind: DiffKind): void {
  found.set(path, { diffKind, inputDiff: true });
}

/** A missing property and null are the same. */
const valueIn = (map: PropertyMap, key: string): PropertyValue => lookUp(map, key) ?? null;

function unionOfKeys(a: PropertyMap, b: PropertyMap): Set<string> {
  return new Set([...Object.keys(a), ...Object.keys(b)]);
}

/** `parent.key`, or `parent["key"]` where the key has something else than ASCII letters, digits and underscores. */
function pathOf(parent: string, key: string): string {
  if (/[^A-Za-z0-9_]/.test(key)) return `${parent}["${key.replaceAll('"', '\\"')}"]`;
  return parent === "" ? key : `${parent}.${key}`;
}

/** The difference seen from the other side. */
export function invert(detailed: DetailedDiff): DetailedDiff {
  return Object.fromEntries(
    Object.entries(detailed).map(([path, diff]) => [path, { ...diff, diffKind: INVERSE[diff.diffKind] }]),
  );
}

const INVERSE: Record<DiffKind, DiffKind> = {
  add: "delete",
  delete: "add",
  update: "update",
  "add-replace": "delete-replace",
  "delete-replace": "add-replace",
  "update-replace": "update-replace",
};

/** Marks the changes at or below the given paths as ones that need a replacement. */
export function asReplacing(detailed: DetailedDiff, isReplacing: (path: string) => boolean): DetailedDiff {
  return Object.fromEntries(
    Object.entries(detailed).map(([path, diff]) => [
      path,
      isReplacing(path) ? { ...diff, diffKind: TO_REPLACE[diff.diffKind] } : diff,
    ]),
  );
}

const TO_REPLACE: Record<DiffKind, DiffKind> = {
  add: "add-replace",
  delete: "delete-replace",
  update: "update-replace",
  "add-replace": "add-replace",
  "delete-replace": "delete-replace",
  "update-replace": "update-replace",
};
