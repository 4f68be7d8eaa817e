import type { z } from "zod";
import { lookUp } from "../look-up.ts";
import type { Properties } from "./resource.ts";

/** Structural equality of plain data; a property that is undefined counts as absent. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Properties;
  const right = b as Properties;
  const names = (object: Properties) =>
    Object.keys(object).filter((name) => lookUp(object, name) !== undefined);
  const mine = names(left);
  return (
    mine.length === names(right).length &&
    mine.every((name) => Object.hasOwn(right, name) && isEqual(lookUp(left, name), lookUp(right, name)))
  );
}

/** True where both mean the same by an argument, however it is spelt. */
export const meansSame = (argument: z.ZodType, a: unknown, b: unknown): boolean =>
  isEqual(argument.safeParse(a).data ?? a, argument.safeParse(b).data ?? b);

/** The named properties that are there. */
export function pick(object: Properties, names: readonly string[]): Properties {
  const named = names.map((name) => [name, lookUp(object, name)] as const);
  return Object.fromEntries(named.filter(([, value]) => value !== undefined));
}

/** The properties that are not undefined. */
export const present = (object: Properties): Properties => pick(object, Object.keys(object));

/** All but the named properties. */
export function omit(object: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** What stands at a path; where that leads through what is no object, that. */
export const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, name) =>
      typeof inner === "object" && inner !== null ? lookUp(inner as Properties, String(name)) : inner,
    value,
  );

/** True for an object with properties, which an unknown value and a list are not. */
export const isPlain = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** True where the value, or anything in it, is unknown. */
export function holdsUnknown(value: unknown, unknown: unknown): boolean {
  if (value === unknown) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((inner) => holdsUnknown(inner, unknown));
}
