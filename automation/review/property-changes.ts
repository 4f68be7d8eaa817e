/** Which arguments of a resource change. */
import { CHANGED_AT_INSTANCE, REPAIRS } from "../../provider/resources/sync/inputs.ts";
import { pendingRepairs } from "../../provider/resources/sync/native/repairs.ts";
import type { EngineEvent } from "../engines/engine.ts";
import { isOurType } from "./sync-review.ts";

type Properties = Readonly<Record<string, unknown>>;
type Metadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

/** One argument that changes. Values are given for our own resources' settings only, and never of secrets. */
export interface PropertyChange {
  path: string;
  kind: "add" | "update" | "delete";
  before?: string | number | boolean;
  after?: string | number | boolean;
}

/** Shown in their own way, or not at all. */
const HIDDEN = new RegExp(`^(?:__provider|keys|effects|${REPAIRS}|${CHANGED_AT_INSTANCE})(?:[.[]|$)`);
const SECRET = /secret$|token|password/i;

/** @param clean takes out of a value what is not to be shown */
export function changedProperties(metadata: Metadata, clean: (text: string) => string): PropertyChange[] {
  const { type, op, detailedDiff, diffs, old, new: new_ } = metadata;
  if (op === "same" || op === "create" || op === "delete") return [];
  const kinds = detailedDiff
    ? Object.entries(detailedDiff).map(([path, { diffKind }]) => [path, kindOf(diffKind)] as const)
    : (diffs ?? []).map((path) => [path, "update"] as const);
  const changed = kinds
    .filter(([path]) => !HIDDEN.test(path))
    .map(([path, kind]) => ({
      path,
      kind,
      ...(isOurType(type) && !SECRET.test(path) && valuesAt(path, old?.inputs, new_?.inputs, clean)),
    }));
  return isOurType(type) ? [...changed, ...repaired(old?.inputs ?? {}, new_?.inputs ?? {})] : changed;
}

/** What somebody has changed at the instance, and this operation puts right. */
function repaired(before: Properties, after: Properties): PropertyChange[] {
  return pendingRepairs(before, after).map(({ argument, instance, declared }) => ({
    path: argument,
    kind: "update",
    ...(isScalar(instance) && { before: instance }),
    ...(isScalar(declared) && { after: declared }),
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
  return isScalar(value) ? value : undefined;
}

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";
