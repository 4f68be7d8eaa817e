import type { z } from "zod";

/** One line per problem: the argument's path and what is wrong. Values are never repeated. */
export function problemsOf(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.map(({ path, message }) => {
    const name = path.map(String).join(".");
    return name === "" ? message : `${name}: ${message}`;
  });
}
