/** Fan-out: one entry with `forEach` stands for a sync per combination of its axes' values. Pure and bounded. */
import { lookUp } from "../../provider/look-up.ts";
import type { Problem, YamlPath } from "../files/problems.ts";
import type { ForEach, Scalar } from "./schema.ts";

/** Most syncs that one file may declare. */
export const MOST_SYNCS = 10_000;

/** One value of each axis: what `${each.…}` stands for in one sync. */
export interface Combination {
  /** "customer acme, environment prod". */
  label: string;
  /** Values by what is written after `each.`: `customer`, `customer.projectId`, `environment`. */
  values: ReadonlyMap<string, Scalar>;
  /** What the combination adds to a name where none is given: "acme-prod". */
  suffix: string;
}

const AXIS = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** The number of combinations, before any is left out. */
export const countOf = (forEach: ForEach): number =>
  axesOf(forEach).reduce((count, { values }) => count * values.length, 1);

/** What is wrong in a `forEach` although its form is right. Paths start at it. */
export function forEachProblems(forEach: ForEach): Problem[] {
  const axes = axesOf(forEach);
  if (axes.length === 0) return [{ path: [], message: "names no values" }];
  const problems = axes.flatMap(({ name, values }): Problem[] => {
    const texts = values.map(({ value }) => String(value));
    const twice = texts.findIndex((text, index) => texts.indexOf(text) !== index);
    return [
      ...(AXIS.test(name) ? [] : [{ path: [name], message: "as a name must be letters, digits, - and _" }]),
      ...(values.length === 0 ? [{ path: [name], message: "has no values" }] : []),
      ...(twice < 0 ? [] : [{ path: [name, twice], message: `"${texts[twice]}" is there twice` }]),
    ];
  });
  const excluded = (forEach.exclude ?? []).flatMap((pattern, index): Problem[] => {
    const path: YamlPath = ["exclude", index];
    if (Object.keys(pattern).length === 0) return [{ path, message: "names no values" }];
    return Object.entries(pattern).flatMap(([name, value]) => {
      const axis = axes.find((each) => each.name === name);
      if (axis?.values.some((each) => String(each.value) === String(value))) return [];
      return [
        { path: [...path, name], message: axis ? `${name} has no such value` : "is no part of forEach" },
      ];
    });
  });
  return [...problems, ...excluded];
}

/** The product of the axes, the last one changing fastest, without what is excluded. */
export function combinationsOf(forEach: ForEach): Combination[] {
  const axes = axesOf(forEach);
  const product = axes.reduce<AxisValue[][]>(
    (partial, { values }) => partial.flatMap((chosen) => values.map((value) => [...chosen, value])),
    [[]],
  );
  return product
    .filter((chosen) => !(forEach.exclude ?? []).some((pattern) => isMatch(chosen, pattern)))
    .map((chosen) => ({
      label: chosen.map(({ axis, value }) => `${axis} ${value}`).join(", "),
      values: new Map(
        chosen.flatMap(({ axis, value, fields }) => [
          [axis, value] as const,
          ...Object.entries(fields).map(([name, field]) => [`${axis}.${name}`, field] as const),
        ]),
      ),
      suffix: chosen.map(({ value }) => slugOf(String(value))).join("-"),
    }));
}

interface AxisValue {
  axis: string;
  value: Scalar;
  fields: Readonly<Record<string, Scalar>>;
}

function axesOf(forEach: ForEach): { name: string; values: AxisValue[] }[] {
  const { exclude: _, ...axes } = forEach;
  return Object.entries(axes).map(([name, values]) => ({
    name,
    values: Array.isArray(values)
      ? values.map((value) => ({ axis: name, value, fields: {} }))
      : Object.entries(values).map(([value, fields]) => ({ axis: name, value, fields: fields ?? {} })),
  }));
}

const isMatch = (chosen: readonly AxisValue[], pattern: Readonly<Record<string, Scalar>>): boolean =>
  chosen.every(({ axis, value }) => String(lookUp(pattern, axis) ?? value) === String(value));

/** "/billing/eu" → "billing-eu". */
const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "") || "root";

const REFERENCE = /\$\{\s*each\b([^{}]*)\}/g;

/** Whether a text refers to a value of `forEach`. */
export const refersToEach = (text: string): boolean => text.search(REFERENCE) >= 0;

/**
 * A value with every `${each.…}` in its texts replaced. A text that is one reference and nothing else becomes the
 * value itself, so that numbers and booleans stay what they are.
 *
 * @param problems is told of references to what is not there, with their paths
 */
export function substitute(
  value: unknown,
  combination: Combination,
  path: YamlPath,
  problems: Problem[],
): unknown {
  const { values } = combination;
  const valueAt = (reference: string, name: string): Scalar => {
    const found = name.startsWith(".") ? values.get(name.slice(1)) : undefined;
    if (found !== undefined) return found;
    const names = [...values.keys()].map((each) => `each.${each}`).join(", ");
    problems.push({ path, message: `there is no ${reference.slice(2, -1)}; there are ${names}` });
    return reference;
  };
  if (typeof value === "string") {
    const [whole] = [...value.matchAll(REFERENCE)].filter(([reference]) => reference === value);
    if (whole) return valueAt(whole[0], whole[1] ?? "");
    return value.replace(REFERENCE, (reference, name: string) => String(valueAt(reference, name)));
  }
  if (Array.isArray(value))
    return value.map((inner, index) => substitute(inner, combination, [...path, index], problems));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (refersToEach(name))
        problems.push({ path: [...path, name], message: "names cannot hold ${each.…}" });
      return [name, substitute(inner, combination, [...path, name], problems)];
    }),
  );
}
