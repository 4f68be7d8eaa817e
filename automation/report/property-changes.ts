/** Which arguments of a resource change. */
import type { EngineEvent } from "../engines/engine.ts";
import { isOurType } from "./sync-review.ts";

type Metadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

/** One argument that changes. Values are given for our own resources' settings only, and never of secrets. */
export interface PropertyChange {
  path: string;
  kind: "add" | "update" | "delete";
  before?: string | number | boolean;
  after?: string | number | boolean;
}

/** Shown in their own way, or not at all. */
const HIDDEN = /^(?:__provider|keys|effects)(?:[.[]|$)/;
const SECRET = /secret$|token|password/i;

/** @param clean takes out of a value what is not to be shown */
export function changedProperties(metadata: Metadata, clean: (text: string) => string): PropertyChange[] {
  const { type, op, detailedDiff, diffs, old, new: new_ } = metadata;
  if (op === "same" || op === "create" || op === "delete") return [];
  const kinds = detailedDiff
    ? Object.entries(detailedDiff).map(([path, { diffKind }]) => [path, kindOf(diffKind)] as const)
    : (diffs ?? []).map((path) => [path, "update"] as const);
  return kinds
    .filter(([path]) => !HIDDEN.test(path))
    .map(([path, kind]) => ({
      path,
      kind,
      ...(isOurType(type) && !SECRET.test(path) && valuesAt(path, old?.inputs, new_?.inputs, clean)),
    }));
}

const kindOf = (kind: string): PropertyChange["kind"] =>
  kind.startsWith("add") ? "add" : kind.startsWith("delete") ? "delete" : "update";

function valuesAt(
  path: string,
  before: unknown,
  after: unknown,
  clean: (text: string) => string,
): Pick<PropertyChange, "before" | "after"> {
  const shown = (value: ReturnType<typeof scalarAt>) => (typeof value === "string" ? clean(value) : value);
  const [from, to] = [shown(scalarAt(path, before)), shown(scalarAt(path, after))];
  return { ...(from !== undefined && { before: from }), ...(to !== undefined && { after: to }) };
}

function scalarAt(path: string, properties: unknown): string | number | boolean | undefined {
  let value = properties;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = new Map(Object.entries(value)).get(name);
  }
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : undefined;
}
