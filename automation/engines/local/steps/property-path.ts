/** Paths like `spec.ports[0]["a.b"]` or `tags.*`, as `ignoreChanges` and `replaceOnChanges` take them. */
import { lookUp } from "../../../../provider/look-up.ts";
import { isMap, isSecret, type PropertyMap, type PropertyValue } from "../../values.ts";

export type PropertyPath = readonly (string | number)[];

/** The steps of a path; undefined if it cannot be read. */
export function parsePath(text: string): PropertyPath | undefined {
  const steps: (string | number)[] = [];
  const step = /\.?(?<name>[^.[\]"]+)|\[(?<index>\d+)\]|\["(?<quoted>(?:[^"\\]|\\.)*)"\]|\[(?<any>\*)\]/y;
  while (step.lastIndex < text.length) {
    const groups = step.exec(text)?.groups;
    if (!groups) return undefined;
    if (groups["index"] !== undefined) steps.push(Number(groups["index"]));
    else if (groups["quoted"] !== undefined) steps.push(groups["quoted"].replaceAll(/\\(.)/g, "$1"));
    else steps.push(groups["any"] ?? groups["name"] ?? "");
  }
  return steps;
}

/** Whether `path` is `container` or lies below it; `*` stands for any one step. */
export function contains(container: PropertyPath, path: PropertyPath): boolean {
  return (
    container.length <= path.length && container.every((step, index) => step === "*" || step === path[index])
  );
}

/**
 * `properties` with everything at `path` as `original` has it, absence included; undefined if one of the two lacks
 * what the path leads through.
 */
export function reset(
  properties: PropertyMap,
  original: PropertyMap,
  path: PropertyPath,
): PropertyMap | undefined {
  const result = resetValue(properties, original, path);
  return isMap(result) ? result : undefined;
}

function resetValue(
  value: PropertyValue,
  original: PropertyValue,
  path: PropertyPath,
): PropertyValue | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return original;
  if (isSecret(value) || isSecret(original)) {
    const inner = resetValue(open(value), open(original), path);
    return inner === undefined ? undefined : isSecret(value) ? { ...value, value: inner } : inner;
  }
  if (Array.isArray(value) && Array.isArray(original)) {
    const indices = step === "*" ? value.keys() : [Number(step)];
    const copy = [...value];
    for (const index of indices) {
      const [mine, theirs] = [value[index], original[index]];
      if (mine === undefined || theirs === undefined) return undefined;
      const inner = resetValue(mine, theirs, rest);
      if (inner === undefined) return undefined;
      copy[index] = inner;
    }
    return copy;
  }
  if (!isMap(value) || !isMap(original)) return undefined;
  const copy = new Map(Object.entries(value));
  for (const key of step === "*"
    ? new Set([...Object.keys(value), ...Object.keys(original)])
    : [String(step)]) {
    const [mine, theirs] = [lookUp(value, key), lookUp(original, key)];
    if (rest.length === 0) {
      if (theirs === undefined) copy.delete(key);
      else copy.set(key, theirs);
    } else {
      if (mine === undefined && theirs === undefined) continue;
      if (mine === undefined || theirs === undefined) return undefined;
      const inner = resetValue(mine, theirs, rest);
      if (inner === undefined) return undefined;
      copy.set(key, inner);
    }
  }
  return Object.fromEntries(copy);
}

const open = (value: PropertyValue): PropertyValue => (isSecret(value) ? value.value : value);
