/** What differs between two sets of inputs, by paths as Pulumi writes them: each key of a sync has its own line. */
import { lookUp } from "../look-up.ts";
import { isEqual, isPlain } from "../resources/properties.ts";
import type { Properties } from "../resources/resource.ts";

export interface Detail {
  path: string;
  kind: "add" | "update" | "delete";
  isReplaced: boolean;
}

/** @param replaces names of inputs whose change needs a new resource */
export function detailsOf(olds: Properties, news: Properties, replaces: readonly string[] = []): Detail[] {
  return changed(olds, news).flatMap((name) =>
    differences(olds[name], news[name], step("", name)).map((detail) => ({
      ...detail,
      isReplaced: replaces.includes(name),
    })),
  );
}

function differences(before: unknown, after: unknown, path: string): Omit<Detail, "isReplaced">[] {
  if (isPlain(before) && isPlain(after))
    return changed(before, after).flatMap((name) =>
      differences(lookUp(before, name), lookUp(after, name), step(path, name)),
    );
  const kind = before === undefined ? "add" : after === undefined ? "delete" : "update";
  return [{ path, kind }];
}

const changed = (before: Properties, after: Properties): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !isEqual(lookUp(before, name), lookUp(after, name)),
  );

function step(path: string, name: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}
