import type { z } from "zod";
import { unknownIn } from "../unknown-names.ts";

/** One line per problem: the argument's path and what is wrong. Values are never repeated. */
export function problemsOf(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map(String);
    const unknown = unknownIn(issue)?.map(({ name, message }) => ({ path: [...path, name], message }));
    return (unknown ?? [{ path, message: isMissing(issue) ? "is missing" : issue.message }]).map(told);
  });
}

const told = ({ path, message }: { path: readonly string[]; message: string }) =>
  path.length === 0 ? message : `${path.join(".")}: ${message}`;

/** True where something that is needed was left out. */
export const isMissing = ({ code, input, message }: z.core.$ZodIssue): boolean =>
  code === "invalid_type" && input === undefined && /undefined/.test(message);
